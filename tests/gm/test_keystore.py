"""The soft key store: if it breaks, a department loses its seal key, or a copied disk gives it away."""

from pathlib import Path
from typing import Any

import pytest

from proofless.gm import Locked, Malformed, keystore, sm2
from proofless.gm.keystore import KeyExists, SoftKeyStore, UnknownKey

KEK = bytes(range(32))


def test_a_key_survives_a_restart_and_signs(tmp_path: Path) -> None:
    public = SoftKeyStore(tmp_path, KEK).generate("seal-1").public_key
    store = SoftKeyStore(tmp_path, KEK)
    assert public.verify(b"m", store.key("seal-1").sign(b"m")) and store.key_ids() == ["seal-1"]
    assert (tmp_path / "seal-1.key").stat().st_mode & 0o777 == 0o600
    private = store.key("seal-1").to_pkcs8()[36:68]
    assert all(private not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_wrong_kek_says_locked(tmp_path: Path) -> None:
    SoftKeyStore(tmp_path, KEK)
    with pytest.raises(Locked, match="密钥库未解锁"):
        SoftKeyStore(tmp_path, bytes(32))


def test_a_key_file_under_another_name_does_not_open(tmp_path: Path) -> None:
    """王五 with write access swaps two departments' key files: neither may sign for the other."""
    SoftKeyStore(tmp_path, KEK).generate("housing")
    (tmp_path / "housing.key").rename(tmp_path / "health.key")
    store = SoftKeyStore(tmp_path, KEK)
    with pytest.raises(Locked):
        store.key("health")
    with pytest.raises(UnknownKey):
        store.key("housing")


def test_a_key_is_never_overwritten_nor_written_elsewhere(tmp_path: Path) -> None:
    store = SoftKeyStore(tmp_path, KEK)
    store.generate("seal-1")
    with pytest.raises(KeyExists):
        store.generate("seal-1")
    for bad in ("../seal", "", "a/b", ".hidden"):
        with pytest.raises(Malformed):
            store.generate(bad)


def test_signer_needs_the_certificate_of_its_key(city: Any, tmp_path: Path) -> None:
    store = SoftKeyStore(tmp_path, KEK)
    store.add("housing", city.signer.key)
    signer = store.signer("housing", city.signer.certificate)
    assert signer.certificate == city.signer.certificate
    assert city.signer.key.public_key.verify(b"m", signer.sign(b"m"))
    with pytest.raises(Malformed):
        store.signer("housing", city.maker.certificate)


def test_kek_file_is_made_once_and_must_be_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kek"
    first = keystore.kek_from_file(path)
    assert len(first) == 32 and keystore.kek_from_file(path) == first
    path.chmod(0o644)
    with pytest.raises(Locked, match="0600"):
        keystore.kek_from_file(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(Locked):
        keystore.kek_from_file(path)


def test_kek_from_a_password_depends_on_password_and_salt(tmp_path: Path) -> None:
    kek = keystore.kek_from_password("口令", tmp_path / "salt")
    assert kek == keystore.kek_from_password("口令", tmp_path / "salt")
    assert kek != keystore.kek_from_password("口令2", tmp_path / "salt")
    assert kek != keystore.kek_from_password("口令", tmp_path / "other")


def test_damaged_key_file_says_locked(tmp_path: Path) -> None:
    store = SoftKeyStore(tmp_path, KEK)
    store.generate("seal-1")
    file = tmp_path / "seal-1.key"
    for damaged in (file.read_bytes()[:-1], b"", b"XXXX" + file.read_bytes()[4:]):
        file.write_bytes(damaged)
        with pytest.raises(Locked):
            SoftKeyStore(tmp_path, KEK).key("seal-1")


def test_private_halves_stay_out_of_reprs(tmp_path: Path) -> None:
    key = sm2.PrivateKey.generate()
    assert key.to_pkcs8()[36:68].hex() not in repr(key)
