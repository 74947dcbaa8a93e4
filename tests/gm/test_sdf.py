"""Keys in a device: if this breaks, a city with certified hardware seals nothing, or seals rubbish.

The device is pretended (fake_sdf.c, compiled here), its SM2 is libcrypto's.
"""

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from proofless.gm import GmError, Unavailable, ses, x509
from proofless.gm.sdf import (
    AccessDenied,
    DeviceGone,
    NoSuchKey,
    NotSupported,
    SdfDevice,
    SdfError,
    WrongSignature,
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: the pretended SDF device cannot be built (apt install gcc libc6-dev)")
    out = tmp_path_factory.mktemp("sdf") / "libfake_sdf.so"
    source = Path(__file__).with_name("fake_sdf.c")
    command = [compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", out, source, "-l:libcrypto.so.3"]
    subprocess.run(command, check=True)
    return out


@pytest.fixture
def fake(library: Path) -> Iterator[Any]:
    """The misfortunes' side of the library."""
    loaded = ctypes.CDLL(str(library))
    loaded.FAKE_Set(-1, 0, 0, 0)
    yield loaded
    loaded.FAKE_Set(-1, 0, 0, 0)


def test_a_device_key_signs_like_any_other(library: Path, fake: Any, city: Any) -> None:
    device = SdfDevice(library)
    key: x509.Key = device.key(1, "pin-1")
    assert key.public_key.verify(b"m", key.sign(b"m")) and not key.public_key.verify(b"n", key.sign(b"m"))
    info = device.info()
    assert (info.issuer, info.name, info.serial_number) == ("Pretended Works", "FAKE-1", "7" * 16)
    assert len(device.random(32)) == 32 and device.random(32) != device.random(32)
    assert "pin-1" not in repr(key)


def test_a_seal_made_and_used_by_devices_holds(library: Path, fake: Any, city: Any) -> None:
    """The same two shapes as the soft key store: nothing above gm may tell the difference."""
    key = SdfDevice(library).key(1, "pin-1")
    raw = city.authority.issue(x509.name("某市住房局"), key.public_key, city.now, city.now.replace(year=2027))
    signer: x509.Signer = x509.KeySigner(raw, key)
    seal = ses.build_seal(
        seal_id="1", name="章", signer_certificates=[raw], picture=ses.Picture("png", b"x", 40, 40),
        created_at=city.now, valid_from=city.now, valid_until=city.now.replace(year=2027), maker=city.maker,
    )  # fmt: skip
    built = ses.build_signature(
        seal=seal, data_hash=bytes(32), property_info="/s", signed_at=city.now, signer=signer
    )
    signature = ses.parse_signature(built)
    assert key.public_key.verify(signature.tbs_raw, signature.value)


def test_a_device_gone_in_mid_batch_is_one_clear_error_and_comes_back(library: Path, fake: Any) -> None:
    """Certificate 4 of 10 fails by name; after the device is plugged in again the batch goes on."""
    device = SdfDevice(library)
    key = device.key(1, "pin-1")
    fake.FAKE_Set(3, 0, 0, 0)
    done = [key.sign(bytes((number,))) for number in range(3)]
    for _ in range(2):
        with pytest.raises(DeviceGone):
            key.sign(b"4")
    fake.FAKE_Set(-1, 0, 0, 0)
    before = fake.FAKE_Opened()
    done += [key.sign(bytes((number,))) for number in range(3, 10)]
    assert all(key.public_key.verify(bytes((number,)), value) for number, value in enumerate(done))
    assert fake.FAKE_Opened() == before + 1, "opened once, not for every signature"


def test_another_device_in_the_slot_signs_nothing(library: Path, fake: Any) -> None:
    """Seals of one department must not come from the other department's key."""
    device = SdfDevice(library)
    key = device.key(1, "pin-1")
    device.close()
    fake.FAKE_OtherDevice()
    with pytest.raises(WrongSignature, match="not of this key"):
        key.sign(b"m")


@pytest.mark.parametrize("kind", [1, 2])
def test_a_device_that_computes_wrongly_is_not_believed(library: Path, fake: Any, kind: int) -> None:
    key = SdfDevice(library).key(1, "pin-1")
    fake.FAKE_Set(-1, 0, kind, 0)
    with pytest.raises(WrongSignature):
        key.sign(b"m")


def test_wrong_password_and_absent_key_are_told_apart(library: Path, fake: Any) -> None:
    device = SdfDevice(library)
    for password in ("", "pin-2"):
        with pytest.raises(AccessDenied):
            device.key(1, password)
    with pytest.raises(NoSuchKey):
        device.key(2, "pin-1")
    before = fake.FAKE_Opened()
    assert device.key(1, "pin-1") and fake.FAKE_Opened() == before, "the session outlives a refusal"


def test_no_device_no_library_and_odd_answers(library: Path, fake: Any, tmp_path: Path) -> None:
    device = SdfDevice(library)
    fake.FAKE_Set(-1, 1, 0, 0)
    with pytest.raises(DeviceGone):
        device.info()
    for path in (tmp_path / "absent.so", "libcrypto.so.3"):
        with pytest.raises(Unavailable):
            SdfDevice(path)
    fake.FAKE_Set(-1, 0, 0, 0)
    key = device.key(1, "pin-1")
    for code, kind in ((0x01000009, NotSupported), (0x01000777, SdfError), (-5, SdfError)):
        fake.FAKE_Set(-1, 0, 0, code)
        with pytest.raises(kind) as caught:
            key.sign(b"m")
        assert caught.value.code == code and caught.value.function == "SDF_InternalSign_ECC"
    fake.FAKE_Set(-1, 0, 0, 0)
    assert key.sign(b"m")
    for size in (0, 5000):
        with pytest.raises(GmError):
            device.random(size)


def test_a_closed_device_is_given_back(library: Path, fake: Any) -> None:
    device = SdfDevice(library)
    device.random(1)
    opened, closed = fake.FAKE_Opened(), fake.FAKE_Closed()
    device.close()
    device.close()
    assert (fake.FAKE_Opened(), fake.FAKE_Closed()) == (opened, closed + 1)


def test_threads_share_one_session(library: Path, fake: Any) -> None:
    key = SdfDevice(library).key(1, "pin-1")
    messages = [bytes((number,)) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(key.sign, messages))
    assert all(map(key.public_key.verify, messages, values))
