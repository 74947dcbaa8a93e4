"""SM3 digests (GB/T 32905-2016) and HMAC-SM3 (GB/T 15852.2), 32 bytes each."""

import hashlib
import hmac as _hmac

from proofless.gm.errors import Unavailable

OID = "1.2.156.10197.1.401"


def digest(data: bytes) -> bytes:
    """SM3 of the bytes. Raises `Unavailable` when this Python's OpenSSL has no SM3."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError as error:
        raise Unavailable("当前 Python 所用的 OpenSSL 不含 SM3。 This Python's OpenSSL has no SM3") from error


def hmac(key: bytes, data: bytes) -> bytes:
    """HMAC-SM3. Compare results with `hmac.compare_digest`, never with ==."""
    return _hmac.digest(key, data, "sm3")
