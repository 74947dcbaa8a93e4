"""文书: what is handed out on paper says what happened, names the law's ways, and in a demo home is marked invalid."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless import ledger
from proofless.applications import queries, services
from proofless.applications.papers import wording
from proofless.applications.papers.drawing import as_ofd, as_pdf, draw
from proofless.applications.papers.queries import get_guide, get_paper, list_papers
from proofless.applications.papers.wording import Case, Named, PaperKind
from proofless.kit.errors import NotFound
from tests.applications.scenes import Draft, accepted, submitted
from tests.town import TestTown

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = date(2026, 3, 2)
CASE = Case("20260302000001", "张三", "法律援助", "司法局", "SFJ", "窗口", DAY, ("身份证",), ())


def test_a_refusal_gives_its_reason_and_the_ways_to_contest_it() -> None:
    paper = wording.refused(CASE)
    assert paper.title == "不予受理通知书" and "行政复议" in "".join(paper.closing)
    assert paper.number == "20260302000001-BYSL"


def test_a_notice_of_what_is_missing_names_everything_and_binds_the_office() -> None:
    paper = wording.supplement(CASE, Named(2, ("照片",), ("案由",), "照片不清楚", DAY))
    assert ("需要补正的材料", ("照片",)) in paper.lists and ("需要更正的内容", ("案由",)) in paper.lists
    assert paper.number.endswith("GZ2") and "不得再要求" in "".join(paper.closing)


@settings(max_examples=15)
@given(st.lists(st.text("材料名称很长的一种证明0123", min_size=1, max_size=60), max_size=40), st.booleans())
def test_however_much_there_is_nothing_runs_off_the_page(names: list[str], demo: bool) -> None:
    paper = wording.supplement(CASE, Named(1, tuple(names), (), "请补正", DAY))
    pages = draw(paper, demo=demo)
    assert pages and all((page.width, page.height) == (210.0, 297.0) for page in pages)


def test_a_demo_paper_says_so_in_both_formats_and_a_real_one_does_not() -> None:
    paper = wording.receipt(CASE)
    assert as_pdf(paper, AT, demo=True).startswith(b"%PDF-")
    assert as_ofd(paper, AT, demo=True)[:2] == b"PK"
    assert len(as_ofd(paper, AT, demo=True)) != len(as_ofd(paper, AT, demo=False))


def opened(case: Draft) -> queries.CaseView:
    with ledger.reading():
        return queries.open_own_case(case.actor, case.id)


def kinds_of(case: Draft) -> tuple[PaperKind, ...]:
    return tuple(one.kind for one in list_papers(opened(case)))


@pytest.mark.django_db
def test_each_step_adds_its_paper(town: TestTown) -> None:
    case = submitted(town, "赵奶奶", "I081")
    assert kinds_of(case) == (PaperKind.RECEIPT,)
    with pytest.raises(NotFound):
        get_paper(opened(case), "accepted")
    case = accepted(town, "赵奶奶", "I081")
    assert kinds_of(case) == (PaperKind.RECEIPT, PaperKind.ACCEPTED)
    paper = get_paper(opened(case), "accepted")
    assert "赵奶奶" in paper.addressee and paper.day


@pytest.mark.django_db
def test_a_returned_case_has_its_notice(town: TestTown) -> None:
    case = submitted(town, "张三", "I083")
    with ledger.reading():
        services.return_for_correction(
            actor=town.clerk(case.row.department_code),
            application_id=case.id,
            revision=case.row.revision,
            reason="照片不清楚",
            materials=["I083-M04"],
        )
    paper = get_paper(opened(case), "supplement")
    assert paper.lists[0][0] == "需要补正的材料" and paper.facts[1] == ("说明", "照片不清楚")


@pytest.mark.django_db
def test_the_guide_of_an_item_can_be_taken_home(town: TestTown) -> None:
    paper = get_guide("I083")
    assert paper.opening and any(heading == "不用您带的" for heading, _ in paper.lists)
    assert draw(paper, demo=True)
