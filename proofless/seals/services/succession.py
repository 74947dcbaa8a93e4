"""Succession: when a department is merged or renamed, who seals from when."""

from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.seals import rules
from proofless.seals.errors import SealNotFound
from proofless.seals.models import SuccessionRow
from proofless.seals.queries.succession import ROOM
from proofless.seals.rules import Succession
from proofless.standards import versions


def record_succession(*, actor: Actor, new: Succession, document: str, coordinator_code: str = "") -> UUID:
    """From ``since`` on, ``to_code`` issues and seals what ``from_code`` did. Old certificates are not touched.

    ``coordinator_code`` is the department in charge of the business, which sees to it that the seals are there
    (对颁发机构调整的，由业务主管部门负责协调加盖电子印章); empty: the successor itself. Raises InputInvalid for unknown
    departments, a ring, or a day in the past.
    """
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(None, actor) as act:
        versions.lock(ROOM)
        _check(new, document, coordinator_code)
        row = SuccessionRow.objects.create(
            id=new_id(),
            from_code=new.from_code,
            to_code=new.to_code,
            since=new.since,
            type_codes=list(new.type_codes),
            document=document.strip(),
            coordinator_code=coordinator_code or new.to_code,
            recorded_by=actor.account_id,
            recorded_at=clock.now(),
        )
        versions.bump(ROOM)
        detail = {"from": new.from_code, "to": new.to_code, "since": new.since.isoformat()}
        detail["coordinator"] = row.coordinator_code
        act.enter(Kind.SEAL_SUCCESSION_SET, object_kind="succession", object_id=row.id, detail=detail)
    return row.id


def end_succession(*, actor: Actor, succession_id: UUID) -> None:
    """Take a rule back: the old department issues and seals again, from this moment."""
    actor.check(Permission.SEAL_APPROVE)
    with ledger.act(None, actor) as act:
        found = SuccessionRow.objects.filter(id=succession_id, ended_at__isnull=True)
        if not found.update(ended_at=clock.now()):
            raise SealNotFound()
        versions.bump(ROOM)
        act.enter(Kind.SEAL_SUCCESSION_ENDED, object_kind="succession", object_id=succession_id)


def _check(new: Succession, document: str, coordinator_code: str) -> None:
    departments = parties.list_departments()
    known = [
        Succession(row.from_code, row.to_code, row.since, tuple(row.type_codes))
        for row in SuccessionRow.objects.filter(ended_at__isnull=True)
    ]
    wrong = {}
    for name, code in (("from_code", new.from_code), ("to_code", new.to_code)):
        if code not in departments:
            wrong[name] = "没有这个部门"
    if coordinator_code and coordinator_code not in departments:
        wrong["coordinator_code"] = "没有这个部门"
    if not wrong and rules.makes_ring(known, new):
        wrong["to_code"] = "会形成循环，请先终止相反的调整"
    if new.since < clock.today():
        wrong["since"] = "生效日期不能早于今天：已签发的证照不再改变"
    if not document.strip():
        wrong["document"] = "请填写机构调整的批准文号"
    if wrong:
        raise InputInvalid(fields=wrong)
