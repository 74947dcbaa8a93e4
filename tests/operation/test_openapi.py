"""The API as its own description says it: whatever a program sends, it gets an answer or a problem, never a fault."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from proofless.access.edge import PUBLIC, SESSION_ACCOUNT
from proofless.parties.models import Account
from tests.applications.scenes import submitted
from tests.architecture.routes import People, Route, operations
from tests.town import TestTown, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
FEW = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request of a real server gives its connection back; here that is the test's own, with its transaction."""
    kept = (request_started, request_finished)
    for signal in kept:
        signal.disconnect(close_old_connections)
    yield
    for signal in kept:
        signal.connect(close_old_connections)


@cache
def described() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


def token_of(account: Account) -> str:
    session = Client().session
    session[SESSION_ACCOUNT] = str(account.id)
    session.save()
    return str(session.session_key)


@pytest.mark.parametrize("route", operations(), ids=str)
def test_whatever_is_sent_is_answered_or_refused_in_words(town: TestTown, route: Route) -> None:
    """An integrator's bug must show in his own log, not as our fault or as a page of HTML."""
    hers = {"item_code": "I081"}
    if "application_id" in route.pattern:
        hers["application_id"] = str(submitted(town, "赵奶奶", "I081").id)
    account = People().who_may(
        route.permission, "clerk-mzj" if "HANDLE" in str(route.permission) else "zhaonainai"
    )
    bearer = {"Authorization": f"Bearer {token_of(account)}"}
    operation = described()[f"/{route.pattern}"][route.method]

    @FEW
    @given(case=operation.as_strategy(), real=st.booleans(), known=st.booleans())
    def answers(case: Any, real: bool, known: bool) -> None:
        if real:
            case.path_parameters = {
                name: hers.get(name, value) for name, value in case.path_parameters.items()
            }
        answer = case.call(headers=bearer if known else {})
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"], answer.text
            told = answer.json()
            assert told["status"] == answer.status_code and told["code"] and told["next_step"]
        if not known and route.permission != PUBLIC:
            assert answer.status_code in {400, 401}

    answers()
