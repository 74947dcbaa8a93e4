"""Promises in a real browser: the department's desk and the resident's phone."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from proofless.access.actors import system_actor
from proofless.commitments.models import Breach, Commitment
from proofless.config.postgres import EmbeddedPostgres
from proofless.kit.permissions import Permission
from proofless.parties.services import NewAccount, make_accounts
from tests.applications.scenes import accepted_without
from tests.browser.harness import Browser
from tests.browser.served import ServedTown, look, served_town, sign_in
from tests.commitments.scenes import broken, drawn, sign
from tests.town import TestTown, town

__all__ = ["served_town", "town"]
pytestmark = pytest.mark.long
LATER: list[UUID] = []  # the case that was accepted without a paper


@pytest.fixture(scope="module")
def made(
    served_town: ServedTown, town: TestTown, postgres: EmbeddedPostgres, django_db_blocker: object
) -> Iterator[tuple[Commitment, Breach]]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        untrue, waiting = broken(town), drawn(town, "李四")
        sign(town, reference="application:open")
        account = NewAccount(
            "c-clerk", "x", "窗口核查员", ("clerk",), department_code=waiting.department_code
        )
        make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE), accounts=[account])
        with psycopg.connect(postgres.superuser_dsn()) as connection:
            connection.execute(
                "UPDATE parties_account SET password = (SELECT password FROM parties_account"
                " WHERE username = 'supervisor') WHERE username = 'c-clerk'"
            )
        LATER.append(accepted_without(town).id)
        yield waiting, untrue


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_departments_desk(
    browser: Browser, served_town: ServedTown, made: tuple[Commitment, Breach], size: str
) -> None:
    tab = browser.page_at(f"{served_town.url}/sign-in", size)
    sign_in(tab, served_town.url, "c-clerk")
    waiting, untrue = made
    for name, path in (
        ("home", ""),
        ("promise", f"{waiting.id}"),
        ("breach", f"breaches/{untrue.id}"),
        ("templates", "templates?q=许可"),
        ("case", f"../cases/{LATER[0]}"),
    ):
        reply = tab.page.goto(f"{served_town.url}/desk/commitments/{path}")
        assert reply and reply.status == 200, path
        look(tab, f"commitments-{name}", size)


def test_the_residents_phone(
    browser: Browser, served_town: ServedTown, made: tuple[Commitment, Breach]
) -> None:
    tab = browser.page_at(f"{served_town.url}/sign-in", "phone")
    sign_in(tab, served_town.url, "zhangsan")
    for name, path in (
        ("mine", "commitments/"),
        ("notice", f"commitments/breaches/{made[1].id}"),
        ("follows", f"applications/{LATER[0]}"),
    ):
        reply = tab.page.goto(f"{served_town.url}/{path}")
        assert reply and reply.status == 200, path
        look(tab, f"commitments-{name}", "phone")
