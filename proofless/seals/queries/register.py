"""The seal register: the seals of a department, search for the desk, keepers, and what was done with a seal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from proofless.access.rules import permissions_of
from proofless.gm.ses import Picture, parse_seal
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.limits import Limit
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.ledger import queries as ledger
from proofless.ledger.queries import SealLine
from proofless.parties import queries as parties
from proofless.parties.queries import OfficialView
from proofless.seals.errors import SealForbidden, SealNotActive, SealNotFound
from proofless.seals.models import CustodyRow, Seal
from proofless.seals.rules import (
    GENERAL_FORMS,
    Custody,
    SealForm,
    SealState,
    shown_state,
    start_of,
)
from proofless.standards.limits import limit_of

EXPIRING = "expiring"
MOST_EXPORTED, _EXPORT_CHUNK = 50_000, 1_000


@dataclass(frozen=True, slots=True)
class SealView:
    """A seal of the register. ``state`` is computed: an active seal past its period is expired."""

    id: UUID
    code: str
    name: str
    form: SealForm
    owner_name: str
    department_code: str
    state: SealState
    state_reason: str
    type_codes: tuple[str, ...]
    signer_key_id: str
    certificate: bytes
    seal: bytes
    valid_from: datetime
    valid_to: datetime
    made_by: UUID | None
    renews_id: UUID | None

    def serves(self, type_code: str) -> bool:
        """Whether the seal may be used for this kind of document. A name seal, an invoice or a contract seal
        serves only what it was made for."""
        return type_code in self.type_codes or (not self.type_codes and self.form in GENERAL_FORMS)


@dataclass(frozen=True, slots=True)
class CustodyView:
    """A keeper of a seal, by the name he works under."""

    id: UUID
    label: str
    custody: Custody


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of the register is narrowed to; empty means all. ``state`` is a SealState or ``EXPIRING``."""

    text: str = ""
    state: str = ""
    form: str = ""
    department_code: str = ""


def view_of(row: Seal) -> SealView:
    return SealView(
        id=row.id,
        code=row.code,
        name=row.name,
        form=SealForm(row.form),
        owner_name=row.owner_name,
        department_code=row.department_code,
        state=shown_state(SealState(row.state), row.valid_to, clock.now()),
        state_reason=row.state_reason,
        type_codes=tuple(row.type_codes),
        signer_key_id=row.signer_key_id,
        certificate=bytes(row.certificate),
        seal=bytes(row.seal),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        made_by=row.made_by,
        renews_id=row.renews_id,
    )


def custody_of(row: CustodyRow) -> Custody:
    return Custody(
        account_id=row.account_id,
        type_codes=tuple(row.type_codes),
        weekdays=tuple(row.weekdays),
        from_time=row.from_time,
        to_time=row.to_time,
        since=row.since,
        until=row.until,
    )


def active_seal_for(department_code: str, type_code: str) -> SealView:
    """The department's active seal for a kind of document; one made for just this kind goes first.

    Raises SealNotActive when the department has none, SealForbidden when none of its active ones serves this
    kind.
    """
    return choose_seal(
        [view_of(row) for row in Seal.objects.filter(department_code=department_code)], type_code
    )


def choose_seal(seals: list[SealView], type_code: str) -> SealView:
    """The seal to use among a department's; see ``active_seal_for``."""
    return serving_seals(seals, type_code)[0]


def serving_seals(seals: list[SealView], type_code: str) -> list[SealView]:
    """Those that may be used for a kind of document, the one made for just this kind first; never empty."""
    active = [seal for seal in seals if seal.state is SealState.ACTIVE]
    if not active:
        raise SealNotActive(_why_none(seals))
    serving = [seal for seal in active if seal.serves(type_code)]
    if not serving:
        raise SealForbidden("本部门启用的印章都未授权用于此类文件，请审批人增加授权", type_code=type_code)
    return sorted(serving, key=lambda seal: (not seal.type_codes, seal.code))


def hindrance_of(department_code: str, type_code: str) -> str:
    """Why a department could not seal this kind of document now, and what to do; empty when it could."""
    rows = Seal.objects.filter(department_code=department_code)
    try:
        serving_seals([view_of(row) for row in rows], type_code)
    except (SealNotActive, SealForbidden) as refusal:
        return refusal.message
    return ""


def _why_none(seals: list[SealView]) -> str:
    """What an office without a usable seal should do about it."""
    states = {seal.state for seal in seals}
    if SealState.SUSPENDED in states:
        return "本部门的印章已停用，请印章管理员恢复，或申请新的印章"
    if SealState.EXPIRED in states:
        return "本部门的印章已过期，请印章管理员申请换发"
    if SealState.MAKING in states:
        return "本部门的印章已制作，尚待第二人启用"
    return "本部门没有可用的印章，请印章管理员提出申请"


def list_seals(department_code: str = "") -> list[SealView]:
    rows = Seal.objects.order_by("code")
    return [
        view_of(row) for row in (rows.filter(department_code=department_code) if department_code else rows)
    ]


def sees_all(actor: Actor) -> bool:
    """Approvers and auditors look at every department's seals, keepers at their own."""
    return actor.may(Permission.SEAL_APPROVE) or actor.may(Permission.AUDIT) or not actor.department_code


def search_seals(actor: Actor, search: Search, *, page: int = 1) -> Page[SealView]:
    """Seals the actor may see, by code."""
    rows = _found(actor, search)
    chosen = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([view_of(row) for row in chosen], page, rows.count())


def export_seals(actor: Actor, search: Search) -> Iterator[SealView]:
    """All of a search, for a workbook."""
    return (view_of(row) for row in _found(actor, search).iterator(chunk_size=500))


def _found(actor: Actor, search: Search) -> QuerySet[Seal]:
    actor.check(Permission.SEAL_READ)
    rows = Seal.objects.order_by("code")
    if not sees_all(actor):
        rows = rows.filter(department_code=actor.department_code)
    if search.text:
        rows = rows.filter(
            Q(code__startswith=search.text)
            | Q(name__icontains=search.text)
            | Q(owner_name__icontains=search.text)
        )
    if search.form:
        rows = rows.filter(form=search.form)
    if search.department_code:
        rows = rows.filter(department_code=search.department_code)
    if search.state == EXPIRING:
        return rows.filter(
            state__in=(SealState.ACTIVE, SealState.SUSPENDED),
            valid_to__range=(clock.now(), clock.now() + timedelta(days=limit_of(Limit.SEAL_FIRST_DAYS))),
        ).order_by("valid_to")
    if search.state == SealState.EXPIRED:
        return rows.filter(state=SealState.ACTIVE, valid_to__lt=clock.now())
    if search.state == SealState.ACTIVE:
        return rows.filter(state=SealState.ACTIVE, valid_to__gte=clock.now())
    return rows.filter(state=search.state) if search.state else rows


def access_seal(actor: Actor, seal_id: UUID) -> SealView:
    """Raises SealNotFound, for an absent seal and another department's alike."""
    return _accessed(actor, Seal.objects.filter(id=seal_id))


def access_seal_coded(actor: Actor, code: str) -> SealView:
    """As ``access_seal``, by the seal's code."""
    return _accessed(actor, Seal.objects.filter(code=code))


def _accessed(actor: Actor, rows: QuerySet[Seal]) -> SealView:
    actor.check(Permission.SEAL_READ)
    row = rows.first()
    if row is None or not (sees_all(actor) or actor.department_code == row.department_code):
        raise SealNotFound()
    return view_of(row)


def find_code(seal_id: UUID | None) -> str:
    """A seal's code; empty for none."""
    return Seal.objects.filter(id=seal_id).values_list("code", flat=True).first() or "" if seal_id else ""


def list_custody(seal_id: UUID) -> list[CustodyView]:
    """The present keepers."""
    rows = CustodyRow.objects.filter(seal_id=seal_id, ended_at__isnull=True).order_by("given_at")
    return [CustodyView(row.id, row.account_label, custody_of(row)) for row in rows]


def possible_keepers(department_code: str) -> list[OfficialView]:
    """The officials of a department whose roles let them seal at all."""
    found = parties.list_officials(department_code)
    using = {Permission.ISSUE, Permission.SEAL_KEEP}
    return [one for one in found if using & permissions_of(list(one.roles))]


@dataclass(frozen=True, slots=True)
class UseView:
    """A line of a seal's log: what was done, by whom, to which document."""

    line: SealLine
    label: str


@dataclass(frozen=True, slots=True)
class UseSearch:
    """What a seal's log is narrowed to: ``used`` its uses or the other acts; days of Asia/Shanghai, both included."""

    used: bool | None = None
    since: date | None = None
    until: date | None = None


def list_uses(
    actor: Actor, seal: SealView, search: UseSearch | None = None, *, page: int = 1
) -> Page[UseView]:
    """Everything done on and with a seal, newest first, from the ledger."""
    access_seal(actor, seal.id)
    return _uses(seal, search or UseSearch(), page, PAGE_SIZE)


def export_uses(actor: Actor, seal: SealView, search: UseSearch) -> Iterator[UseView]:
    """All of a search, for a workbook, the newest ``MOST_EXPORTED`` at most."""
    access_seal(actor, seal.id)
    for page in range(1, MOST_EXPORTED // _EXPORT_CHUNK + 1):
        found = _uses(seal, search, page, _EXPORT_CHUNK)
        yield from found.rows
        if page * _EXPORT_CHUNK >= found.total:
            return


def _uses(seal: SealView, search: UseSearch, page: int, size: int) -> Page[UseView]:
    since = start_of(search.since) if search.since else None
    until = start_of(search.until + timedelta(days=1)) if search.until else None
    found = ledger.list_for_seal(seal.code, used=search.used, since=since, until=until, page=page, size=size)
    labels = _labels(line.actor_id for line in found.rows)
    return Page([UseView(line, labels.get(line.actor_id, "系统")) for line in found.rows], page, found.total)


def _labels(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    return parties.account_labels(set(account_ids))


def picture_of(seal: SealView) -> Picture:
    """The picture inside the seal itself, as others will see it."""
    return parse_seal(seal.seal).picture


def counts_by_state(actor: Actor) -> dict[str, int]:
    """How many seals the actor sees in each state, and in all under ""."""
    counts: dict[str, Any] = {state.value: _found(actor, Search(state=state)).count() for state in SealState}
    total = sum(counts.values())
    return counts | {"": total, EXPIRING: _found(actor, Search(state=EXPIRING)).count()}
