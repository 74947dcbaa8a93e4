"""密钥托管: where the key that opens the signing keys (the KEK) comes from, and whether it is there.

A demo home keeps it in ``keys/kek.key`` (0600). A production home keeps only ``keys/kek.sealed``, the KEK under a
password, and starts locked: verification works, sealing says why not. It is opened by a systemd credential
(``LoadCredential=proofless-seals:…``, the password in a file only this service can read) or by ``proofless unlock``,
which leaves the open KEK in memory-backed ``/dev/shm`` until ``proofless lock`` or the end of the node.
"""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from proofless.gm import Locked, sm3
from proofless.gm.keystore import SoftKeyStore, sync_folder
from proofless.kit import env
from proofless.seals.errors import SignerFailed, SignerLocked
from proofless.seals.wrapping import unwrap, wrap

KEK_BYTES = 32
SHORTEST_PASSWORD = 12
CREDENTIAL = "proofless-seals"
PURPOSE = b"kek"
PLAIN, SEALED = "kek.key", "kek.sealed"
_MEMORY = Path("/dev/shm")
_LOCKED = "签名密钥未解锁：验章不受影响，制证和签章暂停"


class KeySource(StrEnum):
    """Where the open KEK comes from."""

    FILE = "file"
    CREDENTIAL = "credential"
    PROMPT = "prompt"

    @property
    def label(self) -> str:
        return {"file": "密钥文件", "credential": "系统凭据文件", "prompt": "口令解锁"}[self.value]


Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """The open KEK. ``stamp`` changes whenever its file does, so that nothing is kept past a lock."""

    kek: bytes
    source: KeySource
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class KeyringState:
    """For pages: ``why`` says in Chinese why it is locked and what to do; empty when it is open."""

    locked: bool
    source: KeySource | None
    why: str = ""


def stamp() -> Stamp:
    """Changes with every unlock, rotation and lock. Raises SignerLocked; costs one look at a file."""
    path, _ = _present()
    return _stamp_of(path)


def opened() -> Opened:
    """Raises SignerLocked, saying why and what to do."""
    path, source = _present()
    seen = _stamp_of(path)
    if source is KeySource.CREDENTIAL:
        return Opened(_by_credential(path, seen, _stamp_of(keys_folder() / SEALED)), source, seen)
    return Opened(_read_private(path), source, seen)


def state() -> KeyringState:
    try:
        return KeyringState(False, opened().source)
    except SignerLocked as refusal:
        return KeyringState(True, None, refusal.message)


def is_set_up() -> bool:
    """Whether this home has a KEK at all."""
    return (keys_folder() / (PLAIN if env.home().demo else SEALED)).exists()


def set_password(password: str) -> None:
    """Give a production home its first KEK, under a password. A KEK an earlier version left in the open is
    taken over and its file removed. Raises SignerLocked when there is one, or keys of a lost one."""
    check_password(password)
    keys = keys_folder()
    if (keys / SEALED).exists():
        raise SignerLocked("已设置过口令；忘记口令时只能从密钥备份恢复")
    plain = keys / PLAIN
    if not plain.exists() and any((keys / "seals").glob("*.key")):
        raise SignerLocked("签名密钥在，但打开它们的主密钥不在，请从密钥备份恢复")
    kek = _read_private(plain) if plain.exists() else secrets.token_bytes(KEK_BYTES)
    write_private(keys / SEALED, wrap(kek, password, PURPOSE))
    plain.unlink(missing_ok=True)


def unlock(password: str) -> None:
    """Open the KEK for all processes of this node. Raises SignerLocked for a wrong password, SignerFailed
    when the open KEK cannot be kept."""
    kek = open_sealed(password)
    place = open_place()
    _make_private_folder(place.parent)
    write_private(place, kek)


def open_sealed(password: str) -> bytes:
    """The KEK of a production home, the one its keys are under: a rotation that broke off is settled here.

    Raises SignerLocked for a wrong password, and when the keys answer to no KEK at hand.
    """
    with alone():
        return open_alone(password)


def open_alone(password: str) -> bytes:
    """``open_sealed`` for one who is ``alone`` already."""
    refusal = SignerLocked("口令正确，但主密钥打不开签名密钥，请从密钥备份恢复")
    pending = _pending()
    for path in (keys_folder() / SEALED, pending):
        if path == pending and not path.exists():
            continue
        try:
            kek = unwrap(_read_sealed(path), password, PURPOSE)
        except SignerLocked as error:
            refusal = error
            continue
        if _opens(kek):
            pending.unlink(missing_ok=True) if path != pending else take_pending()
            return kek
    raise refusal


def _opens(kek: bytes) -> bool:
    try:
        SoftKeyStore(keys_folder() / "seals", kek)
    except Locked:
        return False
    return True


def put_pending(kek: bytes, password: str) -> None:
    """The KEK a rotation is going to, kept beside the old one until the keys are under it."""
    check_password(password)
    write_private(_pending(), wrap(kek, password, PURPOSE))


def take_pending() -> None:
    _pending().rename(keys_folder() / SEALED)
    sync_folder(keys_folder())


def renew_open(kek: bytes) -> None:
    """After a rotation: processes that had the old KEK open get the new one."""
    if open_place().exists():
        write_private(open_place(), kek)


def _pending() -> Path:
    return keys_folder() / f"{SEALED}.next"


def lock() -> bool:
    """Close again; returns whether it was open by ``unlock``. A credential or key file stays what it is."""
    place = open_place()
    was_open = place.exists()
    with suppress(FileNotFoundError):
        place.unlink()
    return was_open


def change_password(old: str, new: str) -> None:
    """Put the same KEK under another password. Raises SignerLocked."""
    check_password(new)
    write_private(keys_folder() / SEALED, wrap(open_sealed(old), new, PURPOSE))


@contextmanager
def alone() -> Iterator[None]:
    """Openings and rotations one after another, among all processes: an opening that settles what a crash left
    must not meet a rotation half-way and throw away the KEK it goes to."""
    descriptor = os.open(keys_folder() / "seals.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def open_place() -> Path:
    """Where ``unlock`` leaves the open KEK: in memory where the machine has such a folder."""
    given = os.environ.get("PROOFLESS_RUNTIME")
    root = env.home_root()
    base = Path(given) if given else _MEMORY if os.access(_MEMORY, os.W_OK) else root / "run"
    return base / f"proofless-{os.geteuid()}-{sm3.digest(str(root).encode()).hex()[:16]}" / "kek"


def write_private(path: Path, data: bytes) -> None:
    """A 0600 file that is whole or absent, also after a crash. Raises SignerFailed when the disk refuses."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SignerFailed(f"密钥文件写不进去：{os.strerror(error.errno or 0)}", file=path.name) from error


def keys_folder() -> Path:
    return env.home_root() / "keys"


def _present() -> tuple[Path, KeySource]:
    """The file the KEK is opened by. Raises SignerLocked."""
    keys = keys_folder()
    if env.home().demo:
        # A new key beside keys sealed under another would only hide that the right one is lost.
        if not (keys / PLAIN).exists():
            raise SignerLocked("主密钥文件 keys/kek.key 不在，请从备份恢复")
        return keys / PLAIN, KeySource.FILE
    if not (keys / SEALED).exists():
        raise SignerLocked(f"{_LOCKED}。还没有设置口令，请运行 proofless unlock")
    if (place := open_place()).exists():
        _check_owned(place.parent)
        return place, KeySource.PROMPT
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if folder and (credential := Path(folder) / CREDENTIAL).exists():
        return credential, KeySource.CREDENTIAL
    raise SignerLocked(f"{_LOCKED}。请密钥管理员运行 proofless unlock")


def _stamp_of(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise SignerLocked() from error
    return str(path), found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=4)
def _by_credential(credential: Path, seen: Stamp, sealed_seen: Stamp) -> bytes:
    """The stamps make the answer as old as the files and no older: scrypt costs 0.1 s."""
    password = credential.read_text(encoding="utf-8").rstrip("\r\n")
    try:
        return open_sealed(password)
    except SignerLocked as error:
        raise SignerLocked("系统凭据文件中的口令不正确，请更正后重启服务") from error


def _read_sealed(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SignerLocked("这个节点还没有设置签名密钥口令") from error


def _read_private(path: Path) -> bytes:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SignerLocked(f"主密钥文件 {path.name} 的权限过宽，请改为 0600")
    kek = path.read_bytes()
    if len(kek) != KEK_BYTES:
        raise SignerLocked(f"主密钥文件 {path.name} 已损坏，请从备份恢复")
    return kek


def check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise SignerLocked(f"口令至少 {SHORTEST_PASSWORD} 个字符")


def _make_private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_owned(folder)


def _check_owned(folder: Path) -> None:
    """/dev/shm is everybody's: a folder somebody else put there before us is not used."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise SignerLocked(f"{folder} 不属于本服务，请删除后重新解锁")
