"""Publishing lists: one city, one standard; 县里 may be quicker and nearer, and what counted yesterday still did."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from proofless.access.actors import system_actor
from proofless.certificates.services import load_types
from proofless.data.services import load_datasets
from proofless.items import sheets
from proofless.items.errors import ListAsksHeld, ListDates, ListDeviates, ListUpperMissing
from proofless.items.models import ItemList, ListUnit
from proofless.items.queries import get_item, lists
from proofless.items.rules.elements import MaterialElement, Window
from proofless.items.services import (
    load_items,
    publish_list,
    publish_received,
    publish_templates,
    receive_file,
)
from proofless.kit import clock
from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.standards.versions import forget

Tables = dict[str, list[dict[str, str]]]
BUREAU = system_actor(Permission.CATALOG_LOAD, Permission.ITEMS_PUBLISH)
COUNTY, TOWN, OTHER = "371402", "371402001", "371482"


@pytest.fixture
def city(directory: None, catalogue: Tables) -> lists.ListView:
    """The city's template of 高龄津贴."""
    item = get_item("I072")
    draft = lists.Draft("I072", "371400", lists.template_of(item), clock.today())
    publish_list(actor=BUREAU, draft=draft)
    return lists.find_in_force("I072", "371400")  # type: ignore[return-value]


@pytest.fixture
def types(catalogue: Tables) -> None:
    load_types(actor=BUREAU, types=catalogue["certificates"], fields=catalogue["certificate_fields"])


@pytest.fixture
def shared(catalogue: Tables) -> None:
    load_datasets(actor=BUREAU, datasets=catalogue["datasets"], dataset_fields=catalogue["dataset_fields"])


def of_county(city: lists.ListView, division: str = COUNTY, **changes: Any) -> lists.Draft:
    return replace(city.draft, division_code=division, elements=replace(city.elements, **changes))


def test_a_county_may_be_quicker_and_nearer(city: lists.ListView) -> None:
    days = city.elements.promised_days
    window = Window("德城区政务服务中心", "工作日", "0534-0000000")
    published = publish_list(actor=BUREAU, draft=of_county(city, promised_days=days - 1, windows=(window,)))
    assert published.fresh and published.number == 1
    assert lists.find_governing("I072", TOWN).elements.promised_days == days - 1  # type: ignore[union-attr]
    assert lists.find_governing("I072", OTHER) == city
    entry = LedgerEntry.objects.filter(kind="items.list_published").latest("at")
    assert entry.object_id == str(published.list_id)


def test_a_county_that_asks_for_more_is_refused_with_the_difference(city: lists.ListView) -> None:
    """Otherwise 李四 brings 居住证明 in 德城 and nowhere else."""
    more = (*city.elements.materials, MaterialElement("居住证明", "必要"))
    with pytest.raises(ListDeviates) as caught:
        publish_list(actor=BUREAU, draft=of_county(city, materials=more))
    (told,) = caught.value.detail["deviations"]  # type: ignore[misc]
    assert told["label"] == "申请材料" and "居住证明" in told["after"]
    assert not lists.list_versions("I072", COUNTY)


def asking(city: lists.ListView, name: str, basis: str = "") -> lists.Draft:
    """The city's next template asks for one thing more."""
    more = (*city.elements.materials, MaterialElement(name, "必要", basis))
    tomorrow = clock.today() + timedelta(1)
    return replace(city.draft, elements=replace(city.elements, materials=more), effective_on=tomorrow)


@pytest.mark.parametrize("name", ["结婚证", "申请人的结婚证复印件", "出生医学证明(原件)"])
def test_a_list_does_not_ask_for_what_the_city_holds(city: lists.ListView, types: None, name: str) -> None:
    """赵奶奶 would bring her marriage certificate for a subsidy that reads it: whoever holds it is named."""
    with pytest.raises(ListAsksHeld) as caught:
        publish_list(actor=BUREAU, draft=asking(city, name, "工作需要"))
    assert "本市已有" in str(caught.value.message) and "电子证照" in caught.value.message
    assert lists.list_versions("I072", "371400")[0] == city


@pytest.mark.parametrize("name", ["家庭经济状况核对", "申请人的劳动关系证明(原件)", "最低生活保障对象信息"])
def test_nor_for_what_departments_share(city: lists.ListView, types: None, shared: None, name: str) -> None:
    """She would fetch a stamped paper of what one department already tells the others."""
    with pytest.raises(ListAsksHeld) as caught:
        publish_list(actor=BUREAU, draft=asking(city, name, "工作需要"))
    assert "本市已有" in str(caught.value.message) and "共享数据“" in caught.value.message
    assert publish_list(actor=BUREAU, draft=asking(city, name, "某某条例第十二条")).number == 2


def test_with_a_law_by_its_article_it_may_and_the_list_shows_the_law(
    city: lists.ListView, types: None
) -> None:
    draft = asking(city, "结婚证", "某某条例第十二条")
    assert publish_list(actor=BUREAU, draft=draft).number == 2
    shown = lists.list_versions("I072", "371400")[0].elements.materials[-1]
    assert (shown.name, shown.basis) == ("结婚证", "某某条例第十二条")


def test_what_nobody_holds_is_not_refused_for_it(city: lists.ListView, types: None) -> None:
    assert publish_list(actor=BUREAU, draft=asking(city, "家谱")).number == 2


def test_a_township_is_held_against_its_county(city: lists.ListView) -> None:
    quick = of_county(city, promised_days=1)
    publish_list(actor=BUREAU, draft=quick)
    with pytest.raises(ListDeviates):
        publish_list(actor=BUREAU, draft=of_county(city, TOWN, promised_days=2))
    assert publish_list(actor=BUREAU, draft=of_county(city, TOWN, promised_days=1)).fresh


def test_nothing_is_published_below_nothing(directory: None, catalogue: Tables) -> None:
    draft = lists.Draft("I072", COUNTY, lists.template_of(get_item("I072")), clock.today())
    with pytest.raises(ListUpperMissing):
        publish_list(actor=BUREAU, draft=draft)


def test_versions_begin_on_their_day_and_the_same_list_is_no_version(city: lists.ListView) -> None:
    tomorrow = clock.today() + timedelta(1)
    assert not publish_list(actor=BUREAU, draft=city.draft).fresh
    changed = replace(city.draft, elements=replace(city.elements, promised_days=1), effective_on=tomorrow)
    assert publish_list(actor=BUREAU, draft=changed).number == 2
    assert lists.find_in_force("I072", "371400") == city
    assert lists.find_in_force("I072", "371400", tomorrow).number == 2  # type: ignore[union-attr]
    with pytest.raises(ListDates):
        publish_list(actor=BUREAU, draft=replace(city.draft, effective_on=date(2020, 1, 1)))


def test_a_changed_template_shows_who_now_deviates(city: lists.ListView) -> None:
    publish_list(actor=BUREAU, draft=of_county(city, promised_days=3))
    faster = replace(city.draft, elements=replace(city.elements, promised_days=2))
    publish_list(actor=BUREAU, draft=faster)
    (deviating,) = lists.list_deviating()
    assert deviating.lower.division_code == COUNTY
    assert [one.label for one in deviating.differences] == ["承诺办结时限"]


def test_a_county_publishes_for_itself_only(city: lists.ListView) -> None:
    clerk = replace(BUREAU, division_code=COUNTY)
    assert publish_list(actor=clerk, draft=of_county(city)).fresh
    with pytest.raises(Forbidden):
        publish_list(actor=clerk, draft=of_county(city, OTHER))
    with pytest.raises(Forbidden):
        publish_list(actor=system_actor(Permission.CATALOG_READ), draft=of_county(city))


def test_the_city_publishes_all_its_templates_once(directory: None, catalogue: Tables) -> None:
    assert publish_templates(actor=BUREAU) == 88
    assert publish_templates(actor=BUREAU) == 0
    assert LedgerEntry.objects.filter(kind="items.list_published").count() == 88


def test_a_file_goes_on_where_it_stopped(directory: None, catalogue: Tables) -> None:
    """The bureau's browser dies in mid-import: nothing twice, nothing lost, the bad one named."""
    rows = lists.export_rows("371400")
    rows["basic"][4]["promise_day"] = "999"
    content = sheets.write(rows)
    file_id = receive_file(actor=BUREAU, name="市级.xlsx", content=content)
    first = publish_received(actor=BUREAU, file_id=file_id, chunks=1)
    assert (first.kept, first.refused, first.waiting) == (20, 1, 67)
    assert receive_file(actor=BUREAU, name="市级.xlsx", content=content) == file_id
    last = publish_received(actor=BUREAU, file_id=file_id)
    assert (last.kept, last.refused, last.done) == (87, 1, True)
    assert ItemList.objects.count() == 87
    (refused,) = [unit for unit in lists.list_units(file_id) if unit.state == "refused"]
    assert refused.line == 7 and "ROW_VALUE" in {problem.code for problem in refused.problems}
    assert sheets.read(sheets.write(lists.export_rows("371400")))["basic"]


def test_a_refusal_of_the_rules_stays_beside_its_line(city: lists.ListView) -> None:
    rows = lists.export_rows("371400")
    for table in rows:
        rows[table] = [row for row in rows[table] if row["local_task_code"] == "I072-371400"]
        for row in rows[table]:
            row["local_task_code"] = f"I072-{COUNTY}"
    rows["basic"][0].update(use_level="4", anticipate_day="60")
    file_id = receive_file(actor=BUREAU, name="县级.xlsx", content=sheets.write(rows))
    assert publish_received(actor=BUREAU, file_id=file_id).refused == 1
    problem = ListUnit.objects.get(file_id=file_id).problems[0]
    assert problem["code"] == "LIST_DEVIATES" and "法定办结时限" in problem["text"]


def test_a_case_keeps_the_item_it_began_under(catalogue: Tables) -> None:
    """赵奶奶 began when no 委托书 was asked for: a later catalogue must not send her home for one."""
    before = get_item("I072")
    rows = [dict(row) for row in catalogue["item_materials"]]
    mine = next(row for row in rows if row["item_code"] == "I072")
    rows.append({**mine, "material_code": "I072-M99", "seq": "99", "material_name": "居住证明"})
    load_items(actor=BUREAU, tables={**catalogue, "item_materials": rows})
    forget()
    now, then = get_item("I072"), get_item("I072", version=before.version)
    assert "居住证明" in [m.name for m in now.materials]
    assert (
        then.materials == before.materials and then.fields == before.fields and then.version == before.version
    )
    assert get_item("I001", version=before.version).materials == get_item("I001").materials
