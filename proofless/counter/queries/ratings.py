"""好差评 for officials: what must be followed up, and how departments stand. Nobody rated learns who rated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from proofless.access import Ground, SealedRecord, open_records, permit
from proofless.access.queries import find_holder_records
from proofless.counter.models import FollowUp, FollowUpState, Rating, rating_context
from proofless.counter.rules.grades import Grade, GradeCounts
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties


@dataclass(frozen=True, slots=True)
class FollowUpView:
    id: UUID
    state: FollowUpState
    revision: int
    item_name: str
    grade: Grade
    opened_at: datetime
    contact_due_on: date | None
    due_on: date | None
    due_unknown: bool
    upheld: bool | None
    outcome: str

    @property
    def overdue(self) -> bool:
        """The day for the next step is past."""
        limit = self.contact_due_on if self.state is FollowUpState.OPEN else self.due_on
        return self.state is not FollowUpState.CLOSED and limit is not None and limit < clock.today()


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """With what the resident wrote and how to reach her, read by duty."""

    head: FollowUpView
    text: str
    name: str
    mobile: str


@dataclass(frozen=True, slots=True)
class DepartmentRatings:
    """How one department stands: its grades, and its follow-ups in all, still open, and past their limit."""

    code: str
    name: str
    grades: GradeCounts
    follow_ups: int
    open: int
    overdue: int


def access_follow_up(actor: Actor, follow_up_id: UUID) -> FollowUp:
    """A follow-up of the actor's department that is not about himself; else NotFound."""
    found = _mine(actor).filter(id=follow_up_id).first()
    if found is None:
        raise NotFound()
    return found


def _mine(actor: Actor) -> QuerySet[FollowUp]:
    actor.check(Permission.COUNTER_MANAGE)
    rows = FollowUp.objects.filter(department_code=actor.department_code or "-")
    if actor.division_code:
        rows = rows.filter(division_code__startswith=actor.division_code[:6])
    return rows.exclude(rated_account=actor.account_id)


def list_follow_ups(actor: Actor, *, closed: bool = False) -> list[FollowUpView]:
    """What the actor's department has to follow up, nearest limit first; or the latest that are done."""
    rows = _mine(actor)
    if closed:
        found = list(rows.filter(state=FollowUpState.CLOSED).order_by("-closed_at")[:50])
    else:
        found = list(rows.exclude(state=FollowUpState.CLOSED).order_by("due_on", "opened_at")[:200])
    ratings = {one.id: one for one in Rating.objects.filter(id__in=[row.rating_id for row in found])}
    return [_view(row, ratings[row.rating_id]) for row in found]


def open_follow_up(actor: Actor, follow_up_id: UUID) -> OpenFollowUp:
    """One follow-up with the resident's words and telephone: every opening is a line she can read."""
    row = access_follow_up(actor, follow_up_id)
    rating = Rating.objects.get(id=row.rating_id, holder_id=row.holder_id)
    basis = f"差评回访:{row.id}"
    grant = permit(
        actor,
        [row.holder_id],
        ["rating.text", "account.mobile"],
        "差评回访整改",
        ground=Ground.STATUTORY,
        basis=basis,
    )
    text = ""
    if rating.text_sealed:
        context = rating_context(rating.holder_id, rating.id)
        sealed = bytes(rating.text_sealed)
        record = SealedRecord(rating.holder_id, sealed, context, "rating", f"rating:{rating.id}")
        text = str(open_records(grant, [record])[0]["text"])
    (account,) = open_records(grant, find_holder_records([row.holder_id]).values())
    name = parties.holder_names([row.holder_id]).get(row.holder_id, "")
    return OpenFollowUp(_view(row, rating), text, name, str(account.get("mobile") or ""))


def _view(row: FollowUp, rating: Rating) -> FollowUpView:
    item = items.find_item(rating.item_code)
    return FollowUpView(
        id=row.id,
        state=FollowUpState(row.state),
        revision=row.revision,
        item_name=item.name if item else rating.item_code,
        grade=Grade(rating.grade),
        opened_at=row.opened_at,
        contact_due_on=row.contact_due_on,
        due_on=row.due_on,
        due_unknown=row.due_unknown,
        upheld=row.upheld,
        outcome=row.outcome,
    )


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which ratings count: of the last ``days`` days (0: ever), of one department, given in one channel."""

    days: int = 0
    department_code: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ItemRatings:
    """How one item stands."""

    code: str
    name: str
    department: str
    grades: GradeCounts


def by_department(actor: Actor, narrowed: Narrowed = Narrowed()) -> list[DepartmentRatings]:
    """How every department was rated, most ratings first."""
    after, names = _follow_ups(actor, narrowed), parties.list_departments()
    found = [
        DepartmentRatings(
            code,
            names[code].short_name if code in names else code,
            counts,
            *after.get(code, (0, 0, 0)),
        )
        for code, counts in _grades(actor, narrowed, "department_code").items()
    ]
    return sorted(found, key=lambda one: (-one.grades.total, one.code))


def by_item(actor: Actor, narrowed: Narrowed = Narrowed()) -> list[ItemRatings]:
    """How every item was rated, the worst good rate first."""
    found = [
        ItemRatings(code, item.name if item else code, item.department_name if item else "", counts)
        for code, counts in _grades(actor, narrowed, "item_code").items()
        for item in [items.find_item(code)]
    ]
    return sorted(found, key=lambda one: (one.grades.good_rate or 0.0, -one.grades.total, one.code))


def by_channel(actor: Actor, narrowed: Narrowed = Narrowed()) -> list[tuple[str, GradeCounts]]:
    """How each way of being served was rated, most ratings first."""
    labels = {channel.value: channel.label for channel in Channel}
    found = _grades(actor, narrowed, "channel").items()
    return sorted(((labels.get(code, code), counts) for code, counts in found), key=lambda one: -one[1].total)


def _ratings(actor: Actor, narrowed: Narrowed) -> QuerySet[Rating]:
    actor.check(Permission.SUPERVISE)
    rows = Rating.objects.all()
    if narrowed.days:
        rows = rows.filter(rated_at__gte=clock.now() - timedelta(days=narrowed.days))
    if narrowed.department_code:
        rows = rows.filter(department_code=narrowed.department_code)
    return rows.filter(channel=narrowed.channel) if narrowed.channel else rows


def _grades(actor: Actor, narrowed: Narrowed, by: str) -> dict[str, GradeCounts]:
    found: dict[str, dict[Grade, int]] = {}
    for row in _ratings(actor, narrowed).values(by, "grade").annotate(count=Count("id")):
        found.setdefault(row[by], {})[Grade(row["grade"])] = row["count"]
    return {code: GradeCounts(counts) for code, counts in found.items()}


def _follow_ups(actor: Actor, narrowed: Narrowed) -> Mapping[str, tuple[int, int, int]]:
    """By department: all, open, open past their limit."""
    open_ = ~Q(state=FollowUpState.CLOSED)
    today = clock.today()
    late = Q(state=FollowUpState.OPEN, contact_due_on__lt=today) | Q(
        state=FollowUpState.CONTACTED, due_on__lt=today
    )
    rated = _ratings(actor, narrowed).values("id")
    rows = FollowUp.objects.filter(rating_id__in=rated).values("department_code")
    return {
        row["department_code"]: (row["every"], row["still"], row["late"])
        for row in rows.annotate(
            every=Count("id"), still=Count("id", filter=open_), late=Count("id", filter=late)
        )
    }
