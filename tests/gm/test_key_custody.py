"""Changing and keeping the master key: if it breaks, one power cut takes every seal key of the city."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from proofless.gm import Locked, keybackup, keystore, sm2
from proofless.gm.keystore import KeyExists, SoftKeyStore

OLD, NEW = bytes(range(32)), bytes(range(1, 33))


@pytest.mark.long
@pytest.mark.parametrize("scene, least", [("rotation", 40), ("file", 40), ("restoring", 15)])
def test_a_power_cut_at_any_step_leaves_a_store_that_opens(tmp_path: Path, scene: str, least: int) -> None:
    """Killed before and after each step on disk; what is left opens with the old or the new master key."""
    program = [sys.executable, str(Path(__file__).with_name("killing.py")), scene, str(tmp_path)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= least


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clerk hears "no space", frees some, and tries again."""
    store = SoftKeyStore(tmp_path, OLD)
    publics = {key_id: store.generate(key_id).public_key for key_id in ("housing", "health")}
    real, calls = os.fsync, iter(range(100))

    def full(descriptor: int) -> None:
        if next(calls) == 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.rotate(NEW)
    monkeypatch.undo()
    assert SoftKeyStore(tmp_path, OLD).key("health").public_key == publics["health"]
    store.rotate(NEW)
    opened = SoftKeyStore(tmp_path, NEW)
    assert {key_id: opened.key(key_id).public_key for key_id in opened.key_ids()} == publics


def test_after_a_rotation_the_old_master_key_opens_nothing(tmp_path: Path) -> None:
    public = SoftKeyStore(tmp_path, OLD).generate("seal-1").public_key
    before = (tmp_path / "seal-1.key").read_bytes()
    keystore.rotate_kek(tmp_path, OLD, NEW)
    with pytest.raises(Locked):
        SoftKeyStore(tmp_path, OLD)
    assert SoftKeyStore(tmp_path, NEW).key("seal-1").public_key == public
    assert (tmp_path / "seal-1.key").read_bytes() != before
    with pytest.raises(Locked):
        keystore.rotate_kek(tmp_path, OLD, NEW)


def test_a_process_that_slept_through_a_rotation_adds_no_lost_key(tmp_path: Path) -> None:
    """A worker still holding the old master key would seal a new seal key so that nobody can open it."""
    sleeper = SoftKeyStore(tmp_path, OLD)
    keystore.rotate_kek(tmp_path, OLD, NEW)
    with pytest.raises(Locked):
        sleeper.generate("seal-2")
    with pytest.raises(Locked):
        sleeper.rotate(bytes(32))
    assert SoftKeyStore(tmp_path, NEW).key_ids() == []


def test_a_password_is_changed_like_any_master_key(tmp_path: Path) -> None:
    old, new = (keystore.kek_from_password(word, tmp_path / "salt") for word in ("旧口令", "新口令"))
    public = SoftKeyStore(tmp_path / "keys", old).generate("seal-1").public_key
    keystore.rotate_kek(tmp_path / "keys", old, new)
    again = keystore.kek_from_password("新口令", tmp_path / "salt")
    assert SoftKeyStore(tmp_path / "keys", again).key("seal-1").public_key == public
    with pytest.raises(Locked):
        keystore.kek_from_password("", tmp_path / "salt")


def test_a_credential_is_read_and_never_made(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    with pytest.raises(Locked, match="无法读取"):
        keystore.kek_from_credential(path)
    assert not path.exists()
    for content in (OLD, OLD.hex().encode() + b"\n"):
        path.write_bytes(content)
        path.chmod(0o400)
        assert keystore.kek_from_credential(path) == OLD
        path.chmod(0o600)
    for content in (b"", OLD[:-1], b"g" * 64, "口".encode() * 64):
        path.write_bytes(content)
        with pytest.raises(Locked, match="32"):
            keystore.kek_from_credential(path)
    path.chmod(0o640)
    with pytest.raises(Locked, match="0600"):
        keystore.kek_from_credential(path)


def test_no_kek_that_opens_means_nothing_is_deleted(tmp_path: Path) -> None:
    """Both files wrong: whichever is the real one's only trace must survive for whoever repairs it."""
    SoftKeyStore(tmp_path / "keys", bytes(32))
    for name, kek in (("kek", OLD), ("kek.next", NEW)):
        keystore.write_new(tmp_path / name, kek)
    with pytest.raises(Locked):
        keystore.open_with_file(tmp_path / "keys", tmp_path / "kek")
    assert (tmp_path / "kek").read_bytes() == OLD and (tmp_path / "kek.next").read_bytes() == NEW


def test_a_foreign_leftover_does_not_become_a_key(tmp_path: Path) -> None:
    """王五 puts a file of his beside the department's key and waits for the next opening."""
    store = SoftKeyStore(tmp_path, OLD)
    public = store.generate("seal-1").public_key
    SoftKeyStore(tmp_path / "his", NEW).generate("seal-1")
    (tmp_path / "his" / "seal-1.key").rename(tmp_path / "seal-1.key.next")
    with pytest.raises(Locked, match="seal-1"):
        SoftKeyStore(tmp_path, OLD)
    (tmp_path / "seal-1.key.next").unlink()
    assert SoftKeyStore(tmp_path, OLD).key("seal-1").public_key == public


def test_a_backup_brings_the_keys_to_another_machine(tmp_path: Path) -> None:
    store = SoftKeyStore(tmp_path / "a", OLD)
    keys = {key_id: store.generate(key_id) for key_id in ("housing", "health")}
    file = tmp_path / "backup"
    assert keybackup.backup(store, file, "口令") == ["health", "housing"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(key.to_raw() in file.read_bytes() for key in keys.values())
    other = SoftKeyStore(tmp_path / "b", NEW)
    assert sorted(keybackup.restore(file, "口令", other)) == ["health", "housing"]
    assert keybackup.restore(file, "口令", other) == []
    assert all(other.key(key_id).public_key == key.public_key for key_id, key in keys.items())


def test_a_backup_says_no_before_it_writes(tmp_path: Path) -> None:
    store = SoftKeyStore(tmp_path / "a", OLD)
    for key_id in ("a-first", "housing"):
        store.generate(key_id)
    file = tmp_path / "backup"
    keybackup.backup(store, file, "口令")
    with pytest.raises(FileExistsError):
        keybackup.backup(store, file, "口令")
    other = SoftKeyStore(tmp_path / "b", NEW)
    other.add("housing", sm2.PrivateKey.generate())
    with pytest.raises(KeyExists):
        keybackup.restore(file, "口令", other)
    good = file.read_bytes()
    for content, word in ((good, "别的"), (good, ""), (good[:-1], "口令"), (b"", "口令"), (good[4:], "口令")):
        file.write_bytes(content)
        with pytest.raises(Locked):
            keybackup.restore(file, word, other)
    assert other.key_ids() == ["housing"]
