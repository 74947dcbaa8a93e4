"""The fill page of one theme: the parts of a single item's page, with every thing once for all items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from proofless.applications.themes import queries as themes
from proofless.applications.themes.merging import Box, MergedMaterial, MergedTransfer
from proofless.applications.themes.planning import Member, ThemePlan
from proofless.applications.waterfall.outcome import Mode
from proofless.items.queries import ItemView
from proofless.kit.actor import Actor
from proofless.parties import queries as parties
from proofless.portal.queries.filling import (
    FieldBox,
    FormSheet,
    MaterialCard,
    TransferRow,
    Written,
    choice_boxes,
    field_box,
    field_tags,
    material_card,
)
from proofless.portal.queries.names import labels_of


@dataclass(frozen=True, slots=True)
class ThemeHead:
    """What the shared parts of the page need of a case. A theme is never sent back as a whole: ``reason`` is empty."""

    id: UUID
    revision: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One item of the theme to tick. ``after`` names the items whose results it waits for."""

    code: str
    name: str
    department: str
    chosen: bool
    possible: bool
    why: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSheet(FormSheet):
    """As ``Sheet``, for a theme: its items to tick, and every department they go to."""

    head: ThemeHead
    theme_name: str
    members: tuple[MemberRow, ...]
    departments: tuple[str, ...]

    @property
    def undecided(self) -> bool:
        """Nothing to show before it is said who is meant, or while nothing is chosen."""
        return self.unchosen or not any(row.chosen for row in self.members)


def saved_theme(actor: Actor, case_id: UUID) -> tuple[dict[str, bool], Written]:
    """What the draft holds: the items selected, and what is answered and written."""
    selected, answers, values = themes.draft_of(actor, case_id)
    return selected, Written(answers=answers, values=values)


def get_theme_sheet(
    actor: Actor, case_id: UUID, selected: Mapping[str, bool], written: Written
) -> ThemeSheet:
    """The page for what is selected and written so far."""
    head, plan = themes.plan_own(actor, case_id, selected, written.answers)
    names = parties.holder_names([i for i in (head.holder_id, head.enterprise_id) if i])
    departments = {code: view.name for code, view in parties.list_departments().items()}
    brought = themes.files_of(head)
    views = {member.item.code: member.item for member in plan.members}
    several = len(plan.chosen) > 1
    boxes = [_box(views, box, written, several) for box in plan.boxes]
    rows = _Rows(actor, plan, views, departments, names)
    cards = [_card(views, one, written, brought, departments) for one in plan.materials]
    return ThemeSheet(
        head=ThemeHead(head.id, head.revision),
        theme_name=head.theme_name,
        members=tuple(_row(views, member) for member in plan.members),
        departments=tuple(dict.fromkeys(member.item.department_name for member in plan.chosen)),
        applicant="您" if head.holder_id == actor.reader else names[head.holder_id],
        enterprise=names.get(head.enterprise_id, "") if head.enterprise_id else "",
        open_rules=tuple(replace(rule, text=f"{name}：{rule.text}") for name, rule in plan.open_rules),
        questions=plan.questions,
        materials=tuple(sorted(cards, key=lambda card: not card.upload)),
        spared=tuple(_card(views, one, written, brought, departments) for one in plan.spared),
        to_write=tuple(box for box in boxes if not box.filled),
        filled=tuple(box for box in boxes if box.filled),
        statutory=tuple(rows.row(one) for one in plan.statutory),
        consents=tuple(rows.row(one) for one in plan.consents),
        declined=tuple(rows.row(one) for one in plan.declined),
        choices=choice_boxes(actor, plan.choices, f"办理一件事:{head.theme_code}"),
        written=written,
    )


def _row(views: Mapping[str, ItemView], member: Member) -> MemberRow:
    item = member.item
    after = tuple(views[code].name for code in member.after)
    return MemberRow(
        item.code, item.name, item.department_name, member.chosen, member.possible, member.why, after
    )


def _used_by(views: Mapping[str, ItemView], codes: Iterable[str]) -> str:
    return "、".join(views[code].name for code in codes)


def _card(
    views: Mapping[str, ItemView],
    one: MergedMaterial,
    written: Written,
    brought: Mapping[str, str],
    departments: Mapping[str, str],
) -> MaterialCard:
    """A material with the items it serves; a promise shows its text for each department it is given to."""
    served = [views[code] for code in one.items]
    card = material_card(served[0], one.outcome, one.all_codes <= brought.keys(), written, departments)
    paragraphs = card.paragraphs
    if one.outcome.mode is Mode.COMMITMENT:
        others = [material_card(item, one.outcome, False, written, departments) for item in served[1:]]
        paragraphs = (*paragraphs, *(text for other in others for text in other.paragraphs))
    notes = [card.outcome.note, f"用于：{_used_by(views, one.items)}" if len(views) > 1 else ""]
    outcome = replace(card.outcome, note="；".join(note for note in notes if note))
    return replace(card, outcome=outcome, paragraphs=paragraphs, later_days=None)


def _box(views: Mapping[str, ItemView], box: Box, written: Written, several: bool) -> FieldBox:
    owner = next(code for code, one in box.parts if one.source == box.shown.source)
    made = field_box(views[owner], replace(box.shown, name=box.key), written)
    if made.filled or not several:
        return made
    return replace(made, why=f"用于：{_used_by(views, box.items)}")


class _Rows:
    """Merged transfers in words."""

    def __init__(
        self,
        actor: Actor,
        plan: ThemePlan,
        views: Mapping[str, ItemView],
        departments: Mapping[str, str],
        names: Mapping[UUID, str],
    ) -> None:
        about = {one.first.holder_id for one in (*plan.statutory, *plan.consents, *plan.declined)}
        self._names = {**names, **parties.holder_names(about - names.keys())}
        self._actor, self._views, self._departments = actor, views, departments

    def row(self, one: MergedTransfer) -> TransferRow:
        first, whose, groups = one.first, self._whose(one), labels_of(one.fields)
        return TransferRow(
            key=one.key,
            line=one.line,
            whose=f"{whose}的“{groups[0][0]}”" if len(groups) == 1 else whose,
            provider=self._departments.get(first.provider_code, first.provider_code or "数据提供部门"),
            recipient="、".join(self._departments.get(code, code) for code in one.recipients),
            purpose=f"办理“{_used_by(self._views, one.items)}”",
            basis="；".join(dict.fromkeys(self._views[code].legal_basis for code in one.items)),
            fields=field_tags(groups),
            sensitive=first.sensitive,
        )

    def _whose(self, one: MergedTransfer) -> str:
        if one.first.holder_id == self._actor.reader:
            return "您"
        roles = next(iter(self._views.values())).role_names
        label, name = roles.get(one.first.role, ""), self._names.get(one.first.holder_id, "")
        return f"{name}（{label}）" if label else name
