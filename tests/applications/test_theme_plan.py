"""A theme's plan: each field and material once, each item when its turn comes, from one reading."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.applications.themes.merging import Part, merge_materials, values_for
from proofless.applications.themes.planning import ThemePlan, ThemeRequest, ordered_items, plan_theme
from proofless.applications.themes.queries import list_themes
from proofless.applications.themes.rules import MARKS, circle_of, order_items
from proofless.applications.waterfall.outcome import Mode
from proofless.applications.waterfall.people import Case
from proofless.items import queries as items
from proofless.items.queries.library import key_of, plain_key
from proofless.items.services import merge_names
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.standards.versions import forget
from tests.applications.theme_scenes import CARD, CARE, INSURANCE, PHOTO
from tests.town import TestTown

SOURCE_KINDS = 3  # certificates, rows of datasets, the applicant's registration
BOUND = 10 + SOURCE_KINDS


def plan(reader: Actor, holder: UUID, code: str, **selected: bool) -> ThemePlan:
    with ledger.reading() as lines:
        made = plan_theme(reader, items.get_theme(code), ThemeRequest(Case(holder), selected))
        lines.clear()
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["T01", "T04", "T28"])
def test_a_theme_of_many_items_is_planned_in_the_statements_of_one(town: TestTown, code: str) -> None:
    """Eight items at a dozen statements each would keep a parent waiting at the busiest hour."""
    zhang = town.resident("张三")
    plan(zhang, town["张三"], code)
    with CaptureQueriesContext(connection) as captured:
        plan(zhang, town["张三"], code)
    assert len(captured) <= BOUND, "\n".join(q["sql"][:120] for q in captured)


@pytest.mark.django_db
def test_every_field_is_asked_once(town: TestTown) -> None:
    """She would otherwise write her name three times for three departments."""
    made = plan(town.resident("张三"), town["张三"], "T04")
    name = next(box for box in made.boxes if box.key == "applicant.applicant_name")
    assert set(name.items) == {CARD, CARE, INSURANCE} and name.shown.value == "张三"
    assert len({box.key for box in made.boxes}) == len(made.boxes)
    filled = [(b.label, str(b.shown.value)) for b in made.boxes if b.shown.filled]
    assert len(filled) == len(set(filled))
    parts = {(code, one.name) for box in made.boxes for code, one in box.parts}
    asked = {(m.item.code, f.name) for m in made.chosen if m.plan for f in m.plan.asked_fields}
    comes = {name for code, name in asked - parts if code == CARE}
    assert asked - parts == {(CARE, name) for name in comes} and comes, "what the new certificate says"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["T01", "T02", "T04", "T28"])
def test_what_she_types_is_asked_once_in_a_theme_and_in_a_case(town: TestTown, code: str) -> None:
    """One thing of one person is one box, however many departments want it; what she writes goes to each of them."""
    made = plan(town.resident("张三"), town["张三"], code)
    typed = [(box.key.split(".")[0], box.label) for box in made.boxes if not box.shown.filled]
    assert len(typed) == len(set(typed))
    for member in made.chosen:
        if member.plan:
            roles = {view.name: view.role for view in member.item.fields}
            asked = [(roles[one.name], one.label) for one in member.plan.asked_fields if not one.filled]
            assert len(asked) == len(set(asked)), member.item.code
    for box in (one for one in made.boxes if not one.shown.filled):
        said = {item: values_for(item, made.boxes, {box.key: "一样的"}) for item in box.items}
        assert all("一样的" in values.values() for values in said.values()), box.key


@pytest.mark.django_db
def test_one_paper_serves_every_item_that_needs_it(town: TestTown) -> None:
    made = plan(town.resident("张三"), town["张三"], "T04")
    card = next(m for m in made.materials if m.key == "I075-M01")
    assert card.outcome.mode is Mode.CERTIFICATE and set(card.items) == {CARD, CARE, INSURANCE}
    every = [code for m in made.materials for code in m.all_codes]
    wanted = [m.code for one in made.chosen if one.plan for m in one.plan.required]
    assert sorted(every) == sorted(wanted), "none is lost and none is twice"


@pytest.mark.django_db
def test_who_needs_a_sisters_certificate_waits_and_is_asked_for_nothing(town: TestTown) -> None:
    """Nobody brings a 残疾人证 to one office while another is about to issue it."""
    made = plan(town.resident("张三"), town["张三"], "T04")
    care = next(m for m in made.members if m.item.code == CARE)
    assert care.chosen and care.after == (CARD,)
    coming = next(m for m in made.materials if "I074-M01" in m.all_codes)
    assert coming.outcome.expects == "disabled_cert" and "残疾人证新办" in coming.outcome.sentence
    assert {m.key for m in made.uploads} == {"I075-M04"}
    assert any("disabled_cert.*" in one.fields for one in made.consents), (
        "its reading is agreed to beforehand"
    )


@pytest.mark.django_db
def test_without_the_forerunner_the_follower_says_why_it_cannot(town: TestTown) -> None:
    made = plan(town.resident("张三"), town["张三"], "T04", I075=False)
    care = next(m for m in made.members if m.item.code == CARE)
    assert not care.chosen and not care.possible and care.why
    assert [m.item.code for m in made.chosen] == [INSURANCE]


@pytest.mark.django_db
def test_what_she_already_has_is_not_preselected(town: TestTown) -> None:
    made = plan(town.resident("张三"), town["张三"], "T03")
    card = next(m for m in made.members if m.item.code == "I014")
    assert not card.chosen and card.possible and "社会保障卡" in card.why
    again = plan(town.resident("张三"), town["张三"], "T03", I014=True)
    assert next(m for m in again.members if m.item.code == "I014").chosen


@pytest.mark.django_db
def test_an_item_not_wanted_is_not_read_for(town: TestTown) -> None:
    """Reading for a department she does not turn to would be a read without a purpose."""
    zhang = town.resident("张三")
    request = ThemeRequest(Case(town["张三"]), {CARD: False, CARE: False, "I073": False, "I020": False})
    with ledger.reading() as lines:
        plan_theme(zhang, items.get_theme("T04"), request)
        assert {line.purpose for line in lines} == {f"办理事项:{INSURANCE}"}
        lines.clear()


@pytest.mark.django_db
def test_a_member_gets_only_its_own_fields(town: TestTown) -> None:
    made = plan(town.resident("张三"), town["张三"], "T04")
    written = {"applicant.disability_category": "1", "applicant.applicant_name": "王五"}
    assert values_for(CARD, made.boxes, written)["disability_category"] == "1"
    for code in (CARD, CARE, INSURANCE):
        names = {f.name for f in items.get_item(code).fields}
        given = values_for(code, made.boxes, written)
        assert given.keys() <= names and "applicant_name" not in given


@pytest.mark.django_db
def test_all_36_themes_are_shown_and_only_those_of_a_published_list_begin(town: TestTown) -> None:
    lines = list_themes()
    assert len(lines) == 36 and all(line.items and line.mark in MARKS.values() for line in lines)
    assert [line.theme.code for line in lines if line.open] == [f"T{n:02}" for n in range(1, 14)]
    assert all(line.theme.batch_confidence == "recalled" for line in lines if line.open)


@pytest.mark.django_db
def test_a_theme_whose_items_need_each_other_is_known(town: TestTown) -> None:
    """军人军属随迁: each 落户 asks for the 户口簿 the other gives. Both keep their place, none waits for ever."""
    circles = {}
    for line in list_themes():
        views = [items.get_item(code) for code in line.theme.item_codes]
        gives = {view.code: view.result_cert_code for view in views}
        needs = {v.code: frozenset(m.cert_code for m in v.materials if not m.abolished) for v in views}
        if found := circle_of(line.theme.item_codes, gives, needs):
            circles[line.theme.code] = set(found)
    assert not {code for code in circles if code <= "T13"}, "a theme open to the public has no circle"
    assert {"I008", "I009"} <= circles["T36"]
    assert len(ordered_items(items.get_theme("T36"))) == 3


CODES = st.lists(st.sampled_from("ABCDEFG"), unique=True, min_size=1)


@given(CODES, st.data())
def test_an_order_loses_nobody_and_breaks_no_line_without_a_circle(
    codes: list[str], data: st.DataObject
) -> None:
    gives = {code: f"cert_{code}" for code in codes}
    wants = st.frozensets(st.sampled_from(sorted(gives.values())))
    needs = {code: data.draw(wants) - {gives[code]} for code in codes}
    ordered = order_items(codes, gives, needs)
    assert sorted(ordered) == sorted(codes)
    if not circle_of(codes, gives, needs):
        for place, code in enumerate(ordered):
            assert not {gives[later] for later in ordered[place:]} & needs[code]


@pytest.mark.django_db
def test_two_names_that_were_merged_are_brought_once(town: TestTown) -> None:
    """The bureau decided that two offices mean the same paper: she photographs it once for both."""
    made = plan(town.resident("张三"), town["张三"], "T04")
    card = next(m for m in made.chosen if m.item.code == CARD)
    assert card.plan is not None
    view = next(m for m in card.item.materials if m.code == PHOTO)
    outcome = next(m for m in card.plan.materials if m.code == PHOTO)
    other = {"code": "I074-M09", "name": "首付款凭证"}
    item = replace(card.item, code=CARE, materials=(replace(view, **other),))
    parts = [
        Part(card.item, card.plan),
        Part(item, replace(card.plan, materials=(replace(outcome, **other),))),
    ]

    def brought() -> list[frozenset[str]]:
        found = merge_materials(parts, asked=True, key_of=key_of)
        return [one.all_codes for one in found if one.outcome.mode is Mode.UPLOAD]

    assert brought() == [{PHOTO}, {"I074-M09"}]
    merge_names(
        actor=system_actor(Permission.ITEMS_PUBLISH),
        library="material",
        from_key=plain_key(other["name"]),
        into_key=plain_key(view.name),
        reason="演示：同一份材料的两个叫法",
    )
    assert brought() == [{PHOTO, "I074-M09"}]
    forget()
