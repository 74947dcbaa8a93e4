"""SM2 signatures and encryption (GB/T 32918.2, .4 and .5, digest SM3), keys as raw points, SPKI and PKCS#8.

Two signature shapes: DER SEQUENCE{r, s} in X.509 and seals, raw r‖s of 64 bytes in COSE, JOSE and hardware
(GM/T 0018); `encode_der` and `decode_der` are the one place where they meet. The default id is GM/T 0009's.
Ciphertexts likewise: DER SM2Cipher (GB/T 35276), or raw C1 ‖ C3 ‖ C2 with C1 = 04 ‖ x ‖ y.
"""

from contextlib import suppress
from functools import lru_cache

from proofless.gm import der, libcrypto, sm3
from proofless.gm.errors import Malformed

DEFAULT_ID = b"1234567812345678"

ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_CURVE_AND_BASE = bytes.fromhex(
    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
    "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
_RAW_CIPHER_OVERHEAD = 65 + 32
_PKCS8_HEAD = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_PKCS8_MIDDLE = bytes.fromhex("a144034200")


def encode_der(raw64: bytes) -> bytes:
    """r‖s of 64 bytes as canonical DER. Raises `Malformed` when r or s is outside [1, n-1]."""
    if len(raw64) != 64:
        raise Malformed("SM2: a raw signature has 64 bytes")
    r, s = int.from_bytes(raw64[:32], "big"), int.from_bytes(raw64[32:], "big")
    _check_range(r, s)
    return der.sequence(der.integer(r), der.integer(s))


def decode_der(signature: bytes) -> bytes:
    """Canonical DER as r‖s of 64 bytes. Raises `Malformed` on any other encoding or r, s outside [1, n-1]."""
    outer = der.Reader(signature)
    inner = outer.enter()
    outer.finish()
    r, s = inner.integer(), inner.integer()
    inner.finish()
    _check_range(r, s)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def as_der(signature: bytes) -> bytes:
    """A signature of either shape as DER: a province's seal system writes r‖s where all others write DER. What is
    neither comes back as it was."""
    if len(signature) == 64:
        with suppress(Malformed):
            return encode_der(signature)
    return signature


def encode_cipher(raw: bytes) -> bytes:
    """Raw C1 ‖ C3 ‖ C2 as DER SM2Cipher. Raises `Malformed`."""
    if len(raw) < _RAW_CIPHER_OVERHEAD + 1 or raw[0] != 4:
        raise Malformed("SM2: a raw ciphertext is 04 ‖ x ‖ y ‖ C3 ‖ C2")
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:65], "big")
    return der.sequence(der.integer(x), der.integer(y), der.octets(raw[65:97]), der.octets(raw[97:]))


def decode_cipher(cipher: bytes) -> bytes:
    """DER SM2Cipher as raw C1 ‖ C3 ‖ C2. Raises `Malformed` on any other encoding."""
    outer = der.Reader(cipher)
    inner = outer.enter()
    outer.finish()
    x, y, digest, hidden = inner.integer(), inner.integer(), inner.octets(), inner.octets()
    inner.finish()
    if not (0 <= x < 1 << 256 and 0 <= y < 1 << 256 and len(digest) == 32 and hidden):
        raise Malformed("SM2: not an SM2Cipher")
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big") + digest + hidden


def _check_range(r: int, s: int) -> None:
    if not (0 < r < ORDER and 0 < s < ORDER):
        raise Malformed("SM2: r or s outside [1, n-1]")


def za(public_raw: bytes, uid: bytes = DEFAULT_ID) -> bytes:
    """ZA = SM3(ENTL ‖ ID ‖ a ‖ b ‖ Gx ‖ Gy ‖ x ‖ y), GB/T 32918.2 clause 5.5."""
    if len(public_raw) != 65 or len(uid) > 8191:
        raise Malformed("SM2: ZA takes a point of 65 bytes and an id of at most 8191")
    return sm3.digest((len(uid) * 8).to_bytes(2, "big") + uid + _CURVE_AND_BASE + public_raw[1:])


class PublicKey:
    """A point on the SM2 curve that checks signatures. `from_raw` and `from_spki` keep recent keys loaded."""

    __slots__ = ("_key", "_za", "raw")

    def __init__(self, key: libcrypto.Key) -> None:
        self._key, self.raw = key, key.public_raw()
        self._za = za(self.raw)

    @staticmethod
    def from_raw(raw: bytes) -> "PublicKey":
        """From 04 ‖ x ‖ y (65 bytes). Raises `Malformed` when the point is not on the curve."""
        return _load_public(bytes(raw))

    @staticmethod
    def from_spki(spki: bytes) -> "PublicKey":
        """From a SubjectPublicKeyInfo in its one canonical shape (id-ecPublicKey with the SM2 curve)."""
        if not spki.startswith(libcrypto.SPKI_PREFIX):
            raise Malformed("not the SubjectPublicKeyInfo of an SM2 key")
        return _load_public(spki[len(libcrypto.SPKI_PREFIX) :])

    def to_spki(self) -> bytes:
        return libcrypto.SPKI_PREFIX + self.raw

    def verify(self, message: bytes, signature: bytes, uid: bytes = DEFAULT_ID) -> bool:
        """Whether the DER signature holds; a non-canonical or out-of-range one does not."""
        return self.verify_digest(self.digest_of(message, uid), signature)

    def digest_of(self, message: bytes, uid: bytes = DEFAULT_ID) -> bytes:
        """e = SM3(ZA ‖ M), 32 bytes: what this key's private half signs (GB/T 32918.2 clause 6.1)."""
        return sm3.digest((self._za if uid == DEFAULT_ID else za(self.raw, uid)) + message)

    def verify_digest(self, e32: bytes, signature: bytes) -> bool:
        """The same over a ready-made e = SM3(ZA ‖ M)."""
        return len(e32) == 32 and _canonical(signature) and self._key.verify_digest(e32, signature)

    def encrypt(self, plaintext: bytes) -> bytes:
        """DER SM2Cipher for the holder of the private half: for keys and short values, 1 to 65 535 bytes."""
        if not 0 < len(plaintext) < 1 << 16:
            raise Malformed("SM2 encrypts 1 to 65 535 bytes")
        while True:
            cipher = self._key.encrypt(plaintext)
            # GB/T 32918.4 6.1 A5 wants a new k when the mask is all zero (one in 256 for a single byte):
            # the plaintext would stand in the open. Not every libcrypto looks.
            if decode_cipher(cipher)[_RAW_CIPHER_OVERHEAD:] != plaintext:
                return cipher

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)


class PrivateKey:
    """A key pair in memory. It never shows its private half in a repr."""

    __slots__ = ("_key", "public_key")

    def __init__(self, key: libcrypto.Key) -> None:
        self._key, self.public_key = key, PublicKey(key)

    @classmethod
    def generate(cls) -> "PrivateKey":
        return cls(libcrypto.Key.generate())

    @classmethod
    def from_pkcs8(cls, pkcs8: bytes) -> "PrivateKey":
        """From an unencrypted PKCS#8 structure, or that of RFC 5915, with nothing after it. Raises `Malformed`."""
        der.check(pkcs8)
        return cls(libcrypto.Key.from_pkcs8(pkcs8))

    @classmethod
    def from_raw(cls, d32: bytes) -> "PrivateKey":
        """From the private number alone; its point is computed. Raises `Malformed` outside [1, n-2]."""
        if len(d32) != 32 or not 0 < int.from_bytes(d32, "big") < ORDER - 1:
            raise Malformed("an SM2 private key is a number of 32 bytes in [1, n-2]")
        inner = der.sequence(der.integer(1), der.octets(d32))
        algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.156.10197.1.301"))
        return cls.from_pkcs8(der.sequence(der.integer(0), algorithm, der.octets(inner)))

    def to_raw(self) -> bytes:
        """The private number, 32 bytes."""
        return self._key.private_raw()

    def to_pkcs8(self) -> bytes:
        return _PKCS8_HEAD + self._key.private_raw() + _PKCS8_MIDDLE + self.public_key.raw

    def sign(self, message: bytes, uid: bytes = DEFAULT_ID) -> bytes:
        """DER signature over the message."""
        return self._key.sign_digest(self.public_key.digest_of(message, uid))

    def sign_digest(self, e32: bytes) -> bytes:
        """DER signature over a ready-made e = SM3(ZA ‖ M): the path a hardware key takes (GM/T 0018)."""
        if len(e32) != 32:
            raise Malformed("SM2: e has 32 bytes")
        return self._key.sign_digest(e32)

    def decrypt(self, cipher: bytes) -> bytes:
        """The plaintext of a DER SM2Cipher. Raises `Malformed` when bytes or key differ."""
        decode_cipher(cipher)
        return self._key.decrypt(cipher)


def _canonical(signature: bytes) -> bool:
    try:
        decode_der(signature)
    except Malformed:
        return False
    return True


@lru_cache(maxsize=4096)
def _load_public(raw: bytes) -> PublicKey:
    if len(raw) != 65 or raw[0] != 4:
        raise Malformed("an SM2 public key is 65 bytes beginning with 04")
    return PublicKey(libcrypto.Key.from_spki(libcrypto.SPKI_PREFIX + raw))
