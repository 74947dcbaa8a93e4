"""9 personal areas of the programme × 11 kinds of applicants: every material in one state with a reason, none asked
for that could be had. Areas as in 德政办发 三（一）, kinds as the waterfall meets them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access import SealedRecord
from proofless.applications.waterfall import plan as plan_module
from proofless.applications.waterfall.outcome import MaterialOutcome, Mode, Plan
from proofless.applications.waterfall.people import Case
from proofless.applications.waterfall.plan import Gathered, Request, gather, plan_item
from proofless.applications.waterfall.records import Held
from proofless.commitments.queries.eligibility import Bars
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit.actor import Actor
from proofless.vault import cipher
from tests.town import TestTown

pytestmark = pytest.mark.django_db
AREAS = {
    "婚姻登记": "I003",
    "生育登记": "I004",
    "住房公积金异地转移接续": "I035",
    "就业创业": "I018",
    "户籍迁移": "I008",
    "社会保障卡申领": "I014",
    "养老保险关系转移接续": "I015",
    "异地就医报销": "I030",
    "不动产登记": "I043",
}
Change = Callable[[Gathered], Gathered]
TOLD = {"name": "另有其名", "address": "另一处地址", "hukou_address": "另一处地址", "nation": "02"}


def expired(gathered: Gathered) -> Gathered:
    """Every certificate of hers ran out."""
    records = tuple(
        replace(one, usable=False, why="已过有效期") if one.source.startswith("certificate") else one
        for one in gathered.held.records
    )
    return replace(gathered, held=replace(gathered.held, records=records))


def missing(gathered: Gathered) -> Gathered:
    """Registers hold nothing of her, and are not whole."""
    return replace(gathered, held=replace(gathered.held, records=(), loaded=frozenset()))


def down(gathered: Gathered) -> Gathered:
    """Half of the registers do not answer: what they hold is simply not known here."""
    codes = sorted({one.code for one in gathered.held.records if one.code.isupper()})
    return replace(gathered, held=replace(gathered.held, down=frozenset(codes[::2])))


def conflicting(gathered: Gathered) -> Gathered:
    """Every register says of her another name, address and nation than her certificates do."""
    records = tuple(
        replace(one, record=_retold(one)) if one.source.startswith("data:") else one
        for one in gathered.held.records
    )
    return replace(gathered, held=replace(gathered.held, records=records))


def _retold(held: Held) -> SealedRecord:
    values = cipher.open_record(held.record.sealed, held.record.context)
    said = {name: TOLD[name] for name in values if name in TOLD}
    return replace(held.record, sealed=cipher.seal_record({**values, **said}, held.record.context))


def barred(gathered: Gathered) -> Gathered:
    """A false promise not yet repaired, and a paper promised and never brought."""
    return replace(gathered, bars=Bars(date.max, 1))


def no_account(gathered: Gathered) -> Gathered:
    """Without a phone there is no mobile number on record."""
    return replace(gathered, account=None)


def alone(gathered: Gathered) -> Gathered:
    """A foreigner: in no household, married in no register here."""
    who = gathered.roles["applicant"]
    kept = tuple(one for one in gathered.held.records if one.holder_id in who and one.code == "id_card")
    return replace(gathered, roles={"applicant": who}, held=replace(gathered.held, records=kept))


KINDS: dict[str, tuple[str, Change]] = {
    "complete": ("", lambda gathered: gathered),
    "expired": ("", expired),
    "missing": ("", missing),
    "conflicting": ("", conflicting),
    "half in the dark": ("", down),
    "bad credit": ("", barred),
    "no phone": ("赵奶奶", no_account),
    "foreigner": ("", alone),
    "minor": ("张小宝", lambda gathered: gathered),
    "deceased's heir": ("heir", lambda gathered: gathered),
    "agent": ("window", lambda gathered: gathered),
}


@pytest.fixture(scope="module")
def fitting(town: TestTown, django_db_blocker: object) -> dict[str, UUID]:
    """For each area somebody whose conditions hold, and an heir."""
    found: dict[str, UUID] = {}
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        ids = [holder for key, holder in town.loaded.ids.items() if key[0] == "p"]
        for code in {*AREAS.values()}:
            found[code] = next((i for i in ids if _plan(town, i, code).materials), ids[0])
        found["heir"] = next((i for i in ids if _plan(town, i, "I043").roles.get("deceased")), ids[0])
    return found


def _plan(
    town: TestTown, holder: UUID, code: str, change: Change = lambda g: g, window: bool = False
) -> Plan:
    item = items.get_item(code)
    who = town.clerk(item.department_code) if window else _resident(holder)
    with ledger.reading() as lines:
        gathered = change(gather(who, [item], Case(holder)))
        made = plan_item(who, item, Request(Case(holder)), gathered)
        lines.clear()
    return made


def _resident(holder: UUID) -> Actor:
    from proofless.simulator.acting import resident

    return resident(holder)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("area", AREAS)
def test_every_material_is_in_one_state_with_a_reason(
    town: TestTown, fitting: dict[str, UUID], area: str, kind: str
) -> None:
    code, (name, change) = AREAS[area], KINDS[kind]
    holder = (
        fitting["heir"] if name == "heir" else town[name] if name not in {"", "window"} else fitting[code]
    )
    made = _plan(town, holder, code, change, window=name == "window")
    if made.refused:  # a minor does not marry: refused with the rule, nothing asked
        assert not made.materials and all(rule.text for rule in made.refused)
        return
    item = items.get_item(code)
    assert [m.code for m in made.materials] == [m.code for m in item.materials]
    for outcome in made.materials:
        check(outcome, item)
    assert not {m.code for m in made.uploads} & {m.code for m in made.materials if m.mode.resolved}
    for one in made.fields:
        assert one.filled or one.why
        assert one.filled or not one.applies or one.connect, "what would spare her this box is not named"


@pytest.mark.parametrize("area", AREAS)
def test_a_certificate_and_a_register_that_disagree_are_both_shown(
    town: TestTown, fitting: dict[str, UUID], area: str
) -> None:
    """Each with its date and where it stands, and she says which holds; no paper is asked for on that account."""
    code = AREAS[area]
    agreed, torn = (_plan(town, fitting[code], code, change) for change in (lambda g: g, conflicting))
    told = [one for one in torn.fields if one.other is not None]
    assert not [one for one in agreed.fields if one.other is not None]
    assert any(one.other == TOLD["name"] for one in told), "her identity card and 人口基本信息 disagree"
    for one in told:
        assert one.value != one.other and one.as_of and one.other_as_of and one.confirm
        assert one.reference.split(".")[0] != one.other_reference.split(".")[0]
    assert {m.code for m in torn.uploads} == {m.code for m in agreed.uploads}


def check(outcome: MaterialOutcome, item: ItemView) -> None:
    assert isinstance(outcome.mode, Mode) and outcome.sentence
    if outcome.mode is Mode.UPLOAD:
        assert outcome.attempts and all(attempt.why for attempt in outcome.attempts)
        assert outcome.connect or any(attempt.declined for attempt in outcome.attempts)
    elif outcome.mode.official:
        assert outcome.evidence or outcome.awaiting or "没有" in outcome.sentence
    else:
        assert outcome.mode in {Mode.COMMITMENT, Mode.FORM, Mode.REUSE, Mode.CANCELLED, Mode.NOT_APPLICABLE}


def test_a_debtor_promises_nothing_and_is_told_what_restores_it(
    town: TestTown, fitting: dict[str, UUID]
) -> None:
    """Wherever a promise would be next in turn it is barred, with every reason and a remedy."""
    promised = barred_count = 0
    for code in (*AREAS.values(), "I083", "I020"):
        holder = fitting.get(code, town["张三"])
        open_plan, closed = _plan(town, holder, code), _plan(town, holder, code, barred)
        promised += sum(m.mode is Mode.COMMITMENT for m in open_plan.materials)
        assert not [m for m in closed.materials if m.mode is Mode.COMMITMENT]
        attempts = [a for m in closed.materials for a in m.attempts if a.mode is Mode.COMMITMENT]
        barred_count += len(attempts)
        assert all("不实承诺" in a.why and a.remedy for a in attempts)
    assert promised and barred_count >= promised


def test_a_minors_guardian_promises_for_him_and_he_not_for_himself(town: TestTown) -> None:
    item = items.get_item("I083")
    for who, allowed in ((town.resident("李四"), True), (town.resident("张小宝"), False)):
        with ledger.reading() as lines:
            case = Case(town["张小宝"])
            made = plan_module.make_plan(who, item, Request(case))
            lines.clear()
        modes = {m.mode for m in made.materials}
        if made.refused:
            continue
        assert (Mode.COMMITMENT in modes) == allowed
