"""Keys in the keeping of a production home: locked at its start, opened by a person, rotated, kept elsewhere."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofless.gm import sm2
from proofless.gm.keystore import SoftKeyStore
from proofless.kit import env
from proofless.seals import authorities, keykeeping, keyring
from proofless.seals.errors import SignerFailed, SignerLocked
from proofless.seals.keyring import KeySource

PASSWORD, OTHER = "correct horse battery", "another long password"


def make_home(root: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    (root / "keys").mkdir(parents=True)
    (root / "run").mkdir()
    (root / "home.json").write_text(f'{{"kind": "{kind}", "city": "某市"}}', encoding="utf-8")
    monkeypatch.setenv("PROOFLESS_HOME", str(root))
    return root


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A production home whose keys have a password and are locked."""
    monkeypatch.setenv("PROOFLESS_RUNTIME", str(tmp_path / "shm"))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "shm").mkdir()
    root = make_home(tmp_path / "home", "production", monkeypatch)
    keyring.set_password(PASSWORD)
    yield root
    authorities.forget()


def public_key(key_id: str) -> sm2.PublicKey:
    return authorities.key_store().key(key_id).public_key


def test_a_production_home_starts_locked_and_says_what_to_do(production: Path) -> None:
    with pytest.raises(SignerLocked, match="proofless unlock"):
        authorities.key_store()
    assert keyring.state().locked and "验章不受影响" in keyring.state().why
    assert not (production / "keys" / keyring.PLAIN).exists(), "no open KEK on disk"


def test_the_right_password_opens_it_for_every_process_until_it_is_locked(production: Path) -> None:
    with pytest.raises(SignerLocked, match="口令不正确"):
        keyring.unlock("wrong password!")
    assert keyring.state().locked
    keyring.unlock(PASSWORD)
    assert keyring.state().source is KeySource.PROMPT
    made = authorities.generate("signer-1").public_key
    assert stat.S_IMODE(keyring.open_place().stat().st_mode) == 0o600
    assert keyring.lock() and not keyring.lock()
    with pytest.raises(SignerLocked):
        public_key("signer-1")
    keyring.unlock(PASSWORD)
    assert public_key("signer-1") == made


def test_a_credential_file_opens_it_without_anybody_there(
    production: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As systemd's LoadCredential= gives it: the node comes up by itself after a power cut."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert keyring.state().locked
    (folder / keyring.CREDENTIAL).write_text(PASSWORD + "\n")
    assert keyring.state().source is KeySource.CREDENTIAL
    authorities.generate("signer-1")
    (folder / keyring.CREDENTIAL).write_text("wrong password!")
    assert "系统凭据文件中的口令不正确" in keyring.state().why


def test_a_password_is_long_and_set_once(production: Path) -> None:
    with pytest.raises(SignerLocked, match="已设置过口令"):
        keyring.set_password(OTHER)
    with pytest.raises(SignerLocked, match="至少 12 个字符"):
        keyring.change_password(PASSWORD, "short")
    keyring.change_password(PASSWORD, OTHER)
    with pytest.raises(SignerLocked):
        keyring.unlock(PASSWORD)
    keyring.unlock(OTHER)


def test_a_lost_main_key_is_not_hidden_by_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_home(tmp_path / "home", "production", monkeypatch)
    SoftKeyStore(root / "keys" / "seals", bytes(32)).generate("signer-1")
    with pytest.raises(SignerLocked, match="从密钥备份恢复"):
        keyring.set_password(PASSWORD)


def test_a_main_key_left_in_the_open_is_taken_over_and_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFLESS_RUNTIME", str(tmp_path))
    root = make_home(tmp_path / "home", "production", monkeypatch)
    kek = os.urandom(32)
    keyring.write_private(root / "keys" / keyring.PLAIN, kek)
    made = SoftKeyStore(root / "keys" / "seals", kek).generate("signer-1").public_key
    assert keyring.state().locked, "a file anybody with the disk can read opens nothing here"
    keyring.set_password(PASSWORD)
    assert not (root / "keys" / keyring.PLAIN).exists()
    keyring.unlock(PASSWORD)
    assert public_key("signer-1") == made


def test_a_folder_somebody_else_prepared_is_not_used(production: Path, tmp_path: Path) -> None:
    """/dev/shm is everybody's: 王五 puts a folder there first and waits for the key."""
    place = keyring.open_place()
    place.parent.mkdir(mode=0o755)
    place.parent.chmod(0o755)
    with pytest.raises(SignerLocked, match="不属于本服务"):
        keyring.unlock(PASSWORD)
    assert not place.exists()


def test_rotation_keeps_every_key_and_the_node_goes_on(production: Path) -> None:
    keyring.unlock(PASSWORD)
    made = {name: authorities.generate(name).public_key for name in ("a", "b", "c")}
    before = (production / "keys" / "seals" / "a.key").read_bytes()
    assert keykeeping.rotate(password=PASSWORD, new_password=OTHER) == 3
    assert (production / "keys" / "seals" / "a.key").read_bytes() != before
    assert {name: public_key(name) for name in made} == made, "open processes took up the new KEK"
    keyring.lock()
    with pytest.raises(SignerLocked):
        keyring.unlock(PASSWORD)
    keyring.unlock(OTHER)
    assert public_key("b") == made["b"]


@pytest.mark.parametrize("cut", ["rotate", "take_pending"])
def test_a_rotation_cut_off_opens_with_one_of_the_passwords(
    production: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    keyring.unlock(PASSWORD)
    made = authorities.generate("signer-1").public_key
    keyring.lock()

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        target = SoftKeyStore if cut == "rotate" else keyring
        broken.setattr(target, cut, power_cut)
        with pytest.raises(KeyboardInterrupt):
            keykeeping.rotate(password=PASSWORD, new_password=OTHER)
    keyring.unlock(PASSWORD if cut == "rotate" else OTHER)
    assert public_key("signer-1") == made
    assert not (production / "keys" / "kek.sealed.next").exists()


def test_a_wrong_password_rotates_nothing(production: Path) -> None:
    keyring.unlock(PASSWORD)
    authorities.generate("signer-1")
    with pytest.raises(SignerLocked):
        keykeeping.rotate(password="not the password")
    assert public_key("signer-1")


def test_a_backup_brings_the_keys_into_another_home(
    production: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine burned down: without the keys no certificate of the city could ever be revoked."""
    keyring.unlock(PASSWORD)
    made = authorities.generate("signer-1").public_key
    kept = tmp_path / "kept.backup"
    assert keykeeping.back_up(kept, backup_password=OTHER) == 1
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with pytest.raises(SignerFailed, match="换一个文件名"):
        keykeeping.back_up(kept, backup_password=OTHER)
    make_home(tmp_path / "new", "production", monkeypatch)
    keyring.set_password(PASSWORD)
    with pytest.raises(SignerLocked):
        keykeeping.restore(kept, backup_password=OTHER)
    keyring.unlock(PASSWORD)
    with pytest.raises(SignerLocked):
        keykeeping.restore(kept, backup_password="not the password")
    assert keykeeping.restore(kept, backup_password=OTHER) == 1
    assert keykeeping.restore(kept, backup_password=OTHER) == 0
    assert public_key("signer-1") == made


def test_a_demo_home_rotates_without_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_home(tmp_path / "home", "demo", monkeypatch)
    with pytest.raises(SignerLocked, match=r"kek\.key 不在"):
        authorities.key_store()
    keyring.write_private(root / "keys" / keyring.PLAIN, os.urandom(32))
    made = authorities.generate("signer-1").public_key
    assert keykeeping.rotate() == 1
    assert public_key("signer-1") == made and keyring.state().source is KeySource.FILE
    (root / "keys" / keyring.PLAIN).chmod(0o644)
    assert "权限过宽" in keyring.state().why
    authorities.forget()


def test_a_full_disk_makes_no_half_key(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.unlock(PASSWORD)
    authorities.key_store()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("proofless.gm.keystore.write_new", full)
        with pytest.raises(SignerFailed, match="磁盘空间"):
            authorities.generate("signer-1")
    assert authorities.key_store().key_ids() == []
    assert env.home().root == production
