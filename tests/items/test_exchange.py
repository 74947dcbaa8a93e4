"""Lists travel as files: what is good arrives whole, what is bad is named by line, nothing is half imported."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.items import sheets
from proofless.items.errors import ListFileUnreadable
from proofless.items.rules.columns import TABLES
from proofless.items.rules.elements import Elements, MaterialElement, Window
from proofless.items.rules.exchange import Draft, Known, read_units, to_rows

KNOWN = Known(frozenset({"I001", "I072"}), {"371400": "city", "371402": "county"}, date(2026, 11, 23))
GRANT = Draft(
    "I072",
    "371402",
    Elements(
        name="高龄津贴申领",
        item_type="行政给付",
        object_type="person",
        conditions=("年满80周岁", "具有本地户籍"),
        flow=("提交申请", "审查", "发放"),
        materials=(
            MaterialElement("居民身份证", "必要"),
            MaterialElement("委托书", "情形必要", "民法典第165条"),
        ),
        legal_days=20,
        promised_days=3,
        result="",
        charged=False,
        legal_basis="老年人权益保障法",
        windows=(
            Window("德城区政务服务中心3号窗口", "工作日9:00-17:00", "0534-12345"),
            Window("新湖街道", "", ""),
        ),
    ),
    date(2026, 12, 1),
    extra={"basic": {"dept_name": "德城区民政局"}, "extend": {}, "material": [{}, {}], "question": []},
)


def lines_of(rows: dict[str, list[dict[str, str]]]) -> dict[str, list[tuple[int, dict[str, str]]]]:
    return {table: list(enumerate(found, 3)) for table, found in rows.items()}


def test_a_list_through_a_workbook_is_the_same_list() -> None:
    rows = to_rows(GRANT, level="county", number=2)
    (unit,) = read_units(sheets.read(sheets.write(rows)), KNOWN)
    assert unit.problems == () and unit.draft == GRANT and unit.line == 3


NATIONAL = {
    "basic": """task_code local_task_code task_handle_item task_name catalog_code task_type by_law dept_name dept_code
        dept_type entrust_name use_level power_source project_type server_type accept_condition handle_flow
        anticipate_day anticipate_type anticipate_explain promise_day promise_type promise_explain special_procedure
        limit_scene_num handle_type is_fee fee_basis transact_addr transact_time link_way supervise_way
        is_single_login app_is_single_login task_state task_version""",
    "extend": """result_type result_name result_guid is_online online_handle_depth is_schedule is_pay_online is_express
        is_entry_center is_service_terminals handle_area limit_explain other_dept service_type user_topic_type
        corp_topic_type""",
    "material": """material_name is_need material_type material_format source_type source_explain page_num page_format
        form_guid example_guid fill_explain accept_stand by_law order_num""",
    "fee": "fee_name fee_stand by_law is_desc desc_explain",
    "question": "question answer",
}


@pytest.mark.parametrize("table", NATIONAL)
def test_every_column_of_the_national_tables_has_its_place(table: str) -> None:
    """standards.md 10: what the province sends goes back to it whole."""
    names = {column.name for column in TABLES[table][1]}
    rows = {"row_guid", "cd_operation", "cd_time", "cd_batch", "data_source"}
    assert {*NATIONAL[table].split(), *rows} <= names


def test_what_the_elements_do_not_hold_comes_back_as_it_came() -> None:
    rows = to_rows(GRANT, level="county", number=1)
    rows["basic"][0] |= {"entrust_name": "某委托机关", "row_guid": "a1"}
    rows["extend"][0] |= {"is_express": "1", "limit_explain": "无"}
    rows["material"][1] |= {"page_num": "1", "fill_explain": "按样表填写"}
    rows["fee"] = [
        {
            "local_task_code": "I072-371402",
            "fee_name": "工本费",
            "fee_stand": "10元",
            "by_law": "",
            "is_desc": "1",
        }
    ]
    (unit,) = read_units(sheets.read(sheets.write(rows)), KNOWN)
    assert unit.draft
    back = to_rows(unit.draft, level="county", number=1)
    for table, found in rows.items():
        for line, row in enumerate(found):
            assert {n: v for n, v in row.items() if v} == {n: v for n, v in back[table][line].items() if v}


def test_another_transfer_of_the_same_list_is_the_same_list() -> None:
    """Or every nightly exchange would publish a version nobody can tell from the last."""
    drafts = []
    for batch in ("20261129", "20261130"):
        rows = to_rows(GRANT, level="county", number=1)
        rows["basic"][0] |= {"cd_time": batch, "cd_batch": batch, "cd_operation": "U"}
        drafts.append(read_units(lines_of(rows), KNOWN)[0].draft)
    assert drafts[0] == drafts[1] is not None


TEXT = st.text("甲乙丙=+-@'\"<&证明 0", min_size=1, max_size=8).map(str.strip).filter(bool)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=3, unique=True), TEXT, st.integers(0, 20))
def test_no_text_is_changed_on_the_way(names: list[str], law: str, days: int) -> None:
    """A name that begins with = would be a formula in somebody's office."""
    materials = tuple(MaterialElement(name, "必要", law) for name in names)
    elements = Elements("甲", "公共服务", "both", ("乙",), ("丙",), materials, 20, days, law, True, law)
    draft = Draft("I001", "371400", elements, date(2026, 12, 1), extra={"basic": {"dept_name": law}})
    (unit,) = read_units(sheets.read(sheets.write(to_rows(draft, level="city", number=1))), KNOWN)
    assert unit.draft and unit.draft.elements == elements


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("basic", "task_name", "", "ROW_REQUIRED"),
        ("basic", "task_type", "99", "ROW_VALUE"),
        ("basic", "promise_day", "三天", "ROW_VALUE"),
        ("basic", "promise_day", "21", "ROW_LIMIT"),
        ("basic", "use_level", "3", "ROW_LEVEL"),
        ("basic", "plan_effective_date", "2026-13-01", "ROW_VALUE"),
        ("basic", "catalog_code", "123", "ROW_CODE"),
        ("basic", "task_code", "1" * 31, "ROW_CODE"),
        ("basic", "local_task_code", "I999-371402", "ROW_UNKNOWN_ITEM"),
        ("basic", "local_task_code", "I072-999999", "ROW_UNKNOWN_DIVISION"),
        ("material", "is_need", "9", "ROW_VALUE"),
        ("material", "material_name", "居\x07民", "ROW_TEXT"),
        ("material", "material_name", "居" * 101, "ROW_TOO_LONG"),
        ("material", "local_task_code", "I001-371402", "ROW_PARENT"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_other_list_is_kept(
    table: str, column: str, value: str, code: str
) -> None:
    rows: Any = to_rows(GRANT, level="county", number=1)
    rows[table][0][column] = value
    lines = lines_of(rows)
    other = to_rows(
        Draft("I001", "371400", GRANT.elements, date(2026, 12, 1), extra=GRANT.extra), level="city", number=1
    )
    for name, more in other.items():
        lines[name] += list(enumerate(more, 30))
    units = read_units(lines, KNOWN)
    problems = [problem for unit in units for problem in unit.problems]
    assert code in {problem.code for problem in problems}
    named = next(problem for problem in problems if problem.code == code)
    assert named.line == 3 and named.table == table and named.text
    good = [unit for unit in units if unit.draft]
    assert "I001-371400" in {unit.key for unit in good}


def test_two_lists_under_one_code_are_refused() -> None:
    rows = to_rows(GRANT, level="county", number=1)
    rows["basic"] *= 2
    (unit,) = read_units(lines_of(rows), KNOWN)
    assert unit.draft is None and unit.problems[0].code == "ROW_DUPLICATE"


CELLS = st.one_of(
    st.text(max_size=12), st.sampled_from(["I072-371402", "1", "4", "20", "2026-12-01", "必要"])
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_file_makes_reading_fail_otherwise(data: st.DataObject) -> None:
    lines = {
        table: [
            (n, {column.name: data.draw(CELLS) for column in columns})
            for n in range(data.draw(st.integers(0, 2)))
        ]
        for table, (_, columns) in TABLES.items()
    }
    for unit in read_units(lines, KNOWN):
        assert (unit.draft is None) == bool(unit.problems)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"{", b"[1]", b'{"basic": 3}', b"\xff\xfe"])
def test_what_is_no_list_file_is_refused(content: bytes) -> None:
    with pytest.raises(ListFileUnreadable):
        sheets.read(content)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        sheets.read(b"PK" + content)
    except ListFileUnreadable:
        return
