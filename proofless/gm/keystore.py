"""软件密钥库: SM2 private keys in files, each sealed under one key-encryption key (KEK).

A file `<key id>.key` holds nonce ‖ SM4-GCM(KEK, PKCS#8, aad = key id): moved under another name it does
not open. The KEK is 32 random bytes in a file of mode 0600, or comes from a password by scrypt (RFC 7914;
n=2^15, r=8, p=1). Hardware (GM/T 0018) takes the same two shapes, `x509.Key` and `ses.Signer`.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from proofless.gm import sm2, sm3, sm4
from proofless.gm.errors import GmError, Locked, Malformed
from proofless.gm.x509 import KeySigner, load_certificate

_MAGIC = b"PLK1"
_CHECK_ID = "kek-check"
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
        _write_new(path, secrets.token_bytes(32))
    if path.stat().st_mode & 0o077:
        raise Locked(f"密钥文件 {path.name} 的权限过宽,请改为 0600。 {path.name} is readable by others")
    kek = path.read_bytes()
    if len(kek) != 32:
        raise Locked(f"密钥文件 {path.name} 已损坏(应为 32 字节)。 {path.name} is not 32 bytes")
    return kek


def kek_from_password(password: str, salt_path: Path) -> bytes:
    """The 32-byte KEK from a password and the salt in this file, made on first use. Takes about 0.1 s."""
    salt_path = Path(salt_path)
    with suppress(FileExistsError):
        _write_new(salt_path, secrets.token_bytes(16))
    return Scrypt(salt=salt_path.read_bytes(), length=32, n=2**15, r=8, p=1).derive(password.encode())


class SoftKeyStore:
    """A folder of sealed keys. Opening it checks the KEK once; keys stay loaded for the life of the
    object."""

    def __init__(self, path: Path, kek: bytes) -> None:
        """Raises `Locked` when the KEK is not the one this folder was made with."""
        if len(kek) != 32:
            raise Malformed("a KEK has 32 bytes")
        self._path = Path(path)
        # SM4 takes 16 bytes; HMAC binds the derived key to this use.
        self._sealing_key = sm3.hmac(kek, b"proofless soft key store")[:16]
        self._loaded: dict[str, sm2.PrivateKey] = {}
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(KeyExists):
            self._store(_CHECK_ID, b"")
        self._unseal(_CHECK_ID)

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
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = sm4.gcm_seal(self._sealing_key, nonce, secret, key_id.encode())
        try:
            _write_new(self._file(key_id), _MAGIC + nonce + sealed)
        except FileExistsError as error:
            raise KeyExists(key_id) from error

    def _unseal(self, key_id: str) -> bytes:
        try:
            data = self._file(key_id).read_bytes()
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


def _write_new(path: Path, data: bytes) -> None:
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
