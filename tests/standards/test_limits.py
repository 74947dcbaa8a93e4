"""The city's own numbers: who may set one, within what, and that everybody goes by it at once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proofless.access.actors import system_actor
from proofless.access.rules import ROLES
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.standards.errors import LimitChanged
from proofless.standards.limits import get_limit, limit_of
from proofless.standards.services import set_limit
from proofless.standards.versions import forget

pytestmark = pytest.mark.django_db
BUREAU = system_actor(Permission.LIMITS_SET, label="大数据局小赵")
ONE = Limit.PAPER_REUSE_DAYS
PACKAGE = Path(__file__).parents[2] / "proofless"


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.mark.parametrize("limit", Limit)
def test_every_limit_has_its_text_its_range_and_a_use(limit: Limit) -> None:
    terms = limit.terms
    assert terms.least <= terms.default <= terms.most and terms.least < terms.most
    assert all(re.search(r"[一-鿿]", text) for text in (terms.group, terms.label, terms.what, terms.source))
    uses = [
        path for path in PACKAGE.rglob("*.py") if f"Limit.{limit.name}" in path.read_text(encoding="utf-8")
    ]
    assert any(path.parent.name != "kit" for path in uses), f"{limit} decides nothing"


def test_what_is_set_counts_at_once_and_says_who_and_why() -> None:
    assert limit_of(ONE) == 365 and not get_limit(ONE).history
    set_limit(actor=BUREAU, code=ONE, value=180, reason="原件变化较快")
    assert limit_of(ONE) == 180
    found = get_limit(ONE)
    assert found.changed and [(one.value, one.by) for one in found.history] == [(180, "大数据局小赵")]
    entry = LedgerEntry.objects.filter(kind=Kind.LIMIT_SET).latest("at")
    assert '"before":365' in entry.detail.replace(" ", "") and '"after":180' in entry.detail.replace(" ", "")


@pytest.mark.parametrize(
    ("value", "reason", "field"),
    [(29, "太短了吧", "value"), (1101, "太长了吧", "value"), (180, "短", "reason")],
)
def test_out_of_range_or_without_a_reason_nothing_is_set(value: int, reason: str, field: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        set_limit(actor=BUREAU, code=ONE, value=value, reason=reason)
    assert field in refused.value.detail["fields"] and limit_of(ONE) == 365  # type: ignore[operator]


def test_two_colleagues_do_not_overwrite_each_other() -> None:
    set_limit(actor=BUREAU, code=ONE, value=180, reason="原件变化较快", seen=365)
    with pytest.raises(LimitChanged):
        set_limit(actor=BUREAU, code=ONE, value=90, reason="原件变化较快", seen=365)
    with pytest.raises(InputInvalid):
        set_limit(actor=BUREAU, code=ONE, value=180, reason="和现在一样")
    assert limit_of(ONE) == 180


def test_only_the_bureau_sets_and_only_what_there_is() -> None:
    assert [role for role, rights in ROLES.items() if Permission.LIMITS_SET in rights] == ["bureau"]
    with pytest.raises(Forbidden):
        set_limit(actor=system_actor(), code=ONE, value=180, reason="没有权限")
    with pytest.raises(NotFound):
        set_limit(actor=BUREAU, code="applications.nothing", value=1, reason="没有这一项")


def test_reading_all_of_them_costs_one_statement_a_second() -> None:
    forget()
    with CaptureQueriesContext(connection) as asked:
        [limit_of(one) for one in Limit for _ in range(3)]
    assert len(asked) <= 2, "the versions of every room, and the settings once"
