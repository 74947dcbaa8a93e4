"""密钥轮换与备份: all signing keys under a new key-encryption key; all of them in one file under a password.

A rotation writes ``seals.new`` whole, then the new KEK as ``*.new``: from that moment it is decided, and whatever
a crash leaves is finished by ``settle``. Before that moment it is as if it had never begun. The node is
stopped meanwhile: a running process would make keys under the KEK that goes.
"""

import base64
import json
import secrets
import shutil
from pathlib import Path

from proofless.gm.errors import Locked
from proofless.gm.keystore import SoftKeyStore
from proofless.kit import env
from proofless.seals import keyring
from proofless.seals.errors import SignerFailed, SignerLocked
from proofless.seals.keyring import PLAIN, PURPOSE, SEALED
from proofless.seals.wrapping import unwrap, wrap

_BACKUP = b"backup"


def rotate(*, password: str = "", new_password: str = "") -> int:
    """Re-seal every signing key under a new KEK; returns how many. A production home gives its password.

    Raises SignerLocked (wrong password, wrong KEK) and SignerFailed (disk); the old keys then stay as they were.
    """
    with keyring.changing_keys():
        settle()
        keys = _keys()
        kek = _current_kek(password)
        fresh = secrets.token_bytes(keyring.KEK_BYTES)
        count = _reseal(keys / "seals", kek, keys / "seals.new", fresh)
        name = PLAIN if env.home().demo else SEALED
        sealed = fresh if env.home().demo else wrap(fresh, new_password or password, PURPOSE)
        keyring.write_private(keys / f"{name}.new", sealed)
        settle()
        keyring.lock()
    return count


def is_unsettled() -> bool:
    """Whether a rotation broke off after it was decided."""
    return any((_keys() / f"{name}.new").exists() for name in (PLAIN, SEALED))


def settle() -> None:
    """Finish a rotation that was decided, forget one that was not. Under ``keyring.changing_keys``."""
    keys = _keys()
    new, old, current = keys / "seals.new", keys / "seals.old", keys / "seals"
    for name in (PLAIN, SEALED):
        decided = keys / f"{name}.new"
        if not decided.exists():
            continue
        if new.exists():
            if not old.exists():
                current.rename(old)
            new.rename(current)
        decided.rename(keys / name)
        keyring.sync_folder(keys)
    for leftover in (new, old):
        if leftover.exists() and current.exists():
            shutil.rmtree(leftover)


def back_up(path: Path, *, backup_password: str, password: str = "") -> int:
    """Write every signing key and the KEK into one new file under a password of its own; returns how many
    keys. Raises SignerLocked, SignerFailed."""
    keyring.check_password(backup_password)
    with keyring.changing_keys():
        settle()
        kek = _current_kek(password)
        _check_opens(_keys() / "seals", kek)
        files = {file.name: _text(file.read_bytes()) for file in sorted((_keys() / "seals").glob("*.key"))}
    if path.exists():
        raise SignerFailed(f"{path} 已存在,请换一个文件名")
    content = json.dumps({"kek": _text(kek), "files": files}).encode()
    keyring.write_private(path, wrap(content, backup_password, _BACKUP))
    return len(files) - 1


def restore(path: Path, *, backup_password: str, password: str = "") -> int:
    """Bring the keys of a backup into a home that has none; returns how many. ``password`` is what a
    production home is unlocked by from then on. Raises SignerLocked, SignerFailed."""
    try:
        kept = json.loads(unwrap(path.read_bytes(), backup_password, _BACKUP))
    except OSError as error:
        raise SignerFailed(f"备份文件 {path} 无法读取") from error
    keys = _keys()
    with keyring.changing_keys():
        settle()
        if any((keys / "seals").glob("*.key")):
            raise SignerFailed("这个节点已有签名密钥,不能覆盖;请恢复到没有密钥的节点")
        kek = base64.b64decode(kept["kek"])
        sealed = kek if env.home().demo else _under_password(kek, password)
        (keys / "seals").mkdir(mode=0o700, exist_ok=True)
        new = keys / "seals.new"
        new.mkdir(mode=0o700)
        for name, content in kept["files"].items():
            keyring.write_private(new / Path(name).name, base64.b64decode(content))
        _check_opens(new, kek)
        keyring.write_private(keys / f"{PLAIN if env.home().demo else SEALED}.new", sealed)
        settle()
    return len(kept["files"]) - 1


def _keys() -> Path:
    return env.home_root() / "keys"


def _current_kek(password: str) -> bytes:
    if env.home().demo:
        return keyring.opened().kek
    return unwrap(keyring.sealed_bytes(), password, PURPOSE)


def _under_password(kek: bytes, password: str) -> bytes:
    keyring.check_password(password)
    return wrap(kek, password, PURPOSE)


def _reseal(source: Path, kek: bytes, target: Path, fresh: bytes) -> int:
    try:
        old, new = SoftKeyStore(source, kek), SoftKeyStore(target, fresh)
        for key_id in old.key_ids():
            new.add(key_id, old.key(key_id))
        return len(new.key_ids())
    except Locked as error:
        shutil.rmtree(target, ignore_errors=True)
        raise SignerLocked("主密钥打不开现有的签名密钥,轮换没有进行") from error
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise SignerFailed("磁盘写不进去,轮换没有进行,原密钥不受影响") from error


def _check_opens(folder: Path, kek: bytes) -> None:
    """Every key opens: a backup nobody could restore is refused when it is made."""
    try:
        store = SoftKeyStore(folder, kek)
        for key_id in store.key_ids():
            store.key(key_id)
    except Locked as error:
        raise SignerLocked("有签名密钥打不开,备份没有意义,请先检查密钥文件") from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
