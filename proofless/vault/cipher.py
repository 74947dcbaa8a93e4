"""Sealed values: SM4-GCM bound to their place, and the blind index.

A sealed value is ``version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)``. Its *context* (table and holder) is
authenticated, so a row copied under another holder does not open. Only ``access`` may call ``open_sealed``
on holders' records: that is where reads are permitted and recorded.
"""

import os
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag

from proofless.gm import sm3, sm4
from proofless.kit.errors import ErrorCode, Refusal
from proofless.vault import keys

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class SealedValueBroken(Refusal):
    code = ErrorCode.SEALED_VALUE_BROKEN


def seal(plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(12)
    version = keys.CURRENT_VERSION
    return bytes([version]) + nonce + sm4.gcm_seal(keys.data_key(version), nonce, plaintext, context)


def open_sealed(sealed: bytes, context: bytes) -> bytes:
    """Raises SealedValueBroken when the value was changed or moved."""
    try:
        return sm4.gcm_open(keys.data_key(sealed[0]), sealed[1:13], sealed[13:], context)
    except (InvalidTag, ValueError, IndexError) as error:
        raise SealedValueBroken() from error


def seal_record(record: dict[str, Any], context: bytes) -> bytes:
    """A dict of field name → value as one sealed value."""
    return seal(_encode(record), context)


def open_record(sealed: bytes, context: bytes) -> dict[str, Any]:
    return _decode(open_sealed(bytes(sealed), context))


def blind_index(kind: str, value: str) -> bytes:
    """HMAC-SM3 of a number under the index key: equal numbers meet, the number stays out of the database."""
    return sm3.hmac(keys.index_key(), kind.encode() + b"\0" + value.encode())
