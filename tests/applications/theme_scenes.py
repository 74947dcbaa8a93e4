"""How scenes of themes begin: somebody opens one and knows what a complete submission of it would be.

残疾人服务 (T04): 张三 asks for the 残疾人证 (CL), the 护理补贴 that needs it (MZJ), and 医保 (YBJ) beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from proofless import ledger
from proofless.applications import queries as applications
from proofless.applications import services as acts
from proofless.applications.models import Application, ThemeCase, ThemeMember
from proofless.applications.result import missing_face
from proofless.applications.themes import continuing, queries, services
from proofless.applications.themes.planning import ThemePlan
from proofless.applications.themes.services import ThemeSubmission
from proofless.applications.waterfall.outcome import Mode
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.simulator.acting import FACE, answer_for_departments, blank_png, written
from tests.town import TestTown

DISABLED = "T04"
CARD, CARE, INSURANCE = "I075", "I074", "I029"
PHOTO = "I075-M04"


@dataclass(frozen=True, slots=True)
class Theme:
    town: TestTown
    actor: Actor
    id: UUID
    selected: Mapping[str, bool] = field(default_factory=dict)

    @property
    def row(self) -> ThemeCase:
        return ThemeCase.objects.get(id=self.id)

    @property
    def plan(self) -> ThemePlan:
        with ledger.reading():
            return queries.plan_own(self.actor, self.id, self.selected, {})[1]

    def complete(self, **changes: object) -> ThemeSubmission:
        """Everything agreed to, signed and written, except for what a scene changes."""
        plan = self.plan
        whole: dict[str, object] = {
            "revision": self.row.revision,
            "selected": self.selected,
            "values": {b.key: written(b.shown) for b in plan.boxes if b.required and not b.shown.filled},
            "agreed": frozenset(one.key for one in plan.consents),
            "signed": frozenset(m.key for m in plan.materials if m.outcome.mode is Mode.COMMITMENT),
        }
        return ThemeSubmission(**whole | changes)  # type: ignore[arg-type]

    def attach(self, *materials: str) -> None:
        with ledger.reading():
            for material in materials:
                services.attach_upload(
                    actor=self.actor,
                    case_id=self.id,
                    material=material,
                    data=blank_png(),
                    selected=self.selected,
                    answers={},
                )

    def submit(self, submission: ThemeSubmission | None = None) -> str:
        with ledger.reading():
            return services.submit_theme(
                actor=self.actor, case_id=self.id, submission=submission or self.complete()
            )

    def member(self, item_code: str) -> ThemeMember:
        return ThemeMember.objects.get(theme_case_id=self.id, item_code=item_code)

    def case(self, item_code: str) -> Application:
        return Application.objects.get(id=self.member(item_code).application_id)

    def clerk(self, item_code: str, number: int = 2) -> Actor:
        return self.town.clerk(items.get_item(item_code).department_code, number)

    def accept(self, item_code: str) -> None:
        case, clerk = self.case(item_code), self.clerk(item_code)
        with ledger.reading():
            answer_for_departments(clerk, applications.open_case(clerk, case.id))
        acts.accept(
            actor=clerk,
            application_id=case.id,
            revision=case.revision,
            checked=frozenset(case.unknown_rules),
        )

    def approve(self, item_code: str) -> None:
        """Accept and approve, as the department's clerk."""
        self.accept(item_code)
        case, clerk = self.case(item_code), self.clerk(item_code)
        item = items.get_item(item_code)
        with ledger.reading():
            opened = applications.open_case(clerk, case.id)
            lacking = missing_face(clerk, opened, item) if item.result_cert_code else ()
            given = {name: FACE.get(kind, "演示填写") for name, _, kind in lacking}
            if "cert_no" in given:  # GB/T 26341: the resident's number, category and level
                given["cert_no"] = f"{opened.values['applicant_id_no']}11"
            acts.decide(
                actor=clerk,
                application_id=case.id,
                revision=case.revision,
                approve=True,
                completed=given,
            )

    def refuse(self, item_code: str) -> None:
        case = self.case(item_code)
        acts.refuse(
            actor=self.clerk(item_code),
            application_id=case.id,
            revision=case.revision,
            reason="不符合规定的条件",
        )

    def progress(self) -> queries.ThemeProgress:
        return queries.get_progress(self.actor, self.id)

    def state(self, item_code: str) -> str:
        return next(m.state for m in self.progress().members if m.item_code == item_code)


def open_theme(
    town: TestTown, name: str = "张三", code: str = DISABLED, selected: Mapping[str, bool] | None = None
) -> Theme:
    who = town.resident(name)
    with ledger.reading():
        made = services.open_theme(actor=who, theme_code=code)
    return Theme(town, who, made, selected or {})


def handed_in(town: TestTown) -> Theme:
    theme = open_theme(town)
    theme.attach(PHOTO)
    theme.submit()
    return theme


def go_on() -> int:
    return continuing.go_on_waiting()
