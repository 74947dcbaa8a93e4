"""How scenes of applications begin: somebody opens a draft and knows what a complete submission of it would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from proofless import ledger
from proofless.applications import queries, services
from proofless.applications.models import Application
from proofless.applications.services import Submission
from proofless.applications.waterfall.outcome import Mode, Plan
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.simulator.acting import Wish, blank_png, plan_for, written
from tests.town import TestTown
from tests.verification.scenes import on


@dataclass(frozen=True, slots=True)
class Draft:
    actor: Actor
    id: UUID
    plan: Plan

    def complete(self, **changes: object) -> Submission:
        """Everything agreed to, signed and written, except for what a scene changes."""
        whole: dict[str, object] = {
            "revision": Application.objects.get(id=self.id).revision,
            "values": {f.name: written(f) for f in self.plan.fields if f.required and not f.filled},
            "agreed": frozenset(t.key for t in self.plan.consents),
            "signed": frozenset(m.code for m in self.plan.required if m.mode is Mode.COMMITMENT),
        }
        return Submission(**whole | changes)  # type: ignore[arg-type]

    def attach(self, *codes: str) -> None:
        with ledger.reading():
            for code in codes:
                services.attach_upload(
                    actor=self.actor, application_id=self.id, material_code=code, data=blank_png()
                )

    def submit(self, submission: Submission | None = None) -> str:
        with ledger.reading():
            return services.submit(
                actor=self.actor, application_id=self.id, submission=submission or self.complete()
            )

    @property
    def row(self) -> Application:
        return Application.objects.get(id=self.id)


def open_draft(town: TestTown, name: str, item_code: str, answers: Mapping[str, bool] | None = None) -> Draft:
    who = town.resident(name)
    with ledger.reading():
        made = services.open_draft(actor=who, item_code=item_code)
        plan = plan_for(
            who, items.get_item(item_code), Wish(item_code, town[name], answers=answers or {}), made
        )
    return Draft(who, made, plan)


def submitted(town: TestTown, name: str, item_code: str) -> Draft:
    draft = open_draft(town, name, item_code)
    draft.attach(*(m.code for m in draft.plan.uploads))
    draft.submit()
    return draft


def handed_in_again(town: TestTown, name: str, case: UUID) -> None:
    """A returned case comes back as it was, with what was uploaded before."""
    who, row = town.resident(name), Application.objects.get(id=case)
    with ledger.reading():
        plan = plan_for(who, items.get_item(row.item_code), Wish(row.item_code, town[name]), case)
        draft = Draft(who, case, plan)
        services.submit(actor=who, application_id=case, submission=draft.complete())


def accepted(town: TestTown, name: str, item_code: str) -> Draft:
    """Taken and accepted by the item's department, which looked into what no record could settle."""
    draft = submitted(town, name, item_code)
    clerk = town.clerk(draft.row.department_code)
    services.take(actor=clerk, application_id=draft.id, revision=draft.row.revision)
    services.accept(
        actor=clerk,
        application_id=draft.id,
        revision=draft.row.revision,
        checked=frozenset(draft.row.unknown_rules),
    )
    return draft


def open_case(actor: Actor, draft: Draft) -> queries.CaseView:
    with ledger.reading():
        return queries.open_case(actor, draft.id)


def accepted_without(town: TestTown, item_code: str = "I083", material: str = "I083-M04") -> Draft:
    """容缺受理: handed in and accepted on the second of November 2026 without a paper that may follow."""
    with on(date(2026, 11, 2)):
        draft = open_draft(town, "张三", item_code)
        draft.submit(draft.complete(later=frozenset({material})))
        services.accept(
            actor=town.clerk(draft.row.department_code),
            application_id=draft.id,
            revision=draft.row.revision,
            checked=frozenset(draft.row.unknown_rules),
        )
    return draft
