"""好差评: one voice a case, heard where it hurts, and never laid at the resident's door."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.counter import services
from proofless.counter.errors import RatedAlready, WrongState
from proofless.counter.models import FollowUp, Rating
from proofless.counter.queries import cases
from proofless.counter.queries import ratings as queries
from proofless.counter.rules.grades import FollowUpDays, Grade, GradeCounts, follow_up_days
from proofless.kit.actor import Standing, StandingKind
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.notices.queries import inboxes
from proofless.simulator.acting import handle
from tests.applications.scenes import submitted
from tests.counter.scenes import MONDAY, approved, lead
from tests.notices.test_read import browser
from tests.town import TestTown
from tests.verification.scenes import on

pytestmark = pytest.mark.django_db
SUPERVISOR = system_actor(Permission.SUPERVISE)
WORDS = "等了两个小时，窗口没有人"


def rated(town: TestTown, grade: int = 1, text: str = WORDS) -> Rating:
    made = services.rate(actor=town.resident("赵奶奶"), application_id=approved(town), grade=grade, text=text)
    return Rating.objects.get(id=made)


def test_once_a_case_and_only_by_its_owner(town: TestTown) -> None:
    row = rated(town, Grade.VERY_GOOD, "")
    with pytest.raises(RatedAlready):
        services.rate(actor=town.resident("赵奶奶"), application_id=row.application_id, grade=5)
    with pytest.raises(NotFound):
        services.rate(actor=town.resident("王五"), application_id=row.application_id, grade=1)
    assert not FollowUp.objects.exists()


def test_not_before_the_end_not_too_long_not_off_the_scale(town: TestTown) -> None:
    draft = submitted(town, "赵奶奶", "I081")
    who = town.resident("赵奶奶")
    with pytest.raises(WrongState):
        services.rate(actor=who, application_id=draft.id, grade=5)
    handle(draft.id, "MZJ")
    for grade, text in ((0, ""), (6, ""), (5, "长" * 501)):
        with pytest.raises(InputInvalid):
            services.rate(actor=who, application_id=draft.id, grade=grade, text=text)


def test_nobody_rates_in_her_name(town: TestTown) -> None:
    """Neither the clerk before whom she stands nor her agent."""
    standing = Standing(StandingKind.PRESENCE, UUID(int=5), frozenset({"I081"}))
    who = replace(town.resident("赵奶奶"), account_id=UUID(int=6), standing=standing)
    case = approved(town)
    with pytest.raises(Forbidden):
        services.rate(actor=who, application_id=case, grade=5)
    assert who.party_id not in inboxes(who)


def test_a_bad_rating_opens_a_follow_up_with_its_limits(town: TestTown) -> None:
    """Monday the 23rd: in touch by Tuesday, put right fifteen working days later (both days configurable)."""
    case = approved(town)
    with on(MONDAY):
        services.rate(actor=town.resident("赵奶奶"), application_id=case, grade=2)
    row = FollowUp.objects.get()
    assert (row.contact_due_on, row.due_on) == (date(2026, 11, 24), date(2026, 12, 15))
    assert LedgerEntry.objects.filter(kind=Kind.FOLLOW_UP_OPENED).count() == 1


def test_followed_up_in_order_and_told_to_her(town: TestTown) -> None:
    row = rated(town)
    (one,) = queries.list_follow_ups(lead())
    with pytest.raises(WrongState):
        services.close_follow_up(
            actor=lead(), follow_up_id=one.id, revision=1, upheld=True, outcome="已加派人手"
        )
    services.note_contact(actor=lead(), follow_up_id=one.id, revision=1)
    services.close_follow_up(
        actor=lead(), follow_up_id=one.id, revision=2, upheld=True, outcome="已加派人手，向您道歉"
    )
    hers = cases.own_rating(town.resident("赵奶奶"), row.application_id)
    assert hers is not None and hers.outcome == "已加派人手，向您道歉"
    assert not queries.list_follow_ups(lead()) and len(queries.list_follow_ups(lead(), closed=True)) == 1


def test_the_rated_clerk_cannot_see_who_rated(town: TestTown) -> None:
    """Also when she leads the windows: her own follow-up does not exist for her, nor for another department."""
    row = rated(town)
    assert row.rated_account is not None
    herself = lead(number=row.rated_account.int)
    (one,) = queries.list_follow_ups(lead())
    assert not queries.list_follow_ups(herself)
    for who in (herself, lead("GAJ")):
        with pytest.raises(NotFound), ledger.reading():
            queries.open_follow_up(who, one.id)
    with pytest.raises(Forbidden):
        queries.list_follow_ups(town.clerk("MZJ"))
    page = browser("clerk-mzj").get(f"/desk/cases/{row.application_id}").content.decode()
    assert "满意" not in page


def test_what_she_wrote_is_sealed_and_opening_it_is_a_line_of_hers(town: TestTown) -> None:
    row = rated(town)
    assert WORDS.encode() not in bytes(row.text_sealed or b"")
    with ledger.reading():
        found = queries.open_follow_up(lead(), FollowUp.objects.get().id)
    assert (found.text, found.name) == (WORDS, "赵奶奶")
    entry = LedgerEntry.objects.filter(kind=Kind.READ).latest("at")
    assert "rating.text" in entry.holders and WORDS not in entry.holders + entry.detail


def test_departments_by_grade(town: TestTown) -> None:
    rated(town)
    (one,) = queries.by_department(SUPERVISOR)
    assert (one.code, one.grades.bad, one.grades.good_rate, one.open) == ("MZJ", 1, 0.0, 1)
    with pytest.raises(Forbidden):
        queries.by_department(town.clerk("MZJ"))
    page = browser("supervisor").get("/desk/counter/ratings").content.decode()
    assert "民政局" in page and "赵奶奶" not in page


def test_narrowed_by_department_and_channel_and_taken_along(town: TestTown) -> None:
    """A supervisor takes to a meeting what she sees on the page, and nobody's name with it."""
    row = rated(town)
    for narrowed, count in (
        (queries.Narrowed(days=30, department_code="MZJ", channel=row.channel), 1),
        (queries.Narrowed(department_code="SFJ"), 0),
        (queries.Narrowed(channel="kiosk"), 0),
    ):
        assert sum(one.grades.total for one in queries.by_department(SUPERVISOR, narrowed)) == count
        assert sum(one.grades.total for one in queries.by_item(SUPERVISOR, narrowed)) == count
        assert sum(counts.total for _, counts in queries.by_channel(SUPERVISOR, narrowed)) == count
    client = browser("supervisor")
    page = client.get("/desk/counter/ratings?department=MZJ").content.decode()
    assert "/desk/counter/ratings.xlsx?department=MZJ" in page and "老年人优待证" in page
    book = load_workbook(BytesIO(client.get("/desk/counter/ratings.xlsx?department=MZJ").content))
    assert book.sheetnames == ["各部门", "各事项", "各渠道"]
    cells = [str(cell.value) for sheet in book for line in sheet.rows for cell in line]
    assert "演示·无效" in cells and "合计" in cells and not {"赵奶奶", WORDS} & set(cells)
    empty = load_workbook(BytesIO(client.get("/desk/counter/ratings.xlsx?channel=kiosk").content))
    assert [cell.value for cell in list(empty["各部门"].rows)[-1]][:2] == ["合计", 0]
    assert browser("clerk-mzj").get("/desk/counter/ratings.xlsx").status_code == 403


def test_rated_by_page_and_by_api(town: TestTown) -> None:
    client, case = browser("zhaonainai"), approved(town)
    assert "非常不满意" in client.get(f"/after/{case}").content.decode()
    assert client.post(f"/after/{case}", {"verb": "rate"}).status_code == 422
    assert client.post(f"/after/{case}", {"verb": "rate", "grade": "2", "text": WORDS}).status_code == 302
    token = {"Authorization": f"Bearer {client.session.session_key}"}
    again = client.post(
        f"/api/v1/counter/cases/{case}/rating", {"grade": 5}, "application/json", headers=token
    )
    assert (again.status_code, again.json()["code"]) == (409, "RATING_GIVEN")


def test_limits_are_the_operators_to_change() -> None:
    assert (follow_up_days(""), follow_up_days("2/10")) == (FollowUpDays(1, 15), FollowUpDays(2, 10))
    for text in ("0/15", "1", "a/b"):
        with pytest.raises(ValueError, match="PROOFLESS_RATING_DAYS"):
            follow_up_days(text)


@given(st.dictionaries(st.sampled_from(Grade), st.integers(0, 50)))
def test_the_good_rate_lies_between_none_and_all(counts: dict[Grade, int]) -> None:
    found = GradeCounts(counts)
    assert found.good_rate is None if not found.total else 0 <= found.good_rate <= 1  # type: ignore[operator]
