"""口令封装: a secret under a password. ``PLW1`` ‖ salt(16) ‖ nonce(12) ‖ SM4-GCM under scrypt (RFC 7914; n=2^15,
r=8, p=1: about 0.1 s), bound to what it is for."""

import os

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from proofless.gm import sm4
from proofless.gm.errors import Malformed
from proofless.seals.errors import SignerLocked

_MAGIC = b"PLW1"
_SALT, _NONCE = 16, 12


def wrap(secret: bytes, password: str, purpose: bytes) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return _MAGIC + salt + nonce + sm4.gcm_seal(_key(password, salt), nonce, secret, _MAGIC + purpose)


def unwrap(data: bytes, password: str, purpose: bytes) -> bytes:
    """Raises SignerLocked: a wrong password and a damaged file cannot be told apart."""
    salt, rest = data[len(_MAGIC) :][:_SALT], data[len(_MAGIC) + _SALT :]
    try:
        if not data.startswith(_MAGIC):
            raise Malformed("not a wrapped secret")
        return sm4.gcm_open(_key(password, salt), rest[:_NONCE], rest[_NONCE:], _MAGIC + purpose)
    except (Malformed, ValueError) as error:
        raise SignerLocked("口令不正确,或文件已损坏;签名密钥仍处于锁定状态") from error


def _key(password: str, salt: bytes) -> bytes:
    # OpenSSL's scrypt counts its 32 MB against no limit here; SM4 takes 16 bytes.
    return Scrypt(salt=salt, length=16, n=2**15, r=8, p=1).derive(password.encode())
