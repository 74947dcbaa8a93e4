"""Reads of themes: the list, the applicant's theme cases, their joint progress, and what a clerk sees of sisters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from proofless.access import Ground, permit
from proofless.access.permits import own_holders
from proofless.access.snapshots import open_snapshot
from proofless.access.standing import (
    THEME_PURPOSE,
    PresenceView,
    agent_at_window,
    assisting_actor,
    list_brought,
)
from proofless.applications.models import (
    Application,
    Confirmation,
    State,
    ThemeCase,
    ThemeFile,
    ThemeMember,
)
from proofless.applications.queries import access_case_row
from proofless.applications.sealing import theme_context
from proofless.applications.themes.planning import ThemePlan, ThemeRequest, ordered_items, plan_theme
from proofless.applications.themes.rules import MARKS, is_open
from proofless.applications.waterfall.people import Case
from proofless.items import queries as items
from proofless.items.queries import ThemeView
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission

ENDED = {State.REFUSED, State.APPROVED, State.DENIED, State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme with its mark: how sure the list it comes from is, and whether it can be begun."""

    theme: ThemeView
    open: bool
    mark: str
    items: tuple[tuple[str, str, str], ...]  # (code, name, department) in the order they are done
    uploads: int  # materials whose first way is that she brings them, each once


@dataclass(frozen=True, slots=True)
class ThemeCaseView:
    id: UUID
    holder_id: UUID
    enterprise_id: UUID | None
    theme_code: str
    theme_name: str
    state: ThemeCase.State
    revision: int
    receipt: str
    opened_at: datetime
    submitted_at: datetime | None
    chosen: tuple[str, ...]
    declined: tuple[str, ...]
    draft_at: datetime | None = None
    draft_channel: str = ""
    draft_pen: str = ""


@dataclass(frozen=True, slots=True)
class MemberView:
    """One item on the way. ``state`` is its case's state, or the member's own while it has none."""

    item_code: str
    item_name: str
    department_name: str
    state: str
    words: str
    after: tuple[str, ...]  # names of the items it waits for
    reason: str
    application_id: UUID | None
    receipt: str
    due_on: date | None
    certificate_id: UUID | None

    @property
    def ended(self) -> bool:
        return self.state in ENDED or self.state == ThemeMember.State.STOPPED

    @property
    def done(self) -> bool:
        return self.state == State.APPROVED


@dataclass(frozen=True, slots=True)
class ThemeProgress:
    """联办进度: one progress for the applicant over all members, and the joint result."""

    head: ThemeCaseView
    members: tuple[MemberView, ...]

    @property
    def done(self) -> int:
        return sum(member.done for member in self.members)

    @property
    def failed(self) -> tuple[MemberView, ...]:
        return tuple(member for member in self.members if member.ended and not member.done)

    @property
    def ended(self) -> bool:
        return bool(self.members) and all(member.ended for member in self.members)

    @property
    def waiting_for_her(self) -> tuple[MemberView, ...]:
        """Members she must do something for: corrections, or a step the node could not take for her."""
        return tuple(m for m in self.members if m.state in {State.RETURNED, State.DRAFT})


@dataclass(frozen=True, slots=True)
class Sisters:
    """What a clerk sees of the theme her case belongs to: states, no values."""

    theme_name: str
    receipt: str
    members: tuple[MemberView, ...]


def list_themes() -> tuple[ThemeLine, ...]:
    """Every theme of the catalogue, those that can be begun first."""
    found = [line_of(theme) for theme in items.list_themes()]
    return tuple(sorted(found, key=lambda line: (not line.open, line.theme.code)))


def line_of(theme: ThemeView) -> ThemeLine:
    views = ordered_items(theme)
    brought = {
        m.name for view in views for m in view.materials if not m.abolished and m.sources[0] == "upload"
    }
    return ThemeLine(
        theme,
        is_open(theme.batch_confidence),
        MARKS.get(theme.batch_confidence, MARKS["unverified"]),
        tuple((view.code, view.name, view.department_name) for view in views),
        len(brought),
    )


def list_own(actor: Actor, *, page: int = 1) -> Page[ThemeCaseView]:
    """The actor's theme cases and those of his wards, newest first."""
    actor.check(Permission.APPLY)
    rows = own_rows(actor).order_by("-opened_at")
    found = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page([_view(row) for row in found], page, rows.count())


def own_rows(actor: Actor) -> QuerySet[ThemeCase]:
    """The theme cases an actor may see as his own; with a standing those of its theme, an agent's those he opened."""
    rows = ThemeCase.objects.filter(holder_id__in=own_holders(actor))
    if actor.standing is None:
        return rows
    rows = rows.filter(theme_code=actor.standing.theme_code)
    return rows.filter(standing_id=actor.standing.id) if actor.standing.party_id else rows


def assisted_in(official: Actor, presence: PresenceView, case_id: UUID) -> Actor:
    """The official as he works at a theme case with whoever stands here: for herself, or, in one opened under an
    authority that still holds, for the principal whose agent stands here."""
    others = ThemeCase.objects.filter(id=case_id).exclude(holder_id=presence.holder_id)
    standing_id = others.values_list("standing_id", flat=True).first()
    brought = {one.id: one for one in list_brought(presence)} if standing_id else {}
    if standing_id in brought:
        return agent_at_window(official, presence, brought[standing_id])
    return assisting_actor(official, presence)


def find_confirmation(actor: Actor, row: ThemeCase) -> Confirmation | None:
    """What the person now present confirmed last of the whole, in this presence."""
    if actor.standing is None or actor.standing.witnessed_in is None:
        return None
    rows = Confirmation.objects.filter(
        holder_id=row.holder_id, application_id=row.id, presence_id=actor.standing.witnessed_in
    )
    return rows.order_by("-confirmed_at").first()


def confirmed_in_person(actor: Actor, case_id: UUID) -> tuple[frozenset[str], frozenset[str]] | None:
    """The merged transfers agreed to and promises signed in this presence; None before she confirmed."""
    found = find_confirmation(actor, own_row(actor, case_id))
    return (frozenset(found.agreed), frozenset(found.signed)) if found else None


def own_row(actor: Actor, case_id: UUID) -> ThemeCase:
    """The actor's own theme case; absent and foreign ones raise the same NotFound."""
    actor.check(Permission.APPLY)
    row = own_rows(actor).filter(id=case_id).first()
    if row is None:
        raise NotFound()
    return row


def get_own(actor: Actor, case_id: UUID) -> ThemeCaseView:
    return _view(own_row(actor, case_id))


def draft_of(actor: Actor, case_id: UUID) -> tuple[dict[str, bool], dict[str, bool], dict[str, Any]]:
    """What is selected, answered and written in the actor's own theme draft."""
    row = own_row(actor, case_id)
    return marks(row.selected), marks(row.situations), open_values(actor, row)


def open_values(actor: Actor, row: ThemeCase) -> dict[str, Any]:
    """The merged form as written. One read line."""
    if not row.values_sealed:
        return {}
    purpose = f"{THEME_PURPOSE}:{row.theme_code}"
    own = permit(actor, [row.holder_id], ["application.*"], purpose, ground=Ground.OWN)
    sealed, context = bytes(row.values_sealed), theme_context(row.id)
    opened = open_snapshot(own, row.holder_id, sealed, context, f"theme:{row.id}", ())
    values: dict[str, Any] = msgspec.json.decode(opened)
    return values


def plan_own(
    actor: Actor, case_id: UUID, selected: Mapping[str, bool], answers: Mapping[str, bool]
) -> tuple[ThemeCaseView, ThemePlan]:
    """The plan of the actor's own theme case for what she selects and answers."""
    row = own_row(actor, case_id)
    theme = items.get_theme(row.theme_code)
    return _view(row), plan_theme(actor, theme, request_for(row, selected, answers))


def request_for(row: ThemeCase, selected: Mapping[str, bool], answers: Mapping[str, bool]) -> ThemeRequest:
    chosen = {role: UUID(holder) for role, holder in (mark.split("=", 1) for mark in row.chosen)}
    case = Case(row.holder_id, row.enterprise_id, chosen)
    return ThemeRequest(case, selected, answers, str(row.id), frozenset(row.declined))


def files_of(row: ThemeCase | ThemeCaseView) -> dict[str, str]:
    """Addresses of what she brought, by material code."""
    rows = ThemeFile.objects.filter(holder_id=row.holder_id, theme_case_id=row.id)
    return dict(rows.values_list("material", "file_address"))


def get_progress(actor: Actor, case_id: UUID) -> ThemeProgress:
    """The joint progress of the actor's own theme case."""
    row = own_row(actor, case_id)
    return ThemeProgress(_view(row), _members(row.holder_id, row.id))


def find_case_of(actor: Actor, application_id: UUID) -> ThemeCaseView | None:
    """The theme case the actor's own application belongs to, if any."""
    member = ThemeMember.objects.filter(
        application_id=application_id, holder_id__in=own_holders(actor)
    ).first()
    return get_own(actor, member.theme_case_id) if member else None


def find_sisters(actor: Actor, application_id: UUID) -> Sisters | None:
    """For a clerk of the department: the theme her case belongs to and how its other cases stand."""
    case = access_case_row(actor, application_id)
    member = ThemeMember.objects.filter(holder_id=case.holder_id, application_id=case.id).first()
    if member is None:
        return None
    row = ThemeCase.objects.get(holder_id=case.holder_id, id=member.theme_case_id)
    found = _members(row.holder_id, row.id)
    return Sisters(items.get_theme(row.theme_code).name, row.receipt, found)


def _members(holder_id: UUID, case_id: UUID) -> tuple[MemberView, ...]:
    rows = list(ThemeMember.objects.filter(holder_id=holder_id, theme_case_id=case_id).order_by("seq"))
    ids = [row.application_id for row in rows if row.application_id]
    cases = {one.id: one for one in Application.objects.filter(holder_id=holder_id, id__in=ids)}
    return tuple(_member(row, cases.get(row.application_id) if row.application_id else None) for row in rows)


def _member(row: ThemeMember, case: Application | None) -> MemberView:
    item = items.get_item(row.item_code)
    own = row.state if case is None or row.state == ThemeMember.State.STOPPED else case.state
    label = ThemeMember.State(own).label if own in ThemeMember.State.values else State(own).label
    return MemberView(
        item_code=item.code,
        item_name=item.name,
        department_name=item.department_name,
        state=own,
        words=label,
        after=names_of(row.after),
        reason=row.reason or (case.reason if case else ""),
        application_id=row.application_id,
        receipt=case.receipt if case else "",
        due_on=case.due_on if case else None,
        certificate_id=case.result_certificate_id if case else None,
    )


def names_of(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(items.get_item(code).name for code in codes)


def marks(kept: Iterable[str]) -> dict[str, bool]:
    return {code: mark == "Y" for code, mark in (one.split("=") for one in kept)}


def _view(row: ThemeCase) -> ThemeCaseView:
    return ThemeCaseView(
        id=row.id,
        holder_id=row.holder_id,
        enterprise_id=row.enterprise_id,
        theme_code=row.theme_code,
        theme_name=items.get_theme(row.theme_code).name,
        state=ThemeCase.State(row.state),
        revision=row.revision,
        receipt=row.receipt,
        opened_at=row.opened_at,
        submitted_at=row.submitted_at,
        chosen=tuple(row.chosen),
        declined=tuple(row.declined),
        draft_at=row.draft_at,
        draft_channel=row.draft_channel,
        draft_pen=row.draft_pen,
    )
