"""Delegated units work on a department's requests in its name, and only while the delegation lasts."""

from datetime import date

import pytest

from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.verification import queries, services
from proofless.verification.queries import Filter
from proofless.verification.rules.states import State
from proofless.verification.services import NewDelegation
from tests.town import TestTown
from tests.verification.scenes import DRIVING, again, ask, clerk, lead, yes

pytestmark = pytest.mark.django_db
UNIT = "JTJ"  # stands for a body 公安 has charged with the work
TODAY = date(2026, 1, 1)


def delegation(**changes: object) -> NewDelegation:
    whole: dict[str, object] = {"unit_code": UNIT, "basis": "公委〔2026〕3号委托书", "since_on": TODAY}
    return NewDelegation(**whole | changes)  # type: ignore[arg-type]


def test_the_unit_answers_and_the_department_is_answerable(town: TestTown) -> None:
    services.delegate(actor=lead("GAJ"), new=delegation(template_code=DRIVING))
    request = ask(town["张三"], by="JYTYJ")
    assert (request.department_code, request.unit_code) == ("GAJ", UNIT)
    assert [row.id for row in queries.list_queue(clerk(UNIT), Filter()).rows] == [request.id]
    services.answer(actor=clerk(UNIT), request_id=request.id, revision=1, given=yes())
    today = again(request).asked_at.date()
    assert [p.department_code for p in queries.list_punctuality(lead("GAJ"), today, date(2027, 1, 1))] == [
        "GAJ"
    ]


def test_ending_it_brings_the_open_ones_back(town: TestTown) -> None:
    made = services.delegate(actor=lead("GAJ"), new=delegation())
    request = ask(town["张三"], by="JYTYJ")
    with pytest.raises(NotFound):
        services.end_delegation(actor=lead("MZJ"), delegation_id=made)
    assert services.end_delegation(actor=lead("GAJ"), delegation_id=made) == 1
    with pytest.raises(NotFound):
        services.answer(actor=clerk(UNIT), request_id=request.id, revision=1, given=yes())
    assert again(request).unit_code == "" and ask(town["李四"], by="JYTYJ").unit_code == ""


@pytest.mark.parametrize(
    ("changes", "goes"),
    [
        ({"until_on": date(2026, 2, 1)}, ""),
        ({"since_on": date(2027, 6, 1)}, ""),
        ({"division_code": "371402"}, UNIT),
        ({"division_code": "371424"}, ""),
        ({"template_code": "VT08"}, ""),
    ],
)
def test_a_delegation_reaches_as_far_as_it_says(
    town: TestTown, changes: dict[str, object], goes: str
) -> None:
    services.delegate(actor=lead("GAJ"), new=delegation(**changes))
    assert ask(town["张三"], by="JYTYJ", division_code="371402000000").unit_code == goes


def test_handing_over_by_hand_needs_a_delegation(town: TestTown) -> None:
    request = ask(town["张三"], by="JYTYJ")
    hand = {"actor": clerk("GAJ"), "request_id": request.id}
    with pytest.raises(InputInvalid):
        services.redirect(revision=1, unit_code=UNIT, **hand)  # type: ignore[arg-type]
    services.delegate(actor=lead("GAJ"), new=delegation())
    services.redirect(revision=1, unit_code=UNIT, **hand)  # type: ignore[arg-type]
    services.redirect(actor=clerk(UNIT), request_id=request.id, revision=2, unit_code="")
    assert again(request).unit_code == "" and again(request).state == State.ASKED


def test_only_a_lead_delegates_and_only_her_own(town: TestTown) -> None:
    with pytest.raises(Forbidden):
        services.delegate(actor=clerk("GAJ"), new=delegation())
    for wrong in (
        {"unit_code": "GAJ"},
        {"basis": ""},
        {"template_code": "VT05"},
        {"until_on": date(2025, 1, 1)},
    ):
        with pytest.raises(InputInvalid):
            services.delegate(actor=lead("GAJ"), new=delegation(**wrong))
