"""The oracle: what the catalogue says of each material, held against what the waterfall found.

For a complete applicant the outcome of every material that applies equals the catalogue's ``preferred_obtain_mode``;
rows no longer required are never asked; an ineligible subject is refused with the rule instead of resolved.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proofless.access.actors import system_actor
from proofless.applications.waterfall.outcome import MaterialOutcome, Mode, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.items import queries as items
from proofless.items.queries import ItemView, MaterialView
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.simulator.load import LoadedTown
from proofless.supervision.rules import Counts


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of complete applicant. ``situations`` are item code → the situation codes that apply."""

    code: str
    items: tuple[str, ...]
    situations: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class ItemResult:
    """What the subjects of one item showed. ``mismatches`` are (material, expected, found, cause)."""

    item_code: str
    subjects: int = 0
    refused: int = 0
    matched: set[str] = field(default_factory=set)
    mismatches: list[tuple[str, str, str, str]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    def resolved(self, item: ItemView) -> bool:
        """Every row matched for some eligible subject, and none mismatched for any."""
        return (
            self.subjects > self.refused
            and not self.mismatches
            and self.matched >= {m.code for m in item.materials}
        )


def read_profiles(path: Path) -> dict[str, Profile]:
    """The profiles of ``catalog/town_profiles.csv``."""
    profiles = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            situations: dict[str, set[str]] = defaultdict(set)
            for pair in filter(None, row["situations"].split(";")):
                item_code, situation = pair.split(":")
                situations[item_code].add(situation)
            frozen = {code: frozenset(names) for code, names in situations.items()}
            profiles[row["profile_code"]] = Profile(
                row["profile_code"], tuple(row["items"].split(";")), frozen
            )
    return profiles


def clerk_of(item: ItemView) -> Actor:
    """The item's department at its window."""
    return system_actor(Permission.HANDLE, department_code=item.department_code, label=item.department_name)


def answers_for(item: ItemView, applying: Iterable[str]) -> dict[str, bool]:
    """Every question of the item answered: yes for what applies, no for the rest."""
    yes = set(applying)
    return {m.situation.code: m.situation.code in yes for m in item.materials if m.situation}


def run_profiles(loaded: LoadedTown, profiles: Mapping[str, Profile]) -> dict[str, ItemResult]:
    """Plan every item for every complete member of every profile that names it."""
    results = {item.code: ItemResult(item.code) for item in items.list_items()}
    for profile in profiles.values():
        for member in loaded.town.profiles.get(profile.code, ()):
            case = Case(
                loaded.ids[member.applicant], loaded.ids[member.enterprise] if member.enterprise else None
            )
            for code in profile.items:
                item = items.get_item(code)
                subject = case if item.object_type != "person" else Case(case.applicant)
                answers = answers_for(item, profile.situations.get(code, frozenset()))
                judge(results[code], item, make_plan(clerk_of(item), item, Request(subject, answers)))
    return results


def judge(result: ItemResult, item: ItemView, plan: Plan) -> None:
    """Hold one plan against the catalogue."""
    result.subjects += 1
    if plan.refused:
        result.refused += 1
        result.mismatches.append(("", "eligible", "refused", plan.refused[0].text))
        return
    by_code = {m.code: m for m in item.materials}
    for outcome in plan.materials:
        if outcome.mode is Mode.NOT_APPLICABLE:
            continue
        wanted = expected_mode(by_code[outcome.code])
        if outcome.mode is wanted:
            result.matched.add(outcome.code)
        else:
            result.mismatches.append((outcome.code, wanted.value, outcome.mode.value, cause(outcome)))
    result.counts = result.counts + plan_counts(plan)


def expected_mode(material: MaterialView) -> Mode:
    """The catalogue's preferred mode; what is no longer required is cancelled, however it could be had."""
    return Mode.CANCELLED if material.abolished else Mode(material.preferred.value)


def cause(outcome: MaterialOutcome) -> str:
    return ";".join(f"{a.mode.label}:{a.why}" for a in outcome.attempts)


def plan_counts(plan: Plan) -> Counts:
    """The counts a submission of this plan would enter."""
    required = plan.required
    filled = [f for f in plan.fields if f.filled]
    return Counts(
        cases=1,
        materials_required=len(required),
        materials_official=sum(m.mode.official for m in required),
        materials_free=sum(m.mode.resolved for m in required),
        fields_total=len(plan.asked_fields),
        fields_official=sum(f.origin in {"certificate", "dataset"} for f in filled),
        fields_filled=len(filled),
    )


def ceilings(every: Iterable[ItemView]) -> Counts:
    """The catalogue's own ceilings, recomputed: every row as preferred, every reference filled."""
    total = Counts()
    for item in every:
        asked = [m for m in item.materials if not m.abolished]
        total = total + Counts(
            cases=1,
            materials_required=len(asked),
            materials_official=sum(Mode(m.preferred.value).official for m in asked),
            materials_free=sum(m.submission_free for m in asked),
            fields_total=len(item.fields),
            fields_official=sum(f.origin in {"certificate", "dataset"} for f in item.fields),
            fields_filled=sum(f.origin != "manual" for f in item.fields),
        )
    return total
