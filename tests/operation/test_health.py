"""Readiness and figures: whoever watches the node learns in time that entries wait or a key is gone."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.test import Client

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.config.home import Home
from proofless.kit.kinds import Kind
from proofless.ledger.chain import Sequencer, head_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def sequencer(sequencer_dsn: str, home: Home) -> Iterator[Sequencer]:
    with psycopg.connect(sequencer_dsn) as connection:
        yield Sequencer(connection, head_key(home.keys / "ledger-head.key"))


def readiness() -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()["checks"]


def figure(name: str) -> float:
    text = Client().get("/metrics").content.decode()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


def test_a_node_without_its_sequencer_is_not_ready() -> None:
    """Entries would pile up unchained while every page still looked well."""
    status, checks = readiness()
    assert status == 503 and checks == {"database": "ok", "sequencer": checks["sequencer"], "keys": "ok"}
    assert "排序器没有运行" in checks["sequencer"]


def test_a_whole_node_is_ready(sequencer: Sequencer) -> None:
    status, checks = readiness()
    assert status == 200 and set(checks.values()) == {"ok"}


def test_a_key_others_may_read_makes_the_node_unready(sequencer: Sequencer, home: Home) -> None:
    key = home.keys / "master.key"
    for spoil, mend in ((lambda: key.chmod(0o644), lambda: key.chmod(0o600)), (_hide(key), _show(key))):
        spoil()
        try:
            status, checks = readiness()
        finally:
            mend()
        assert status == 503 and "master.key" in checks["keys"]
    assert readiness()[0] == 200


def test_locked_signing_keys_are_a_figure_and_no_outage(sequencer: Sequencer, home: Home) -> None:
    """Residents go on reading and applying while the key keeper is fetched."""
    assert figure("proofless_signing_keys_open") == 1
    kek = home.keys / "kek.key"
    hide, show = _hide(kek), _show(kek)
    hide()
    try:
        assert figure("proofless_signing_keys_open") == 0 and readiness()[0] == 200
    finally:
        show()


def _hide(key: Any) -> Any:
    return lambda: key.rename(key.with_suffix(".away"))


def _show(key: Any) -> Any:
    return lambda: key.with_suffix(".away").rename(key)


@pytest.mark.django_db(transaction=True)
def test_the_lag_of_the_chain_is_a_figure(sequencer: Sequencer) -> None:
    """The promise is two seconds: somebody must be able to see when it is not kept."""
    while sequencer.run_once().entries:
        pass
    assert figure("proofless_ledger_lag_seconds") == figure("proofless_ledger_pending") == 0
    with ledger.act(Kind.SIGNED_OUT, system_actor()):
        pass
    assert figure("proofless_ledger_lag_seconds") > 0 and figure("proofless_ledger_pending") == 1
    sequencer.run_once()
    assert figure("proofless_ledger_lag_seconds") == 0
