"""软件密钥库: SM2 private keys in files, each sealed under one key-encryption key (KEK).

A file `<key id>.key` holds nonce ‖ SM4-GCM(KEK, PKCS#8, aad = key id): moved under another name it does
not open. The KEK is 32 random bytes in a file of mode 0600, comes from a password by scrypt (RFC 7914;
n=2^15, r=8, p=1), or from a credential file of the system's. Hardware (`sdf`) takes the same two shapes,
`x509.Key` and `x509.Signer`. This is software: it holds no certificate of a cryptographic product.

Rotation writes every key anew as `<key id>.key.next`, that of the check first, and decides by renaming the
check alone. So a `kek-check.key.next` means undecided: all `.next` are rubbish. None, but other `.next`:
decided, they only await their renaming. Every opening settles what a crash left. One lock keeps writers apart.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from proofless.gm import sm2, sm3, sm4
from proofless.gm.errors import GmError, Locked, Malformed
from proofless.gm.x509 import KeySigner, load_certificate

_MAGIC = b"PLK1"
_CHECK_ID = "kek-check"
_LOCK_NAME = ".lock"
_TEMPORARY = re.compile(r"\..+\.key(\.next)?\.[0-9a-f]{16}")
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NONCE_BYTES = 12


class UnknownKey(GmError):
    """The store holds no key of this id."""


class KeyExists(GmError):
    """The store already holds a key of this id; a key is never overwritten."""


def kek_from_file(path: Path) -> bytes:
    """The 32-byte KEK in this file, made on first use. Raises `Locked` when others may read the file."""
    path = Path(path)
    with suppress(FileExistsError):
        write_new(path, secrets.token_bytes(32))
    return _check_kek(path, _read_private(path))


def kek_from_credential(path: Path) -> bytes:
    """The KEK in a file somebody else provides (systemd's credentials, a mounted secret): 32 bytes or 64
    hexadecimal digits. It is never made. Raises `Locked`."""
    data = _read_private(Path(path))
    if len(text := data.strip()) == 64:
        with suppress(ValueError):
            data = bytes.fromhex(text.decode("ascii", "replace"))
    return _check_kek(Path(path), data)


def _read_private(path: Path) -> bytes:
    try:
        mode, data = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise Locked(f"无法读取密钥文件 {path.name}。 Cannot read {path.name}: {error.strerror}") from error
    if mode & 0o077:
        raise Locked(f"密钥文件 {path.name} 的权限过宽,请改为 0600。 {path.name} is readable by others")
    return data


def _check_kek(path: Path, kek: bytes) -> bytes:
    if len(kek) != 32:
        raise Locked(f"密钥文件 {path.name} 已损坏(应为 32 字节)。 {path.name} is not 32 bytes")
    return kek


def kek_from_password(password: str, salt_path: Path) -> bytes:
    """The 32-byte KEK from a password and the salt in this file, made on first use. Takes about 0.1 s."""
    salt_path = Path(salt_path)
    with suppress(FileExistsError):
        write_new(salt_path, secrets.token_bytes(16))
    return stretch(password, salt_path.read_bytes())


def stretch(password: str, salt: bytes) -> bytes:
    """32 bytes from a password by scrypt. Raises `Locked` for an empty password."""
    if not password:
        raise Locked("口令不能为空。 The password is empty")
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(password.encode())


class SoftKeyStore:
    """A folder of sealed keys. Opening it checks the KEK once; keys stay loaded for the life of the
    object."""

    def __init__(self, path: Path, kek: bytes) -> None:
        """Raises `Locked` when the KEK is not the one this folder was made with."""
        self._path, self._sealing_key = Path(path), _sealing_key(kek)
        self._loaded: dict[str, sm2.PrivateKey] = {}
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._writing():
            with suppress(FileExistsError):
                write_new(self._file(_CHECK_ID), _seal(self._sealing_key, _CHECK_ID, b""))
            self._unseal(_CHECK_ID)
            self._settle()

    def generate(self, key_id: str) -> sm2.PrivateKey:
        """Make, seal and store a new key. Raises `KeyExists`, `Malformed`."""
        key = sm2.PrivateKey.generate()
        self.add(key_id, key)
        return key

    def add(self, key_id: str, key: sm2.PrivateKey) -> None:
        """Seal and store a key made elsewhere. Raises `KeyExists`, `Malformed`."""
        self._store(key_id, key.to_pkcs8())
        self._loaded[key_id] = key

    def key(self, key_id: str) -> sm2.PrivateKey:
        """Raises `UnknownKey`, or `Locked` when the file does not open."""
        if key_id not in self._loaded:
            self._loaded[key_id] = sm2.PrivateKey.from_pkcs8(self._unseal(key_id))
        return self._loaded[key_id]

    def signer(self, key_id: str, certificate: bytes) -> KeySigner:
        """The key with its certificate (DER). Raises `Malformed` when they do not belong together."""
        key = self.key(key_id)
        if load_certificate(certificate).public_key != key.public_key:
            raise Malformed(f"certificate and key {key_id} do not belong together")
        return KeySigner(certificate, key)

    def key_ids(self) -> list[str]:
        return sorted(file.stem for file in self._path.glob("*.key") if file.stem != _CHECK_ID)

    def _file(self, key_id: str) -> Path:
        if not _KEY_ID.fullmatch(key_id):
            raise Malformed("a key id is letters, digits, dot, dash and underscore")
        return self._path / f"{key_id}.key"

    def _store(self, key_id: str, secret: bytes) -> None:
        with self._writing():
            self._unseal(_CHECK_ID)  # rotated since we opened: under the old KEK nobody would read this key
            try:
                write_new(self._file(key_id), _seal(self._sealing_key, key_id, secret))
            except FileExistsError as error:
                raise KeyExists(key_id) from error

    def rotate(self, new_kek: bytes) -> None:
        """Seal every key under another KEK. Whenever it is cut off, the store opens with the old or with
        the new one. Raises `Locked`; other objects on this folder must be opened anew."""
        fresh = _sealing_key(new_kek)
        with self._writing():
            self._unseal(_CHECK_ID)
            self._settle()
            for key_id in (_CHECK_ID, *self.key_ids()):
                write_new(self._next(key_id), _seal(fresh, key_id, self._unseal(key_id)))
            os.replace(self._next(_CHECK_ID), self._file(_CHECK_ID))
            sync_folder(self._path)
            self._sealing_key = fresh
            self._settle()

    def _settle(self) -> None:
        """Finish or undo a rotation that was cut off (see above); ours is the KEK that counts."""
        left = [file.name.removesuffix(".key.next") for file in self._path.glob("*.key.next")]
        if _CHECK_ID in left:
            for key_id in left:
                if key_id != _CHECK_ID:
                    self._next(key_id).unlink()
            sync_folder(self._path)  # the check's own goes last: it says what the others are
            self._next(_CHECK_ID).unlink()
        else:
            for key_id in left:
                self._open(self._next(key_id), key_id)
                os.replace(self._next(key_id), self._file(key_id))
        for file in self._path.iterdir():
            if _TEMPORARY.fullmatch(file.name):
                file.unlink()
        sync_folder(self._path)

    def _next(self, key_id: str) -> Path:
        return self._file(key_id).with_suffix(".key.next")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone among all processes that write here; released by the system when one dies."""
        descriptor = os.open(self._path / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _unseal(self, key_id: str) -> bytes:
        return self._open(self._file(key_id), key_id)

    def _open(self, file: Path, key_id: str) -> bytes:
        try:
            data = file.read_bytes()
        except FileNotFoundError as error:
            raise UnknownKey(key_id) from error
        nonce, sealed = data[len(_MAGIC) :][:_NONCE_BYTES], data[len(_MAGIC) + _NONCE_BYTES :]
        try:
            if not data.startswith(_MAGIC):
                raise Malformed("not a sealed key")
            return sm4.gcm_open(self._sealing_key, nonce, sealed, key_id.encode())
        except Malformed as error:
            raise Locked(
                f"密钥库未解锁:主密钥不对,或密钥文件 {key_id} 已损坏。"
                f" The key store is locked: wrong KEK, or key {key_id} is damaged"
            ) from error


def rotate_kek(path: Path, old_kek: bytes, new_kek: bytes) -> None:
    """Seal every key of this store under another KEK: see `SoftKeyStore.rotate`."""
    SoftKeyStore(path, old_kek).rotate(new_kek)


def open_with_file(path: Path, kek_path: Path) -> SoftKeyStore:
    """The store under the KEK in this file, after settling a `rotate_kek_file` that was cut off."""
    kek_path, pending = Path(kek_path), _pending(kek_path)
    try:
        store = SoftKeyStore(path, kek_from_file(kek_path))
    except Locked:
        if not pending.exists():
            raise
        store = SoftKeyStore(path, kek_from_credential(pending))
        os.replace(pending, kek_path)
    else:
        pending.unlink(missing_ok=True)  # only now: it might have been the one copy of the KEK that counts
    sync_folder(kek_path.parent)
    return store


def rotate_kek_file(path: Path, kek_path: Path) -> SoftKeyStore:
    """A fresh random KEK for store and file. Open with `open_with_file`: it knows where a crash left it."""
    store, kek = open_with_file(path, kek_path), secrets.token_bytes(32)
    write_new(_pending(Path(kek_path)), kek)
    store.rotate(kek)
    return open_with_file(path, kek_path)


def _pending(kek_path: Path) -> Path:
    return Path(kek_path).with_name(Path(kek_path).name + ".next")


def _sealing_key(kek: bytes) -> bytes:
    if len(kek) != 32:
        raise Malformed("a KEK has 32 bytes")
    # SM4 takes 16 bytes; HMAC binds the derived key to this use.
    return sm3.hmac(kek, b"proofless soft key store")[:16]


def _seal(sealing_key: bytes, key_id: str, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _MAGIC + nonce + sm4.gcm_seal(sealing_key, nonce, secret, key_id.encode())


def write_new(path: Path, data: bytes) -> None:
    """Create a file of mode 0600 that is either absent or complete, also after a crash. Raises
    `FileExistsError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    finally:
        temporary.unlink()
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in this folder last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
