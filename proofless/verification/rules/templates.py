"""协查模板: reading and checking the rows of ``verification_templates.csv``. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from proofless.verification.rules.answers import Blank, Shape, Verdict, blank_problems

Row = Mapping[str, str]
COLUMNS = (
    "template_code",
    "title",
    "question",
    "legal_basis",
    "dept_code",
    "answer_shape",
    "answer_fields",
    "evidence_required",
    "carries",
    "parameters",
    "connector",
    "confirms",
    "budget_ms",
    "legal_days",
    "promised_days",
    "extension_days",
    "phrases",
    "materials",
    "fills",
    "source",
)
CARRIABLE = ("account.name", "account.number")
BY_PERSON, BY_REGISTER, BY_SYSTEM = "person", "register", "system"
CONNECTORS = {BY_PERSON: "人工答复", BY_REGISTER: "查共享数据", BY_SYSTEM: "部门系统接口"}
ROW, NO_ROW = "row", "no_row"
MAX_DAYS = 60


def read_blanks(text: str) -> tuple[Blank, ...]:
    """``name:label:type`` separated by semicolons; a trailing ``?`` on the type makes it optional."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, label, kind = part.split(":")
        found.append(Blank(name, label, kind.rstrip("?"), not kind.endswith("?")))
    return tuple(found)


def judge_row(confirms: str, row: Mapping[str, object] | None) -> Verdict | None:
    """What the newest row of a register says of the question; None: a person has to look.

    ``field=value`` asks for that value; with no row at all it says nothing, while ``row`` and ``no_row`` are for
    registers that are complete.
    """
    if confirms in {ROW, NO_ROW}:
        return Verdict.CONFIRMED if (row is not None) == (confirms == ROW) else Verdict.DENIED
    name, _, wanted = confirms.partition("=")
    if row is None or row.get(name) in (None, ""):
        return None
    return Verdict.CONFIRMED if str(row[name]) == wanted else Verdict.DENIED


def read_list(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(";") if one.strip())


_SERVED = re.compile(r"([\w-]+)(?:\(([\w=,]*)\))?")


def read_served(text: str) -> tuple[str, Mapping[str, str]]:
    """``I085-M03(decision_no=doc_no)``: a material the template verifies, and which form field of its item
    fills which parameter. Raises ValueError.
    """
    found = _SERVED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    pairs = [part.split("=") for part in (found[2] or "").split(",") if part]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(text)
    return found[1], dict(pairs)


def template_problems(
    rows: Sequence[Row],
    departments: Collection[str],
    datasets: Collection[str],
    materials: Mapping[str, Collection[str]],
) -> Iterator[str]:
    """Complaints about the catalogue of templates, one a line, naming file and code.

    ``materials`` are the form fields of its item by material code.
    """
    seen: set[str] = set()
    served: dict[str, str] = {}
    for row in rows:
        code = row.get("template_code", "?")
        where = f"verification_templates.csv {code}:"
        if missing := [name for name in COLUMNS if name not in row]:
            yield f"{where}缺列 {'、'.join(missing)}"
            continue
        if code in seen:
            yield f"{where}编号重复"
        seen.add(code)
        for complaint in _row_problems(row, departments, datasets):
            yield f"{where}{complaint}"
        for complaint in _served(row, materials, served):
            yield f"{where}{complaint}"
        for complaint in _filling(row, materials):
            yield f"{where}{complaint}"


def _served(row: Row, materials: Mapping[str, Collection[str]], before: dict[str, str]) -> Iterator[str]:
    """One material is verified by one template: two would be asked the same and might disagree."""
    try:
        blanks = {blank.name: blank.required for blank in read_blanks(row["parameters"])}
        found = [read_served(text) for text in read_list(row["materials"])]
    except ValueError:
        yield "materials 应为 材料编号 或 材料编号(参数=表单字段)"
        return
    for code, fills in found:
        if code not in materials:
            yield f"没有材料 {code}"
        if other := before.get(code):
            yield f"材料 {code} 已由 {other} 核验，对应关系相互矛盾"
        before[code] = row["template_code"]
        yield from (f"没有参数 {name}" for name in fills if name not in blanks)
        yield from (
            f"事项没有表单字段 {name}" for name in fills.values() if name not in materials.get(code, ())
        )
        yield from (
            f"{code} 没有说明 {name} 从哪里来" for name, must in blanks.items() if must and name not in fills
        )


def read_fills(text: str) -> Mapping[str, str]:
    """``I075.disability_category=category;…``: a form field, and the answer's field for it. Raises ValueError."""
    pairs = [part.split("=") for part in read_list(text)]
    if any(len(pair) != 2 or "." not in pair[0] or not pair[1] for pair in pairs):
        raise ValueError(text)
    return dict(pairs)


def _filling(row: Row, materials: Mapping[str, Collection[str]]) -> Iterator[str]:
    """An answer fills a field there is, from something it says."""
    try:
        said = {blank.name for blank in read_blanks(row["answer_fields"])}
        fills = read_fills(row["fills"])
    except ValueError:
        yield "fills 应为 事项.表单字段=答复字段"
        return
    forms = {f"{code.partition('-')[0]}.{name}" for code, names in materials.items() for name in names}
    yield from (f"没有表单字段 {field}" for field in fills if field not in forms)
    yield from (f"答复里没有 {name}" for name in fills.values() if name not in said)


def _row_problems(row: Row, departments: Collection[str], datasets: Collection[str]) -> Iterator[str]:
    for name in ("title", "question", "legal_basis", "source"):
        if not row[name]:
            yield f"{name} 为空"
    if row["dept_code"] not in departments:
        yield f"没有部门 {row['dept_code']}"
    if row["answer_shape"] not in set(Shape):
        yield f"没有答复形式 {row['answer_shape']}"
    elif (row["answer_shape"] == Shape.VALUE) != bool(row["answer_fields"]):
        yield "只有数值答复须列出字段"
    yield from _blanks(row)
    yield from _connector(row, datasets)
    yield from _numbers(row)
    for ref in read_list(row["carries"]):
        if ref not in CARRIABLE:
            yield f"不能携带 {ref}"


def _blanks(row: Row) -> Iterator[str]:
    for name in ("answer_fields", "parameters"):
        try:
            yield from blank_problems(read_blanks(row[name]))
        except ValueError:
            yield f"{name} 应为 name:中文名:类型"


def _connector(row: Row, datasets: Collection[str]) -> Iterator[str]:
    kind, _, dataset = row["connector"].partition(":")
    if kind not in CONNECTORS:
        yield f"没有答复方式 {row['connector']}"
    elif kind == BY_REGISTER and dataset not in datasets:
        yield f"没有数据资源 {dataset}"
    elif kind == BY_REGISTER and row["confirms"] not in {ROW, NO_ROW} and "=" not in row["confirms"]:
        yield "查共享数据须写明 confirms 为 row、no_row 或 字段=值"
    elif kind == BY_REGISTER and row["answer_shape"] != Shape.YES_NO:
        yield "查共享数据只能答复是否"


def _numbers(row: Row) -> Iterator[str]:
    texts = [row[name] for name in ("budget_ms", "legal_days", "promised_days", "extension_days")]
    if not all(text.isascii() and text.isdigit() and len(text) <= 5 for text in texts):
        yield "期限和时间预算应为整数"
        return
    budget, legal, promised, extension = map(int, texts)
    if not 50 <= budget <= 10_000:
        yield "时间预算应在 50 至 10000 毫秒之间"
    if promised > legal or max(legal, extension) > MAX_DAYS:
        yield f"承诺期限不得长于规定期限，期限不得超过 {MAX_DAYS} 个工作日"
