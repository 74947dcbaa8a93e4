"""口令封装: a secret under a password. ``PLW1`` ‖ salt(16) ‖ nonce(12) ‖ SM4-GCM under scrypt, bound to what it
is for."""

import os

from proofless.gm import sm3, sm4
from proofless.gm.errors import GmError, Malformed
from proofless.gm.keystore import stretch
from proofless.seals.errors import SignerLocked

_MAGIC = b"PLW1"
_SALT, _NONCE = 16, 12


def wrap(secret: bytes, password: str, purpose: bytes) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = sm4.gcm_seal(_key(password, salt, purpose), nonce, secret, _MAGIC + purpose)
    return _MAGIC + salt + nonce + sealed


def unwrap(data: bytes, password: str, purpose: bytes) -> bytes:
    """Raises SignerLocked: a wrong password and a damaged file cannot be told apart."""
    salt, rest = data[len(_MAGIC) :][:_SALT], data[len(_MAGIC) + _SALT :]
    try:
        if not data.startswith(_MAGIC):
            raise Malformed("not a wrapped secret")
        return sm4.gcm_open(_key(password, salt, purpose), rest[:_NONCE], rest[_NONCE:], _MAGIC + purpose)
    except (GmError, ValueError) as error:
        raise SignerLocked("口令不正确，或文件已损坏；签名密钥仍处于锁定状态") from error


def _key(password: str, salt: bytes, purpose: bytes) -> bytes:
    return sm3.hmac(stretch(password, salt), b"proofless " + purpose)[:16]
