"""Who may promise: the credit registers under a permit, earlier breaches, age, deferrals run out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from proofless.access import Ground, permit
from proofless.access.actors import system_actor
from proofless.commitments.queries.templates import get_template
from proofless.commitments.rules.deferrals import DeferralState
from proofless.commitments.rules.eligibility import Eligibility, Record, judge_eligibility
from proofless.commitments.rules.responses import Stage
from proofless.data import queries as data
from proofless.data.errors import DatasetUnknown, SourceUnavailable
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.standards.rules import Value

DEBTORS, ABNORMAL = "DS_DISHONEST", "DS_ENTABN"
SERIOUS = {"2", "02", "严重违法失信", "严重违法失信名单"}
FULFILLED = {"2", "02", "已履行", "已撤销"}


@dataclass(frozen=True, slots=True)
class Bars:
    """What stands against every promise of a holder; ``until`` None: nothing does."""

    until: date | None
    overdue_deferrals: int


_BARS = (
    "SELECT (SELECT max(barred_until) FROM commitments_breach WHERE holder_id = %(holder)s AND stage = ANY(%(stages)s)"
    " AND barred_until >= %(today)s), (SELECT count(*) FROM commitments_deferral WHERE holder_id = %(holder)s"
    " AND state = %(lapsed)s)"
)


def find_bars(holder_id: UUID) -> Bars:
    """Earlier false promises not yet repaired and deferrals run out. One statement: a plan asks it of everybody."""
    asked: dict[str, Any] = {
        "holder": holder_id,
        "stages": [Stage.UPHELD.value, Stage.REPAIR_ASKED.value],
        "today": clock.today(),
        "lapsed": DeferralState.LAPSED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BARS, asked)
        until, overdue = cursor.fetchone()
    return Bars(until, int(overdue))


def eligibility(material_code: str, holder_id: UUID, by: UUID | None = None) -> Eligibility:
    """Whether the holder's promise may be taken for this material, with every reason against it. The look into the
    credit registers is the department's statutory read, noted for the holder. ``by`` gives the promise: a guardian
    may for a minor. Raises NotFound.
    """
    template = get_template(material_code)
    record = record_of(holder_id, template.department_code, material_code)
    if by not in {None, holder_id}:
        record = replace(record, is_minor=False)
    return judge_eligibility(template, record, clock.today())


def record_of(holder_id: UUID, department_code: str, basis: str) -> Record:
    today = clock.today()
    facts = parties.holder_facts([holder_id]).get(holder_id)
    bars = find_bars(holder_id)
    return Record(
        serious_dishonesty=_serious(holder_id, department_code, basis, facts.kind if facts else ""),
        barred_until=bars.until,
        is_minor=bool(facts and facts.is_minor(today)),
        overdue_deferrals=bars.overdue_deferrals,
    )


def _serious(holder_id: UUID, department_code: str, basis: str, kind: str) -> bool | None:
    """None when a register does not answer. One this node was never given rows of is not connected, and is silent:
    which registers are connected is the operator's list, not this person's fault.
    """
    office = system_actor(Permission.HANDLE, department_code=department_code, label="承诺信用核对")
    codes = [DEBTORS, ABNORMAL] if kind == "enterprise" else [DEBTORS]
    fields = [f"{DEBTORS}.status", f"{ABNORMAL}.list_type", f"{ABNORMAL}.out_date"]
    grant = permit(
        office, [holder_id], fields, "核对是否适用告知承诺", ground=Ground.STATUTORY, basis=f"承诺:{basis}"
    )
    try:
        rows = [row for code in codes for row in data.read_dataset(grant, [holder_id], code)]
    except (SourceUnavailable, DatasetUnknown):
        return None
    return any(is_serious(row.dataset_code, row.values, clock.today()) for row in rows)


def is_serious(code: str, values: Mapping[str, Value], today: date) -> bool:
    if code == DEBTORS:
        return str(values.get("status")) not in FULFILLED
    out = values.get("out_date")
    return str(values.get("list_type")) in SERIOUS and (not out or str(out) > today.isoformat())
