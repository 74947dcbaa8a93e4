"""承诺模板: for each material that may be promised, what is told, promised, checked and what follows. Pure.

Made from the item's own material, so that no item that allows a commitment lacks its text; rows of
``commitment_templates.csv`` say what the catalogue of items does not know: check, risk, days, exclusions.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from proofless.commitments.rules.checks import MAX_DAYS, Absence, Check, CheckKind, read_check

Row = Mapping[str, str]
COLUMNS = ("material_code", "check", "absence", "days", "risk", "excluded", "source")
DAYS = 60
LAW = "国办发〔2020〕42号《关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》"
# Where a wrong promise does harm nobody can undo, no promise is taken (国办发〔2020〕42号 三（一）).
HIGH_RISK = (
    "国家安全",
    "公共安全",
    "金融监管",
    "生态环境",
    "危险化学品",
    "特种设备",
    "危险货物",
    "放射",
    "民用爆炸",
)


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def label(self) -> str:
        return {"low": "低", "medium": "中", "high": "高"}[self.value]


@dataclass(frozen=True, slots=True)
class Template:
    """``law`` its basis; ``told``, ``promised``, ``consequences`` are what the promiser reads before signing.

    ``excluded``: why no promise is taken for this at all.
    """

    material_code: str
    item_code: str
    item_name: str
    material_name: str
    department_code: str
    law: str
    told: str
    promised: str
    checked: str
    consequences: str
    check: Check
    absence: Absence
    days: int
    risk: Risk
    excluded: str
    source: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The sheet as shown and kept: (heading, text)."""
        return (
            ("依据", self.law),
            ("告知", self.told),
            ("承诺", self.promised),
            ("核查", self.checked),
            ("责任", self.consequences),
        )


@dataclass(frozen=True, slots=True)
class Material:
    """What of an item's material a template is made from."""

    code: str
    name: str
    item_code: str
    item_name: str
    domain: str
    department_code: str
    department_name: str
    legal_basis: str
    cert_code: str
    dataset_code: str


def default_check(material: Material) -> Check:
    """By certificate, else by data, else by people."""
    if material.cert_code:
        return Check(CheckKind.CERTIFICATE, material.cert_code)
    return Check(CheckKind.ROW, material.dataset_code) if material.dataset_code else Check(CheckKind.PERSON)


def template_of(material: Material, row: Row | None) -> Template:
    """The template of a material; ``row`` overrides what the catalogue of items does not know."""
    check = read_check(row["check"]) if row and row["check"] else default_check(material)
    days = int(row["days"]) if row and row["days"] else DAYS
    excluded = row["excluded"] if row else ""
    excluded = excluded or next(
        (f"涉及{one}" for one in HIGH_RISK if one in f"{material.domain}{material.item_name}"), ""
    )
    return Template(
        material_code=material.code,
        item_code=material.item_code,
        item_name=material.item_name,
        material_name=material.name,
        department_code=material.department_code,
        law="；".join(filter(None, (LAW, material.legal_basis))),
        told=f"办理“{material.item_name}”原本需要提交“{material.name}”。您可以不提交，改为书面承诺；不愿承诺的，可以自行提交。",
        promised=f"本人已知晓办理条件，承诺“{material.name}”所要证明的情况真实、符合条件，所填内容属实。",
        checked=_checked(material, check, days),
        consequences="承诺不实的，先书面告知，您可以陈述、申辩或要求听证；查实的，依法撤销决定、收回由此取得的利益，"
        "并按情节记入信用记录。主动改正的，可以申请修复。",
        check=check,
        absence=Absence(row["absence"]) if row and row["absence"] else Absence.NOTHING,
        days=days,
        risk=Risk(row["risk"]) if row and row["risk"] else Risk.MEDIUM,
        excluded=excluded,
        source=row["source"] if row else "由事项材料生成",
    )


def _checked(material: Material, check: Check, days: int) -> str:
    how = {
        CheckKind.PERSON: "按风险抽查，由工作人员核对",
        CheckKind.VERIFICATION: "请主管部门核验",
        CheckKind.CERTIFICATE: "对照电子证照自动核对",
    }.get(check.kind, "对照共享数据自动核对")
    return f"{material.department_name}在签署后{days}个工作日内{how}；核对属实即告知您并了结。"


def row_problems(
    rows: Sequence[Row], materials: Collection[str], codes: Mapping[CheckKind, Collection[str]]
) -> Iterator[str]:
    """Complaints about ``commitment_templates.csv``. ``codes``: what each kind of check may name."""
    seen: set[str] = set()
    for row in rows:
        where = f"commitment_templates.csv {row.get('material_code', '?')}:"
        if missing := [name for name in COLUMNS if name not in row]:
            yield f"{where}缺列 {'、'.join(missing)}"
            continue
        if row["material_code"] in seen:
            yield f"{where}重复"
        seen.add(row["material_code"])
        for complaint in _complaints(row, materials, codes):
            yield f"{where}{complaint}"


def _complaints(
    row: Row, materials: Collection[str], codes: Mapping[CheckKind, Collection[str]]
) -> Iterator[str]:
    if row["material_code"] not in materials:
        yield "没有这个可承诺的材料"
    if not row["source"]:
        yield "没有来源"
    if row["risk"] and row["risk"] not in set(Risk):
        yield f"没有风险等级 {row['risk']}"
    if row["absence"] and row["absence"] not in set(Absence):
        yield f"absence 应为 {'、'.join(Absence)}"
    if row["days"] and not (row["days"].isdigit() and 1 <= int(row["days"]) <= MAX_DAYS):
        yield f"days 应为1至{MAX_DAYS}"
    try:
        check = read_check(row["check"]) if row["check"] else None
    except ValueError:
        yield f"读不懂核查 {row['check']}"
        return
    if check and check.kind is not CheckKind.PERSON and check.code not in codes[check.kind]:
        yield f"核查所指的 {check.code} 不存在"
