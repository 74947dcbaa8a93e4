"""密钥文件: SM2 keys as files that other tools read — PKCS#8 and SubjectPublicKeyInfo, in PEM or DER.

A password seals a private key by PBES2 (RFC 8018): written with PBKDF2-HMAC-SHA256 and SM4-CBC, which
OpenSSL opens; HMAC-SM3, scrypt (RFC 7914) and AES-CBC are read too. The soft key store keeps its own shape.
"""

import hashlib
import secrets
from collections.abc import Callable

from asn1crypto import pem
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from proofless.gm import der, sm2, sm4
from proofless.gm.errors import Locked, Malformed, UnsupportedAlgorithm

_PRIVATE, _SEALED, _PUBLIC = "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"
# The names of the older structure (RFC 5915), which OpenSSL still writes when asked to.
_OLD_PRIVATE = frozenset({"EC PRIVATE KEY", "SM2 PRIVATE KEY"})

_PBES2, _PBKDF2 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_HMAC_SHA256 = "1.2.840.113549.2.9"
# GM/T 0006 names HMAC-SM3 .401.2; OpenSSL's table has .401.3.1.
_DIGESTS = {
    _HMAC_SHA256: "sha256",
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.11": "sha512",
    "1.2.156.10197.1.401.2": "sm3",
    "1.2.156.10197.1.401.3.1": "sm3",
}
_DEFAULT_DIGEST = "1.2.840.113549.2.7"
_SM4_CBC = "1.2.156.10197.1.104.2"
_AES_CBC = {"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}

_ITERATIONS = 600_000
# What a hostile file may make us compute: some seconds and 256 MiB.
_MAX_ITERATIONS, _MAX_SCRYPT_BYTES = 5_000_000, 256 << 20


def dump_private(key: sm2.PrivateKey, password: str | None = None) -> bytes:
    """PEM of the key, sealed when a password is given (takes about 0.2 s)."""
    if password is None:
        return _armor(_PRIVATE, key.to_pkcs8())
    if not password:
        raise Malformed("an empty password protects nothing")
    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS, 16)
    prf = der.sequence(der.oid(_HMAC_SHA256), der.NULL)
    kdf = der.sequence(der.oid(_PBKDF2), der.sequence(der.octets(salt), der.integer(_ITERATIONS), prf))
    scheme = der.sequence(kdf, der.sequence(der.oid(_SM4_CBC), der.octets(iv)))
    sealed = der.octets(sm4.cbc_encrypt(derived, iv, key.to_pkcs8()))
    return _armor(_SEALED, der.sequence(der.sequence(der.oid(_PBES2), scheme), sealed))


def load_private(data: bytes, password: str | None = None) -> sm2.PrivateKey:
    """A private key in PEM or DER. Raises `Locked` for a missing or wrong password, `Malformed`."""
    kind, raw = _unarmor(data)
    is_sealed = kind == _SEALED or (not kind and _looks_sealed(raw))
    if kind not in ("", _PRIVATE, _SEALED, *_OLD_PRIVATE):
        raise Malformed(f"a {kind} is no private key")
    if not is_sealed:
        return sm2.PrivateKey.from_pkcs8(raw)
    if not password:
        raise Locked("该私钥文件有口令保护,请输入口令。 This key file needs its password")
    try:
        return sm2.PrivateKey.from_pkcs8(_unseal(raw, password.encode()))
    except UnsupportedAlgorithm:
        raise
    except Malformed as error:
        raise Locked("口令不对,或私钥文件已损坏。 Wrong password, or the key file is damaged") from error


def dump_public(key: sm2.PublicKey) -> bytes:
    """PEM of the SubjectPublicKeyInfo."""
    return _armor(_PUBLIC, key.to_spki())


def load_public(data: bytes) -> sm2.PublicKey:
    """A public key: SubjectPublicKeyInfo in PEM or DER, or the bare point (65 bytes). Raises `Malformed`."""
    kind, raw = _unarmor(data)
    if kind not in ("", _PUBLIC):
        raise Malformed(f"a {kind} is no public key")
    return sm2.PublicKey.from_raw(raw) if len(raw) == 65 else sm2.PublicKey.from_spki(raw)


def _armor(kind: str, raw: bytes) -> bytes:
    return bytes(pem.armor(kind, raw))


def _unarmor(data: bytes) -> tuple[str, bytes]:
    """(PEM kind or "", DER) of the first block with a key."""
    if not pem.detect(data):
        return "", data
    try:
        # `openssl ecparam -genkey` puts the curve's parameters first.
        blocks = [block for block in pem.unarmor(data, multiple=True) if "KEY" in block[0]]
    except ValueError as error:
        raise Malformed(f"bad PEM: {error}") from error
    if not blocks:
        raise Malformed("no key in this PEM file")
    return str(blocks[0][0]), bytes(blocks[0][2])


def _looks_sealed(raw: bytes) -> bool:
    # PKCS#8 begins with its version, EncryptedPrivateKeyInfo with an algorithm.
    return der.Reader(raw).enter().peek() == der.SEQUENCE


def _unseal(raw: bytes, password: bytes) -> bytes:
    der.check(raw)
    body = der.Reader(raw).enter()
    algorithm, sealed = body.enter(), body.octets()
    body.finish()
    if (scheme := algorithm.oid()) != _PBES2:
        raise UnsupportedAlgorithm(f"key file sealed by {scheme}, not PBES2")
    parameters = algorithm.enter()
    derive = _read_kdf(parameters.enter())
    cipher = parameters.enter()
    identifier, iv = cipher.oid(), cipher.octets()
    if identifier == _SM4_CBC:
        return sm4.cbc_decrypt(derive(password, 16), iv, sealed)
    if identifier not in _AES_CBC:
        raise UnsupportedAlgorithm(f"key file sealed by cipher {identifier}")
    return _aes_cbc(derive(password, _AES_CBC[identifier]), iv, sealed)


def _read_kdf(reader: der.Reader) -> Callable[[bytes, int], bytes]:
    """The function (password, size) → key that the parameters describe."""
    kind, body = reader.oid(), reader.enter()
    salt = body.octets()
    if kind == _PBKDF2:
        iterations = body.integer()
        if body.peek() == der.INTEGER:
            body.integer()
        prf = body.algorithm() if body.peek() == der.SEQUENCE else _DEFAULT_DIGEST
        if prf not in _DIGESTS:
            raise UnsupportedAlgorithm(f"key file with PRF {prf}")
        if not 0 < iterations <= _MAX_ITERATIONS:
            raise Malformed("key file: impossible iteration count")
        return lambda password, size: hashlib.pbkdf2_hmac(_DIGESTS[prf], password, salt, iterations, size)
    if kind != _SCRYPT:
        raise UnsupportedAlgorithm(f"key file with KDF {kind}")
    n, r, p = body.integer(), body.integer(), body.integer()
    if not (n > 1 and n & n - 1 == 0 and r > 0 and 0 < p <= 16 and 128 * n * r <= _MAX_SCRYPT_BYTES):
        raise Malformed("key file: impossible scrypt parameters")
    return lambda password, size: Scrypt(salt=salt, length=size, n=n, r=r, p=p).derive(password)


def _aes_cbc(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    if len(iv) != 16 or not sealed or len(sealed) % 16:
        raise Malformed("AES-CBC: not whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = decryptor.update(sealed) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= 16 or padded[-pad:] != bytes((pad,)) * pad:
        raise Malformed("AES-CBC: bad padding")
    return padded[:-pad]
