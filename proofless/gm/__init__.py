"""国密: SM2, SM3, SM4, X.509 with SM2, and the e-seal of GB/T 38540-2020.

A pure library: it knows no database, no web and none of our other rooms. SM2 runs on the system's
`libcrypto.so.3` (see `libcrypto`); call `libcrypto.self_check()` once at start.
"""

from proofless.gm.errors import (
    GmError,
    Locked,
    Malformed,
    Unavailable,
    UnsupportedAlgorithm,
    UnsupportedVersion,
)

__all__ = [
    "GmError",
    "Locked",
    "Malformed",
    "Unavailable",
    "UnsupportedAlgorithm",
    "UnsupportedVersion",
]
