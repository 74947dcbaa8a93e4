"""The first administrator of a city's real node comes in once, by a link nobody can guess or use again."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from proofless.config import invitation
from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.kit import clock
from proofless.parties.models import Account

pytestmark = pytest.mark.django_db
GIVEN = {"username": "admin", "label": "张三", "password": "correct horse battery"}


@pytest.fixture
def link(home: Home) -> Iterator[str]:
    yield urlsplit(invitation.invite(home)).path
    (home.keys / "invitation.json").unlink(missing_ok=True)


def test_the_link_makes_one_administrator_and_is_spent(client: Client, link: str) -> None:
    assert client.get(link).status_code == 200
    assert client.post(link, GIVEN).status_code == 302
    made = Account.objects.get(username="admin")
    assert made.roles == ["administrator"]
    assert made.check_password(GIVEN["password"])
    assert client.get(link).status_code == 404
    assert client.post(link, GIVEN | {"username": "second"}).status_code == 404


def test_a_guessed_or_outlived_link_is_as_absent_as_any(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """王五 tries: he learns not even that the node awaits its administrator."""
    assert client.get(link + "x").status_code == 404
    later = clock.now() + invitation.VALID + timedelta(minutes=1)
    monkeypatch.setattr(invitation.clock, "now", lambda: later)
    assert client.get(link).status_code == 404


def test_a_newer_link_ends_the_older(client: Client, link: str, home: Home) -> None:
    newer = urlsplit(invitation.invite(home)).path
    assert client.get(link).status_code == 404
    assert client.get(newer).status_code == 200


def test_a_weak_password_is_refused_with_a_reason(client: Client, link: str) -> None:
    answer = client.post(link, GIVEN | {"password": "short"})
    assert "密码至少" in answer.content.decode()
    assert not Account.objects.exists()


def test_no_second_first_administrator(client: Client, link: str, home: Home) -> None:
    client.post(link, GIVEN)
    with pytest.raises(SetupProblem, match="已有系统管理员"):
        invitation.invite(home)
