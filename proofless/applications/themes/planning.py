"""The plan of a theme: each item's own plan from one reading, and what they ask for merged.

SQL statements: those of one plan (``applications.waterfall.plan``), whatever the number of items; asserted in
``tests/applications/test_theme_plan.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from proofless.applications.result import HOLDER_ROLE, REISSUING
from proofless.applications.themes import merging
from proofless.applications.themes.merging import Box, MergedMaterial, MergedTransfer, Part
from proofless.applications.themes.rules import order_items
from proofless.applications.waterfall.outcome import Choice, Plan, RuleResult, Situation, Transfer
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import INVITED, Gathered, Request, gather, plan_item
from proofless.items import queries as items
from proofless.items.queries import ItemView, ThemeView
from proofless.items.queries.library import key_of
from proofless.kit.actor import Actor

NEEDS_FIRM = "由企业办理。您还没有企业的，先办好企业设立，再以企业身份办这一项"
NEEDS_PARTNER = "要双方共同办理，请单独申请"


@dataclass(frozen=True, slots=True)
class ThemeRequest:
    """``selected`` says of an item whether it is wanted; of one not named the registers decide."""

    case: Case
    selected: Mapping[str, bool] = field(default_factory=dict)
    answers: Mapping[str, bool] = field(default_factory=dict)
    basis: str = ""
    declined: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """One item of the theme for this applicant. ``why`` says why it is not, or need not be, done.

    ``possible`` False: it cannot be chosen. ``after`` are the chosen items whose results it waits for.
    """

    item: ItemView
    chosen: bool
    possible: bool
    why: str
    plan: Plan | None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemePlan:
    theme: ThemeView
    members: tuple[Member, ...]
    choices: tuple[Choice, ...]
    questions: tuple[Situation, ...]
    materials: tuple[MergedMaterial, ...]
    spared: tuple[MergedMaterial, ...]
    boxes: tuple[Box, ...]
    statutory: tuple[MergedTransfer, ...]
    consents: tuple[MergedTransfer, ...]
    declined: tuple[MergedTransfer, ...]

    @property
    def chosen(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.chosen)

    @property
    def undecided(self) -> tuple[str, ...]:
        return tuple(choice.role for choice in self.choices if choice.chosen is None)

    @property
    def uploads(self) -> tuple[MergedMaterial, ...]:
        return tuple(material for material in self.materials if merging.is_brought(material))

    @property
    def open_rules(self) -> tuple[tuple[str, RuleResult], ...]:
        """Conditions no record settles, with the item they are of: a clerk looks into each."""
        found = [(m.item.name, rule) for m in self.chosen if m.plan for rule in m.plan.rules]
        return tuple((name, rule) for name, rule in found if rule.holds is None and not rule.expects)


def ordered_items(theme: ThemeView) -> tuple[ItemView, ...]:
    """The theme's items, whoever gives a certificate before those whose materials need it."""
    views = {code: items.get_item(code) for code in theme.item_codes}
    gives = {code: view.result_cert_code for code, view in views.items()}
    needs = {
        code: frozenset(m.cert_code for m in view.materials if not m.abolished)
        for code, view in views.items()
    }
    return tuple(views[code] for code in order_items(theme.item_codes, gives, needs))


def plan_theme(actor: Actor, theme: ThemeView, request: ThemeRequest) -> ThemePlan:
    """Which items are done, for whom, in what order, and what they ask for, each thing once."""
    views = ordered_items(theme)
    gathered = gather(actor, views, request.case)
    members: list[Member] = []
    for item in views:
        members.append(_member(actor, item, request, gathered, members))
    parts = [Part(m.item, m.plan) for m in members if m.chosen and m.plan]
    return ThemePlan(
        theme=theme,
        members=tuple(members),
        choices=_choices(members),
        questions=merging.merge_questions(parts),
        materials=merging.merge_materials(parts, asked=True, key_of=key_of),
        spared=merging.merge_materials(parts, asked=False, key_of=key_of),
        boxes=merging.merge_fields(parts),
        statutory=_merged(parts, lambda part: part.plan.statutory),
        consents=_merged(parts, merging.transfers_of),
        declined=_merged(parts, lambda part: part.plan.declined),
    )


def _merged(parts, of) -> tuple[MergedTransfer, ...]:  # type: ignore[no-untyped-def]
    found: list[tuple[str, Transfer]] = [(part.item.code, one) for part in parts for one in of(part)]
    return merging.merge_transfers(found)


def _member(
    actor: Actor, item: ItemView, request: ThemeRequest, gathered: Gathered, before: list[Member]
) -> Member:
    """An item not wanted is not planned: what is not needed is not read."""
    wanted = request.selected.get(item.code)
    if item.object_type == "enterprise" and request.case.enterprise is None:
        return Member(item, False, False, NEEDS_FIRM, None)
    if wanted is False:
        return Member(item, False, True, "", None)
    held = _held_result(item, gathered)
    if wanted is None and held:
        return Member(item, False, True, held, None)
    results = {m.item.result_cert_code: m.item.name for m in before if m.chosen and m.item.result_cert_code}
    asked = Request(request.case, request.answers, request.basis, request.declined, results)
    plan = plan_item(actor, item, asked, gathered)
    if plan.refused:
        return Member(item, False, False, plan.refused[0].text, plan)
    if INVITED in plan.undecided:
        return Member(item, False, False, NEEDS_PARTNER, None)
    after = tuple(m.item.code for m in before if m.chosen and m.item.result_cert_code in plan.expects)
    return Member(item, True, True, "", plan, after)


def _held_result(item: ItemView, gathered: Gathered) -> str:
    """Why an item that gives what she already has is not preselected."""
    code = item.result_cert_code
    if not code or item.code in REISSUING or code in {m.cert_code for m in item.materials}:
        return ""  # what the item itself asks for is somebody else's, or the one it replaces
    role = HOLDER_ROLE.get(code, "enterprise" if item.object_type == "enterprise" else "applicant")
    holders = gathered.roles.get(role, ())[:1]
    usable = any(
        one.usable and one.code == code and one.holder_id in holders for one in gathered.held.records
    )
    return f"已经有有效的{item.titles.get(code, '结果证照')}，不用再办" if usable else ""


def _choices(members: list[Member]) -> tuple[Choice, ...]:
    """Whom a role means is asked once for all members. Of employees those that serve the first member."""
    found: dict[str, Choice] = {}
    for member in members:
        if member.chosen and member.plan:
            for choice in member.plan.choices:
                found.setdefault(choice.role, choice)
    return tuple(found.values())
