"""清单交换: lists to and from the rows of the national exchange tables, checked row by row. Pure.

A list is carried by one ``basic`` row and its rows in the other tables, linked by ``local_task_code``:
``<item code>-<division code>``. A list with any bad row is held back whole; the others are kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import msgspec

from proofless.items.rules import codes
from proofless.items.rules.columns import DAY_TYPES, LINK, OBJECTS, PROJECTS, TABLES, TRANSFER_MARKS
from proofless.items.rules.elements import Elements, Fee, MaterialElement, Window

Row = Mapping[str, str]
Lines = Mapping[str, Sequence[tuple[int, Row]]]  # table → (line in the file, row)
SPLIT = "；"
DIGIT_OF_LEVEL = {"city": "3", "county": "4", "township": "5"}
NEEDS = {"必要": "1", "情形必要": "2", "容缺后补": "3"}
NEED_WORDS = {digit: word for word, digit in NEEDS.items()}
TYPE_OF_DIGITS = codes.TASK_TYPES
DIGITS_OF_TYPE = {word: digits for digits, word in TYPE_OF_DIGITS.items()}
OBJECT_OF_WORD = {word: kind for kind, word in OBJECTS.items()}
# Columns the elements themselves hold; everything else is kept beside them as it came.
_HELD_BASIC = """local_task_code task_code task_handle_item catalog_code task_name task_type by_law use_level
project_type server_type accept_condition handle_flow anticipate_day anticipate_type promise_day promise_type is_fee
transact_addr transact_time link_way task_state task_version plan_effective_date"""
_HELD = {
    "basic": frozenset(_HELD_BASIC.split()),
    "extend": frozenset({LINK, "result_name"}),
    "material": frozenset({LINK, "material_name", "is_need", "by_law"}),
    "fee": frozenset({LINK, "fee_name", "fee_stand", "by_law"}),
    "question": frozenset({LINK}),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row: where, a code for programs, Chinese text for people."""

    table: str
    line: int
    column: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A list as it wants to be published."""

    item_code: str
    division_code: str
    elements: Elements
    effective_on: date
    catalog_code: str = ""
    task_code: str = ""
    handle_code: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """One list of a file: a draft when it is good, problems when it is not."""

    key: str
    line: int
    draft: Draft | None
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are held against: items, and the level of every division."""

    items: frozenset[str]
    levels: Mapping[str, str]
    today: date


def read_units(lines: Lines, known: Known) -> list[Unit]:
    """Every list of a file in the order of its ``basic`` rows, then rows that belong to none."""
    problems: dict[str, list[RowProblem]] = defaultdict(list)
    children: dict[str, dict[str, list[tuple[int, Row]]]] = defaultdict(lambda: defaultdict(list))
    for table, (_, columns) in TABLES.items():
        for line, row in lines.get(table, ()):
            for column in columns:
                code, text = column.complain(row.get(column.name, ""))
                if code:
                    problems[row.get(LINK, "")].append(RowProblem(table, line, column.name, code, text))
            children[row.get(LINK, "")][table].append((line, row))
    units = [
        _unit(key, tables, problems[key], known)
        for key, tables in sorted(children.items(), key=lambda pair: _first_line(pair[1]))
    ]
    return [unit for unit in units if unit]


def _first_line(tables: Mapping[str, Sequence[tuple[int, Row]]]) -> tuple[bool, int]:
    basic = tables.get("basic")
    return not basic, basic[0][0] if basic else min(line for rows in tables.values() for line, _ in rows)


def _unit(
    key: str, tables: Mapping[str, Sequence[tuple[int, Row]]], problems: list[RowProblem], known: Known
) -> Unit:
    basic = tables.get("basic", ())
    found = list(problems)
    if not basic:
        found += [
            RowProblem(table, line, LINK, "ROW_PARENT", f"没有本地实施编码为“{key}”的实施清单行")
            for table, rows in tables.items()
            for line, _ in rows
        ]
        return Unit(key, _first_line(tables)[1], None, tuple(found))
    line, row = basic[0]
    found += [RowProblem("basic", n, LINK, "ROW_DUPLICATE", "同一实施编码出现两次") for n, _ in basic[1:]]
    found += _complain_of_links(line, row, known)
    found += _complain_of_codes(line, row)
    found += _complain_of_materials(tables.get("material", ()))
    extends = tables.get("extend", ())
    found += [
        RowProblem("extend", n, LINK, "ROW_DUPLICATE", "同一事项有两行扩展信息") for n, _ in extends[1:]
    ]
    if found:
        return Unit(key, line, None, tuple(found))
    return Unit(key, line, _draft(row, {table: [r for _, r in rows] for table, rows in tables.items()}), ())


def _complain_of_links(line: int, row: Row, known: Known) -> Iterable[RowProblem]:
    item, _, division = row.get(LINK, "").partition("-")
    if item not in known.items:
        yield RowProblem("basic", line, LINK, "ROW_UNKNOWN_ITEM", f"事项目录中没有“{item}”")
    level = DIGIT_OF_LEVEL.get(known.levels.get(division, ""))
    if level is None:
        yield RowProblem("basic", line, LINK, "ROW_UNKNOWN_DIVISION", f"没有可以发布清单的区划“{division}”")
    elif row.get("use_level") in codes.LEVELS and row["use_level"] != level:
        yield RowProblem("basic", line, "use_level", "ROW_LEVEL", f"“行使层级”与区划“{division}”不一致")
    if not _later(row.get("promise_day", ""), row.get("anticipate_day", "")):
        yield RowProblem("basic", line, "promise_day", "ROW_LIMIT", "“承诺办结时限”不能长于“法定办结时限”")


def _later(promised: str, legal: str) -> bool:
    digits = promised.isascii() and promised.isdigit() and legal.isascii() and legal.isdigit()
    return not digits or int(promised) <= int(legal)


def _complain_of_codes(line: int, row: Row) -> Iterable[RowProblem]:
    """A code left blank is not guessed; one that is given is checked whole."""
    catalog, task, handle = (row.get(n, "") for n in ("catalog_code", "task_code", "task_handle_item"))
    if catalog and (text := codes.complain_of_catalog_code(catalog)):
        yield RowProblem("basic", line, "catalog_code", "ROW_CODE", text)
    level, body = row.get("use_level", ""), row.get("dept_code", "")
    if task and (text := codes.complain_of_task_code(task, catalog_code=catalog, level=level, body=body)):
        yield RowProblem("basic", line, "task_code", "ROW_CODE", text)
    if handle and (text := codes.complain_of_handle_code(handle, task_code=task)):
        yield RowProblem("basic", line, "task_handle_item", "ROW_CODE", text)


def _complain_of_materials(rows: Sequence[tuple[int, Row]]) -> Iterable[RowProblem]:
    seen: set[str] = set()
    for line, row in rows:
        name = row.get("material_name", "")
        if name and name in seen:
            yield RowProblem("material", line, "material_name", "ROW_DUPLICATE", f"材料“{name}”列了两次")
        seen.add(name)


def _draft(row: Row, tables: Mapping[str, Sequence[Row]]) -> Draft:
    item, _, division = row[LINK].partition("-")
    extend: Row = next(iter(tables.get("extend", ())), {})
    extra: dict[str, Any] = {
        "basic": _beside("basic", row),
        "extend": _beside("extend", extend),
        "material": [_beside("material", one) for one in tables.get("material", ())],
        "question": [_beside("question", one) for one in tables.get("question", ())],
    }
    fees = [_beside("fee", one) for one in tables.get("fee", ())]
    extra |= {"fee": fees} if any(fees) else {}
    elements = Elements(
        name=row["task_name"],
        item_type=TYPE_OF_DIGITS[row["task_type"]],
        object_type=OBJECT_OF_WORD[row["server_type"]],
        conditions=_split(row["accept_condition"]),
        flow=_split(row["handle_flow"]),
        materials=tuple(
            MaterialElement(m["material_name"], NEED_WORDS[m["is_need"]], m.get("by_law", ""))
            for m in tables.get("material", ())
        ),
        legal_days=int(row["anticipate_day"]),
        promised_days=int(row["promise_day"]),
        result=extend.get("result_name", ""),
        charged=row["is_fee"] == "1",
        legal_basis=row["by_law"],
        fees=tuple(Fee(f["fee_name"], f["fee_stand"], f.get("by_law", "")) for f in tables.get("fee", ())),
        windows=_windows(row),
    )
    return Draft(
        item,
        division,
        elements,
        date.fromisoformat(row["plan_effective_date"]),
        row.get("catalog_code", ""),
        row.get("task_code", ""),
        row.get("task_handle_item", ""),
        extra,
    )


def _beside(table: str, row: Row) -> dict[str, str]:
    """What a row says beyond the elements; the marks of its transfer would make every transfer a new version."""
    return {n: v for n, v in row.items() if v and n not in _HELD[table] and n not in TRANSFER_MARKS}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(SPLIT) if part.strip())


def _windows(row: Row) -> tuple[Window, ...]:
    """Places are joined by ； in the address; hours and phones follow in the same order."""
    places = [part.strip() for part in row.get("transact_addr", "").split(SPLIT)]
    hours = [part.strip() for part in row.get("transact_time", "").split(SPLIT)]
    phones = [part.strip() for part in row.get("link_way", "").split(SPLIT)]
    spare = [""] * len(places)
    rows = zip(places, hours + spare, phones + spare, strict=False)
    return tuple(Window(place, hour, phone) for place, hour, phone in rows if place)


def to_rows(draft: Draft, *, level: str, number: int) -> dict[str, list[dict[str, str]]]:
    """The rows of one list, in the shape ``read_units`` reads."""
    e, link = draft.elements, {LINK: f"{draft.item_code}-{draft.division_code}"}
    extra = draft.extra
    basic = {
        **link,
        **extra.get("basic", {}),
        "task_code": draft.task_code,
        "task_handle_item": draft.handle_code,
        "catalog_code": draft.catalog_code,
        "task_name": e.name,
        "task_type": DIGITS_OF_TYPE[e.item_type],
        "by_law": e.legal_basis,
        "use_level": DIGIT_OF_LEVEL[level],
        "project_type": next(k for k, v in PROJECTS.items() if (v == "即办件") == (e.promised_days == 0)),
        "server_type": OBJECTS[e.object_type],
        "accept_condition": SPLIT.join(e.conditions),
        "handle_flow": SPLIT.join(e.flow),
        "anticipate_day": str(e.legal_days),
        "anticipate_type": next(iter(DAY_TYPES)),
        "promise_day": str(e.promised_days),
        "promise_type": next(iter(DAY_TYPES)),
        "is_fee": "1" if e.charged else "0",
        "transact_addr": SPLIT.join(w.address for w in e.windows),
        "transact_time": SPLIT.join(w.hours for w in e.windows),
        "link_way": SPLIT.join(w.phone for w in e.windows),
        "task_state": "1",
        "task_version": str(number),
        "plan_effective_date": draft.effective_on.isoformat(),
    }
    beside = [*extra.get("material", ()), *({} for _ in e.materials)]
    materials = [
        {**link, **more, "material_name": m.name, "is_need": NEEDS[m.necessity], "by_law": m.basis}
        for m, more in zip(e.materials, beside, strict=False)
    ]
    spare = [*extra.get("fee", ()), *({} for _ in e.fees)]
    fees = [
        {**link, **more, "fee_name": f.name, "fee_stand": f.standard, "by_law": f.basis}
        for f, more in zip(e.fees, spare, strict=False)
    ]
    return {
        "basic": [basic],
        "extend": [{**link, **extra.get("extend", {}), "result_name": e.result}],
        "material": materials,
        "fee": fees,
        "question": [{**link, **one} for one in extra.get("question", ())],
    }


def draft_to_json(draft: Draft) -> dict[str, Any]:
    return {**asdict(draft), "effective_on": draft.effective_on.isoformat()}


def draft_from_json(value: Mapping[str, Any]) -> Draft:
    return msgspec.convert(value, Draft)
