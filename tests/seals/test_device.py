"""Seals whose keys live in a device: signed there, refused clearly when it is gone, resumed when it is back."""

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proofless import ledger
from proofless.kit import clock
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.drawing import Box
from proofless.ofd.verify import Verdict, verify
from proofless.seals import authorities, device, keyring, queries, services
from proofless.seals.affixing import Document, affix
from proofless.seals.errors import SignerFailed, SignerLocked
from proofless.seals.queries import SealView
from proofless.seals.rules import SealForm
from proofless.seals.services import NewApplication
from tests.seals.conftest import NODE, Office, package

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).parents[1] / "gm" / "fake_sdf.c"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pretended device of tests/gm, compiled: one SM2 key pair at index 1, password pin-1."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler (apt install gcc libc6-dev)")
    out = tmp_path_factory.mktemp("sdf") / "libfake_sdf.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", out, SOURCE, "-l:libcrypto.so.3"], check=True)
    return out


@pytest.fixture
def fake(library: Path) -> Iterator[Any]:
    """Arranges misfortunes; afterwards the home has no device again."""
    found = ctypes.CDLL(str(library))
    yield found
    found.FAKE_Set(-1, 0, 0, 0)
    for name in (device.CONFIGURATION, device.SEALED):
        (keyring.keys_folder() / name).unlink(missing_ok=True)
    authorities.forget()


def made_in_device(office: Office) -> SealView:
    wish = NewApplication("设备章", SealForm.DEPARTMENT, "需要", type_codes=("hukou_book",))
    one = services.apply_for_seal(actor=office["keeper-gaj"], new=wish)
    services.approve_application(actor=office["approver"], application_id=one)
    made = services.make_applied_seal(actor=office["approver"], application_id=one)
    services.activate_seal(actor=office["keeper-gaj"], seal_id=made.id)
    return made


def seal_one() -> bytes:
    document = Document(package(), "GAJ", "hukou_book", "object", 1, Box(50, 50, 42, 42))
    with ledger.act(None, NODE) as act:
        return affix(actor=NODE, document=document, at=clock.now(), within=act).data


def test_a_seal_signs_in_the_device_and_old_seals_stay_in_files(
    office: Office, library: Path, fake: Any
) -> None:
    device.configure(str(library), [1], "pin-1")
    made = made_in_device(office)
    assert made.signer_key_id == "sdf-1"
    found = verify(seal_one(), queries.trust_store(), now=clock.now())
    assert found.verdict is Verdict.VALID, found.problems
    assert queries.active_seal_for("GAJ", "id_card").signer_key_id.startswith("signer-")
    assert queries.signer_state().certified is None and "密码设备" in queries.signer_state().product
    with pytest.raises(SignerFailed, match="没有空闲的密钥"):
        made_in_device(office)


def test_a_device_gone_is_told_and_nothing_is_half_done(office: Office, library: Path, fake: Any) -> None:
    device.configure(str(library), [1], "pin-1")
    made_in_device(office)
    seal_one()
    uses = LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count()
    fake.FAKE_Set(0, 1, 0, 0)
    with pytest.raises(SignerFailed):
        seal_one()
    assert "没有响应" in queries.signer_state().why
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count() == uses
    fake.FAKE_Set(-1, 0, 0, 0)
    seal_one()


def test_another_device_in_the_slot_seals_nothing(office: Office, library: Path, fake: Any) -> None:
    """Otherwise 张三's certificate would leave with a signature nobody can check."""
    device.configure(str(library), [1], "pin-1")
    made_in_device(office)
    fake.FAKE_OtherDevice()
    authorities.forget()
    with pytest.raises(SignerFailed, match="没有响应"):
        seal_one()
    with pytest.raises(SignerFailed, match="另一台设备"):
        seal_one()


def test_a_wrong_password_or_library_configures_nothing(office: Office, library: Path, fake: Any) -> None:
    with pytest.raises(SignerLocked, match="口令不正确"):
        device.configure(str(library), [1], "pin-2")
    with pytest.raises(SignerFailed, match="没有这个密钥"):
        device.configure(str(library), [1, 9], "pin-1")
    with pytest.raises(SignerFailed, match="不能加载"):
        device.configure("/nowhere/lib.so", [1], "pin-1")
    assert device.configuration() is None


def test_a_locked_node_reaches_no_device_key(
    office: Office, library: Path, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.configure(str(library), [1], "pin-1")
    made_in_device(office)

    def locked() -> keyring.Stamp:
        raise SignerLocked("锁定")

    monkeypatch.setattr(keyring, "stamp", locked)
    with pytest.raises(SignerLocked):
        seal_one()
