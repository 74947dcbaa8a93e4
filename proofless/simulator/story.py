"""The whole story, headless: a town, every item held against the catalogue, one thread from wish to verified file."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.access import Ground, permit
from proofless.access.actors import system_actor
from proofless.applications.errors import NotEligible
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.certificates import queries as certificates
from proofless.codes import services as codes
from proofless.gm.trust import TrustStore
from proofless.items import queries as items
from proofless.kit.actor import Actor, Channel
from proofless.kit.permissions import Permission
from proofless.ledger import queries as ledger_queries
from proofless.ofd import verify as ofd
from proofless.seals import services as seals
from proofless.simulator import oracle
from proofless.simulator.accounts import INSPECTOR_SCENES
from proofless.simulator.acting import Wish, resident
from proofless.simulator.load import LoadedTown, Report, quiet
from proofless.simulator.persisting import apply_once, handle_once, persist
from proofless.supervision import queries as supervision
from proofless.supervision import services as following
from proofless.supervision.rules import Counts

Say = Callable[[str], None]
SAMPLE = 1200
CARD_ITEM, CARD_DEPARTMENT, CARD_SCENE = "I081", "MZJ", "SC01"


@dataclass(frozen=True, slots=True)
class Story:
    """What the run showed. Rates are computed from the run's own ledger."""

    items_resolved: int
    certificate_file: str
    certificate_verified: bool
    rates: dict[str, float | None]
    complete: dict[str, float | None]
    ceilings: dict[str, float | None]
    town: dict[str, float | None]
    mismatches: list[dict[str, str]]
    scan: dict[str, Any]
    holder_lines: int

    def as_json(self) -> dict[str, Any]:
        return {
            "items_resolved": self.items_resolved,
            "certificate_file": self.certificate_file,
            "certificate_verified": self.certificate_verified,
            "material_share_rate": self.rates["material_share_rate"],
            "field_share_rate": self.rates["field_share_rate"],
            "rates": self.rates,
            "complete": self.complete,
            "ceilings": self.ceilings,
            "town": self.town,
            "mismatches": self.mismatches,
            "scan": self.scan,
            "holder_lines": self.holder_lines,
        }


def rates_of(counts: Counts) -> dict[str, float | None]:
    names = ("material_share_rate", "submission_free_rate", "field_share_rate", "field_filled_rate")
    return {"cases": counts.cases, **{name: getattr(counts, name) for name in names}}


def tell(
    loaded: LoadedTown, catalog: Path, out: Path, *, chain: Callable[[], None], say: Say, seed: int
) -> Story:
    """Live through the story in an open demo home. ``chain`` lets the sequencer catch up.

    A database that dies on the way costs a wait: what was acknowledged stands, and nothing is done twice.
    """
    say("逐项核对88个事项")
    results = persist(lambda: _hold_against_catalogue(loaded, catalog))
    resolved = sum(results[item.code].resolved(item) for item in items.list_items())
    complete = sum((r.counts for r in results.values()), Counts())
    say(f"已解决事项 {resolved}")
    say(f"已提交 {submit_complete(loaded, catalog, quiet)} 件")
    town = persist(lambda: sample_town(loaded, seed, say))
    say("赵奶奶办老年人优待证")
    certificate_id, holder = elder_card(loaded)
    files = persist(lambda: export_files(loaded, certificate_id, holder, out))
    verified = verify_files(files, out / "trust")
    scan = persist(lambda: scan_code(holder))
    persist(chain)
    persist(following.follow_chain)
    supervisor = system_actor(Permission.SUPERVISE)
    total = persist(lambda: supervision.total(supervisor))
    return Story(
        items_resolved=resolved,
        certificate_file=str(files[0]),
        certificate_verified=verified,
        rates=rates_of(total),
        complete=rates_of(complete),
        ceilings=rates_of(oracle.ceilings(items.list_items())),
        town=rates_of(town),
        mismatches=[
            {"item": r.item_code, "material": m, "expected": want, "found": got, "cause": why}
            for r in results.values()
            for m, want, got, why in r.mismatches
        ],
        scan=scan,
        holder_lines=persist(lambda: _lines_of(holder)),
    )


def _hold_against_catalogue(loaded: LoadedTown, catalog: Path) -> dict[str, oracle.ItemResult]:
    with ledger.reading():
        return oracle.run_profiles(loaded, oracle.read_profiles(catalog / "town_profiles.csv"))


def submit_complete(loaded: LoadedTown, catalog: Path, report: Report) -> int:
    """One complete member of each profile submits each of the profile's items, so that the ledger has real cases."""
    submitted = 0
    profiles = oracle.read_profiles(catalog / "town_profiles.csv")
    total = sum(len(p.items) for p in profiles.values() if loaded.town.profiles.get(p.code))
    for profile in profiles.values():
        for member in loaded.town.profiles.get(profile.code, ())[:1]:
            for code in profile.items:
                item = items.get_item(code)
                wish = wish_of(loaded, item.code, member.applicant, member.enterprise)
                answers = oracle.answers_for(item, profile.situations.get(code, frozenset()))
                apply_once(Wish(wish.item_code, wish.actor_id, wish.enterprise, wish.ward, answers))
                submitted += 1
        report("提交办件", submitted, total)
    return submitted


def wish_of(loaded: LoadedTown, item_code: str, applicant: Any, enterprise: Any) -> Wish:
    """A wish of a town's member; a minor's guardian acts for him."""
    town, ids = loaded.town, loaded.ids
    holder = ids[applicant]
    company = ids[enterprise] if enterprise and items.get_item(item_code).object_type != "person" else None
    person = town.people[applicant[1]]
    if person.guardians:
        return Wish(item_code, ids["p", person.guardians[0]], company, ward=holder)
    return Wish(item_code, holder, company)


def sample_town(loaded: LoadedTown, seed: int, say: Say) -> Counts:
    """Random residents, awkward ones included, wanting items they are eligible for: the whole town's rates."""
    choose = random.Random(seed)
    people = [p for p in loaded.town.people if p.died_on is None]
    every = [item for item in items.list_items() if item.object_type == "person"]
    counts, refused = Counts(), 0
    with ledger.reading():
        for _ in range(SAMPLE):
            person, item = choose.choice(people), choose.choice(every)
            request = Request(Case(loaded.ids[person.holder]))
            plan = make_plan(oracle.clerk_of(item), item, request)
            if not plan.eligible:
                refused += 1
                continue
            counts = counts + oracle.plan_counts(plan)
    say(f"全城抽样 {SAMPLE} 次,其中不符合条件或无从判断 {refused} 次")
    return counts


def elder_card(loaded: LoadedTown) -> tuple[UUID, UUID]:
    """赵奶奶 applies for her 老年人优待证; the clerk decides; the sealed certificate is in the library."""
    holder = loaded.cast()["赵奶奶"]
    try:
        application_id = apply_once(Wish(CARD_ITEM, holder))
    except NotEligible as refusal:
        raise RuntimeError("the cast's own story must be possible") from refusal
    certificate_id = handle_once(application_id, CARD_DEPARTMENT)
    if certificate_id is None:
        raise RuntimeError("the item must result in a certificate")
    return certificate_id, holder


def export_files(loaded: LoadedTown, certificate_id: UUID, holder: UUID, out: Path) -> list[Path]:
    """The new card, and a certificate of 张三, as their holders would download them; and the trust that checks them."""
    folder = out / "certificates"
    folder.mkdir(parents=True, exist_ok=True)
    files = [_download(resident(holder), certificate_id, holder, folder)]
    other = loaded.cast()["张三"]
    who = resident(other)
    with ledger.reading():
        own = certificates.list_own(actor=who, holder_ids=[other])
    files.append(_download(who, own[0].certificate_id, other, folder))
    seals.export_trust(directory=out / "trust")
    return files


def _download(who: Actor, certificate_id: UUID, holder: UUID, folder: Path) -> Path:
    with ledger.reading():
        own = permit(who, [holder], ["*"], "本人下载证照", ground=Ground.OWN)
        data = certificates.read_file(own, certificate_id)
    path = folder / f"{certificate_id}.ofd"
    path.write_bytes(data)
    return path


def verify_files(files: list[Path], trust: Path) -> bool:
    """Every file verifies with full facts against the exported trust."""
    store = TrustStore.load(trust)
    return all(ofd.verify(path.read_bytes(), store).verdict == "valid" for path in files)


def scan_code(holder: UUID) -> dict[str, Any]:
    """She shows her code at a park; the keeper learns what the scene allows and nothing else."""
    keeper = Actor(
        UUID(int=3),
        "演示核验员",
        frozenset({Permission.SCAN}),
        department_code="WLJ",
        scene_codes=frozenset(INSPECTOR_SCENES),
        channel=Channel.PHONE,
    )
    with ledger.reading():
        shown = codes.show_code(actor=resident(holder))
        result = codes.scan_code(actor=keeper, code=shown.text, scene_code=CARD_SCENE)
    return {"scene": CARD_SCENE, "answers": {a.label: a.value for a in result.answers}}


def _lines_of(holder: UUID) -> int:

    return ledger_queries.list_for_holder(holder).total
