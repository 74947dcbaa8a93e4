"""The command every node starts with: the whole catalogue in, once, or nothing at all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from proofless.certificates.queries.types import all_types
from proofless.codes import queries as codes
from proofless.config import catalog
from proofless.config.catalog_checks import find_problems
from proofless.data import queries as data
from proofless.items import queries as items
from proofless.kit.ids import is_uscc
from proofless.ledger.models import LedgerEntry
from proofless.parties.queries import list_departments
from proofless.standards.errors import CatalogInvalid
from proofless.standards.queries import fields_by_ref
from proofless.standards.versions import forget

CATALOG = Path(__file__).resolve().parents[2] / "catalog"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy a careless hand may edit."""
    return Path(shutil.copytree(CATALOG, tmp_path / "catalog"))


@pytest.fixture
def edit(copy: Path) -> Callable[[str, str, str], Path]:
    def change(name: str, old: str, new: str) -> Path:
        path = copy / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copy

    return change


@pytest.mark.django_db
def test_the_whole_catalogue_comes_in_and_a_second_run_changes_nothing() -> None:
    forget()
    first = catalog.load(CATALOG)
    assert not first.unchanged
    assert (len(items.list_items()), len(data.list_datasets()), len(codes.list_scenes())) == (88, 100, 35)
    entries = LedgerEntry.objects.count()
    second = catalog.load(CATALOG)
    assert second.unchanged and second.lines() == ["目录没有变化:新增 0,修改 0,删除 0"]
    assert LedgerEntry.objects.count() == entries


@pytest.mark.django_db
def test_one_changed_row_is_one_change(edit: Callable[[str, str, str], Path]) -> None:
    catalog.load(CATALOG)
    report = catalog.load(edit("items", "结婚登记,行政确认", "结婚登记(全国通办),行政确认"))
    assert [(c.table, c.added, c.changed, c.removed) for c in report.changes if c.any] == [
        ("items_item", 0, 1, 0)
    ]


@pytest.mark.django_db
def test_made_up_departments_have_well_formed_codes_of_their_own() -> None:
    """A demo seal names the department by it; two departments must not share one."""
    catalog.load(CATALOG)
    usccs = [department.uscc for department in list_departments().values()]
    assert all(is_uscc(code) and code.startswith("11371400") for code in usccs)
    assert len(set(usccs)) == len(usccs)


@pytest.mark.django_db
def test_every_face_field_a_certificate_may_bear_is_a_standard_field() -> None:
    """Else a resident would read in her ledger that somebody looked at ``taxi_driver_cert.holder_name``."""
    catalog.load(CATALOG)
    faces = {f"{kind.code}.{field.name_en}" for kind in all_types().values() for field in kind.fields}
    assert faces <= fields_by_ref().keys()


BROKEN = [
    ("items", "I002,离婚登记", "I001,离婚登记", "主键重复"),
    ("item_materials", ",id_card,", ",id_cord,", "id_cord 不在 certificates.csv 中"),
    ("item_materials", "证照调用,", "证照借用,", "不允许的取值 证照借用"),
    ("item_form_fields", "id_card.name", "id_card.nome", "id_card.nome"),
    ("item_rules", "sex != partner.sex", "open('x')", "不允许的写法:Call"),
    ("item_rules", "sex != partner.sex", "sex != neighbour.sex", "没有角色 neighbour"),
    ("item_situations", "hukou_in_city", "hukou_in_town", "没有事实 hukou_in_town"),
    ("scenes", "is_age_ge_60;", "is_rich;", "没有 is_rich 的判断方法"),
    ("certificates", "11100000000013127D001", "11100000000013127E001", "校验位不正确"),
    ("datasets", ",L3,", ",L9,", "不允许的取值 L9"),
    ("scenes", "domain knowledge", "", "没有注明来源"),
    ("divisions", "德城区", "德城区,多一列", "列"),
    # What a source of the item has is not asked for again, unless the reason is written down.
    (
        "item_form_fields",
        "I006,1,申请人姓名,applicant_name,string,,Y,certificate,id_card.name",
        "I006,1,申请人姓名,applicant_name,string,,Y,manual,",
        "“居民身份证”里已经有",
    ),
    (
        "gap_steps",
        ",出生医学证明正是本事项要签发的，签发以前没有名字的记载,",
        ",,",
        "“出生医学证明信息”里已经有",
    ),
    ("item_materials", ",申请人提交,DS_MEDSETTLE,", ",申请人提交,DS_MEDINS,", "要申请人提供“医疗诊断证明”"),
    (
        "gap_steps",
        "I003.reason,choice,由申请人自己决定,,,,",
        "I003.reason,choice,由申请人自己决定,,id_card,随便写的,",
        "写了再问的理由",
    ),
    ("item_form_fields", "I013,9,查询截止日期,", "I013,9,查询起始日期,", "在一张表里问了两次"),
    ("gap_steps", "I003.reason,choice", "I003.wish,choice", "没有这份材料或这个字段"),
    ("mapping_changes", "dataset:DS_ENTNAME", "dataset:DS_ENTBASE", "与目录中现在的取得方式不一致"),
    # Yes here and no there: which of the two counts would be chance.
    ("item_materials", ",公安机关,id_card,证照调用,", ",公安机关,,证照调用,", "却没有对应的证照"),
    ("item_materials", ",告知承诺,Y,Y,替代", ",告知承诺,N,Y,替代", "can_commit 相互矛盾"),
    (
        "item_materials",
        ",申请人提交,,告知承诺,Y,N,",
        ",申请人提交,,告知承诺,Y,Y,",
        "submission_free 相互矛盾",
    ),
    ("item_materials", ",2,经济困难说明(诚信承诺),", ",2,案件相关材料,", "列了两次"),
    ("themes", "I005;I087;", "I087;I005;", "与 theme_items.csv 不一致"),
    ("themes", "地方探索,domain,JYTYJ,GAJ;TYJR", "地方探索,verified,JYTYJ,GAJ;TYJR", "互为前置"),
    (
        "themes",
        "入学,地方探索,domain,JYTYJ,GAJ;TYJR,I077;I008;I009",
        "入学,地方探索,domain,JYTYJ,GAJ;TYJR,I077;I999",
        "I999",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "problem"), BROKEN)
def test_a_broken_row_is_named(
    edit: Callable[[str, str, str], Path], name: str, old: str, new: str, problem: str
) -> None:
    """The bureau's clerk must find the row she mistyped among nine thousand."""
    try:
        problems = find_problems(catalog.read_catalog(edit(name, old, new)))
    except CatalogInvalid as refused:
        problems = list(map(str, refused.detail["problems"]))  # type: ignore[call-overload]
    assert any(problem in line for line in problems)


def test_what_may_follow_later_is_something_she_brings(edit: Callable[[str, str, str], Path]) -> None:
    """A promise is no paper that follows."""
    tables = catalog.read_catalog(edit("deferral_materials", "I083-M04,15", "I083-M02,15"))
    assert any("没有这份由申请人提交的材料" in line for line in catalog._template_problems(tables))


@pytest.mark.django_db
def test_of_a_broken_catalogue_nothing_comes_in(edit: Callable[[str, str, str], Path]) -> None:
    with pytest.raises(CatalogInvalid, match="未作任何改动"):
        catalog.load(edit("scenes", "is_age_ge_60;", "is_rich;"))
    assert not LedgerEntry.objects.exists() and not list_departments()


@pytest.mark.django_db
def test_a_missing_file_and_an_empty_folder_are_told(copy: Path, tmp_path: Path) -> None:
    (copy / "themes.csv").unlink()
    with pytest.raises(CatalogInvalid, match="未作任何改动") as refused:
        catalog.load(copy)
    assert refused.value.detail["problems"] == ["themes.csv 不存在或没有内容"]
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CatalogInvalid):
        catalog.load(empty)
