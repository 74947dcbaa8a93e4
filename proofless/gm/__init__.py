"""国密: SM2, SM3, SM4, X.509 with SM2, time stamps, signed data, and e-seals of three generations.

A pure library: it knows no database, no web and none of our other rooms. SM2 runs on the system's
`libcrypto.so.3` (see `libcrypto`); call `self_check()` once at start. What is named here is its public face,
together with what the modules below document; docs/gm.md has examples.

    sm2 sm3 sm4      keys, signatures, encryption, digests, ciphers
    keyfile          keys in PEM and DER, with passwords          request    PKCS#10
    keystore         sealed key store, its master key, rotation   keybackup  all keys in one file
    sdf              keys in a device (GM/T 0018)                 x509       certificates, authorities
    trust revocation paths and lists, judged at a time            ses        seals and their signatures
    signed_data      GB/T 35275 messages                          timestamp  RFC 3161 stamps
"""

from proofless.gm.errors import (
    GmError,
    Locked,
    Malformed,
    Unavailable,
    UnsupportedAlgorithm,
    UnsupportedVersion,
)
from proofless.gm.keystore import SoftKeyStore
from proofless.gm.libcrypto import self_check
from proofless.gm.sdf import SdfDevice
from proofless.gm.sm2 import PrivateKey, PublicKey
from proofless.gm.timestamp import LocalTsa, RemoteTsa
from proofless.gm.trust import PathFacts, PathReason, TrustStore, check_path
from proofless.gm.x509 import Authority, Certificate, Key, KeySigner, Signer, Usage, load_certificate

__all__ = [
    "Authority",
    "Certificate",
    "GmError",
    "Key",
    "KeySigner",
    "LocalTsa",
    "Locked",
    "Malformed",
    "PathFacts",
    "PathReason",
    "PrivateKey",
    "PublicKey",
    "RemoteTsa",
    "SdfDevice",
    "Signer",
    "SoftKeyStore",
    "TrustStore",
    "Unavailable",
    "UnsupportedAlgorithm",
    "UnsupportedVersion",
    "Usage",
    "check_path",
    "load_certificate",
    "self_check",
]
