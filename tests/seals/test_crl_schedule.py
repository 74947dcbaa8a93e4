"""The revocation lists of a node left alone: renewed by the routine, so that no seal ever becomes unknown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proofless import ledger
from proofless.config import routine
from proofless.gm.trust import TrustStore
from proofless.kit import clock, env
from proofless.ofd.drawing import Box
from proofless.ofd.verify import Verdict, verify
from proofless.seals import services
from proofless.seals.affixing import Document, affix
from proofless.seals.errors import SignerLocked
from proofless.seals.models import Authority
from tests.seals.conftest import NODE, Clock, Office, package

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = env.home()
    monkeypatch.setattr(type(home), "trust", property(lambda self: tmp_path))
    return tmp_path


def sealed() -> bytes:
    document = Document(package(), "GAJ", "id_card", "object", 1, Box(50, 50, 42, 42))
    with ledger.act(None, NODE) as act:
        return affix(actor=NODE, document=document, at=clock.now(), within=act).data


def test_the_routine_holds_the_task() -> None:
    (task,) = [task for task in routine.tasks() if task.name == "seals.renew_trust"]
    assert task.run is routine.renew_trust and task.every <= 3600


def test_through_a_year_of_routine_no_seal_is_ever_unknown(
    office: Office, trust_folder: Path, set_clock: Clock
) -> None:
    start = datetime.now(UTC)
    first = sealed()
    for day in range(0, 400, 5):
        set_clock(start + timedelta(days=day))
        routine.renew_trust()
        trust = TrustStore.load(trust_folder)
        now = clock.now() + timedelta(seconds=1)
        assert verify(first, trust, now=now).verdict is Verdict.VALID, day
        if day % 25 == 0:
            assert verify(sealed(), trust, now=now).verdict is Verdict.VALID, day
    assert Authority.objects.get(role="sub").crl_next_at > clock.now()  # type: ignore[operator]


def test_a_node_off_for_a_month_is_fresh_again_after_one_turn(
    office: Office, trust_folder: Path, set_clock: Clock
) -> None:
    set_clock(datetime.now(UTC) + timedelta(days=45))
    assert (
        verify(sealed(), TrustStore.load(_export(trust_folder)), now=clock.now()).verdict is Verdict.UNKNOWN
    )
    routine.renew_trust()
    found = verify(sealed(), TrustStore.load(trust_folder), now=clock.now() + timedelta(seconds=1))
    assert found.verdict is Verdict.VALID


def test_a_locked_node_says_so_and_keeps_the_lists_it_has(
    office: Office, trust_folder: Path, set_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Renewal at half time leaves its keepers two weeks to unlock it."""
    _export(trust_folder)
    set_clock(datetime.now(UTC) + timedelta(days=16))

    def locked() -> None:
        raise SignerLocked()

    with monkeypatch.context() as closed:
        closed.setattr("proofless.seals.keyring.stamp", locked)
        with pytest.raises(SignerLocked):
            routine.renew_trust()
    assert TrustStore.load(trust_folder).crls[0].next_update > clock.now() + timedelta(days=13)


def _export(folder: Path) -> Path:
    services.export_trust(folder)
    return folder
