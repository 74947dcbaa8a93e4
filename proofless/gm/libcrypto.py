"""The system's OpenSSL 3 through ctypes: only the calls SM2 needs.

Every function has its argument and result types declared: without them ctypes cuts a pointer to 32 bits.
Loaded by soname on first use, so that importing this room never fails; `self_check` says why SM2 is missing.
"""

import ctypes as c
from functools import cache
from typing import Any

from proofless.gm.errors import Malformed, Unavailable

SONAME = "libcrypto.so.3"

_P, _S, _I, _Z = c.c_void_p, c.c_char_p, c.c_int, c.c_size_t
_ZP, _SP = c.POINTER(c.c_size_t), c.POINTER(c.c_char_p)

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "ERR_clear_error": (None, []),
    "EVP_PKEY_free": (None, [_P]),
    "EVP_PKEY_is_a": (_I, [_P, _S]),
    "EVP_PKEY_pairwise_check": (_I, [_P]),
    "EVP_PKEY_CTX_new_from_name": (_P, [_P, _S, _S]),
    "EVP_PKEY_CTX_new_from_pkey": (_P, [_P, _P, _S]),
    "EVP_PKEY_CTX_free": (None, [_P]),
    "EVP_PKEY_keygen_init": (_I, [_P]),
    "EVP_PKEY_generate": (_I, [_P, c.POINTER(_P)]),
    "EVP_PKEY_get_octet_string_param": (_I, [_P, _S, _S, _Z, _ZP]),
    "EVP_PKEY_get_bn_param": (_I, [_P, _S, c.POINTER(_P)]),
    "BN_bn2binpad": (_I, [_P, _S, _I]),
    "BN_clear_free": (None, [_P]),
    "EVP_PKEY_sign_init": (_I, [_P]),
    "EVP_PKEY_sign": (_I, [_P, _S, _ZP, _S, _Z]),
    "EVP_PKEY_verify_init": (_I, [_P]),
    "EVP_PKEY_verify": (_I, [_P, _S, _Z, _S, _Z]),
    "EVP_PKEY_encrypt_init": (_I, [_P]),
    "EVP_PKEY_encrypt": (_I, [_P, _S, _ZP, _S, _Z]),
    "EVP_PKEY_decrypt_init": (_I, [_P]),
    "EVP_PKEY_decrypt": (_I, [_P, _S, _ZP, _S, _Z]),
    "d2i_AutoPrivateKey": (_P, [_P, _SP, c.c_long]),
    "d2i_PUBKEY": (_P, [_P, _SP, c.c_long]),
}


@cache
def library() -> Any:
    """The loaded library with every signature declared. Raises `Unavailable`."""
    try:
        lib = c.CDLL(SONAME)
        for name, (restype, argtypes) in _SIGNATURES.items():
            function = getattr(lib, name)
            function.restype, function.argtypes = restype, argtypes
    except (OSError, AttributeError) as error:
        raise Unavailable(
            f"缺少系统密码库 {SONAME}(OpenSSL 3.0 及以上),无法使用国密算法;Debian 请安装 libssl3。"
            f" {SONAME} (OpenSSL 3) cannot be loaded: {error}"
        ) from error
    return lib


def _no_sm2(what: str) -> Unavailable:
    return Unavailable(
        f"系统密码库 {SONAME} 不含国密 SM2/SM3(部分发行版编译时去掉了),请换用带国密算法的 OpenSSL 3。"
        f" {SONAME} is built without SM2/SM3 ({what} failed)"
    )


def clear_errors() -> None:
    """Empty OpenSSL's per-thread error queue after a refusal we have understood."""
    library().ERR_clear_error()


class Key:
    """One EVP_PKEY of type SM2, freed with the object. Threads may share it to sign and verify: each has a context
    of its own while it does, and leaves it for the next."""

    __slots__ = ("_free", "_pointer", "_release", "_signing", "_verifying")

    def __init__(self, pointer: int | None) -> None:
        lib = library()
        self._signing: list[int] = []
        self._verifying: list[int] = []
        self._pointer, self._release, self._free = pointer, lib.EVP_PKEY_free, lib.EVP_PKEY_CTX_free
        if not pointer or lib.EVP_PKEY_is_a(pointer, b"SM2") != 1:
            clear_errors()
            raise Malformed("not an SM2 key")

    def __del__(self) -> None:
        # A failed __init__ may leave no pointer; EVP_PKEY_free accepts NULL.
        if hasattr(self, "_free"):
            for context in (*self._signing, *self._verifying):
                self._free(context)
            self._release(self._pointer)

    @classmethod
    def generate(cls) -> "Key":
        """A new key pair. Raises `Unavailable` when the library has no SM2."""
        lib = library()
        context, pointer = lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), _P()
        try:
            if not context or lib.EVP_PKEY_keygen_init(context) != 1:
                raise _no_sm2("keygen")
            if lib.EVP_PKEY_generate(context, c.byref(pointer)) != 1:
                raise _no_sm2("keygen")
        finally:
            lib.EVP_PKEY_CTX_free(context)
        return cls(pointer.value)

    @classmethod
    def from_pkcs8(cls, der: bytes) -> "Key":
        """The private key in a PKCS#8 structure whose two halves belong together. Raises `Malformed`."""
        lib = library()
        key = cls(lib.d2i_AutoPrivateKey(None, c.byref(_S(der)), len(der)))
        context = lib.EVP_PKEY_CTX_new_from_pkey(None, key._pointer, None)
        matches = lib.EVP_PKEY_pairwise_check(context) == 1
        lib.EVP_PKEY_CTX_free(context)
        if not matches:
            clear_errors()
            raise Malformed("the private and the public half of this SM2 key differ")
        return key

    @classmethod
    def from_spki(cls, der: bytes) -> "Key":
        """The public key in a SubjectPublicKeyInfo, refused when off the curve. Raises `Malformed`."""
        return cls(library().d2i_PUBKEY(None, c.byref(_S(der)), len(der)))

    def public_raw(self) -> bytes:
        """65 bytes: 04 ‖ x ‖ y."""
        buffer, length = c.create_string_buffer(65), _Z()
        done = library().EVP_PKEY_get_octet_string_param(
            self._pointer, b"encoded-pub-key", buffer, 65, c.byref(length)
        )
        if done != 1 or length.value != 65 or buffer.raw[0] != 4:
            clear_errors()
            raise Malformed("an SM2 public key must be an uncompressed point")
        return buffer.raw

    def private_raw(self) -> bytes:
        """The 32-byte private number d."""
        lib, number = library(), _P()
        if lib.EVP_PKEY_get_bn_param(self._pointer, b"priv", c.byref(number)) != 1:
            clear_errors()
            raise Malformed("the key has no private half")
        buffer = c.create_string_buffer(32)
        try:
            lib.BN_bn2binpad(number, buffer, 32)
            return buffer.raw
        finally:
            lib.BN_clear_free(number)

    def sign_digest(self, digest: bytes) -> bytes:
        """DER signature over a ready-made e = SM3(ZA ‖ M), 32 bytes."""
        buffer, length = c.create_string_buffer(80), _Z(80)
        context = self._take(self._signing, "sign")
        if library().EVP_PKEY_sign(context, buffer, c.byref(length), digest, len(digest)) != 1:
            self._drop(context)
            raise Malformed("the key cannot sign (no private half)")
        self._signing.append(context)
        return buffer.raw[: length.value]

    def verify_digest(self, digest: bytes, signature: bytes) -> bool:
        """Whether the DER signature holds over a ready-made e, 32 bytes."""
        context = self._take(self._verifying, "verify")
        holds = library().EVP_PKEY_verify(context, signature, len(signature), digest, len(digest)) == 1
        if holds:
            self._verifying.append(context)
        else:
            self._drop(context)
        return bool(holds)

    def _take(self, idle: list[int], verb: str) -> int:
        """A context ready for the verb: making one takes a tenth of a signature's time."""
        try:
            return idle.pop()
        except IndexError:
            lib = library()
            context = lib.EVP_PKEY_CTX_new_from_pkey(None, self._pointer, None)
            if not context or getattr(lib, f"EVP_PKEY_{verb}_init")(context) != 1:
                self._drop(context)
                raise _no_sm2(f"EVP_PKEY_{verb}_init") from None
            return int(context)

    @staticmethod
    def _drop(context: int | None) -> None:
        library().EVP_PKEY_CTX_free(context)
        clear_errors()

    def encrypt(self, plaintext: bytes) -> bytes:
        """DER SM2Cipher (GB/T 35276) of at least one byte."""
        return self._crypt("encrypt", plaintext, len(plaintext) + 128)

    def decrypt(self, cipher: bytes) -> bytes:
        """The plaintext of a DER SM2Cipher. Raises `Malformed` when it is not authentic for this key."""
        return self._crypt("decrypt", cipher, len(cipher))

    def _crypt(self, verb: str, data: bytes, room: int) -> bytes:
        lib = library()
        context = lib.EVP_PKEY_CTX_new_from_pkey(None, self._pointer, None)
        buffer, length = c.create_string_buffer(room), _Z(room)
        try:
            if getattr(lib, f"EVP_PKEY_{verb}_init")(context) != 1:
                raise _no_sm2(f"EVP_PKEY_{verb}_init")
            if getattr(lib, f"EVP_PKEY_{verb}")(context, buffer, c.byref(length), data, len(data)) != 1:
                raise Malformed(f"SM2: cannot {verb} (changed bytes, or another key)")
            return buffer.raw[: length.value]
        finally:
            c.memset(buffer, 0, room)
            lib.EVP_PKEY_CTX_free(context)
            clear_errors()


_VECTOR_PUBLIC = bytes.fromhex(
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
_VECTOR_E = bytes.fromhex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640")
_VECTOR_SIGNATURE = bytes.fromhex(
    "3046022100F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "022100B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


def self_check() -> None:
    """Verify the published signature of GB/T 32918.5-2017 Annex A.2 (key, and e of "message digest").

    Raises `Unavailable`, in Chinese and English, when the library is missing or built without SM2.
    """
    try:
        key = Key.from_spki(SPKI_PREFIX + _VECTOR_PUBLIC)
        holds = key.verify_digest(_VECTOR_E, _VECTOR_SIGNATURE)
    except Malformed as error:
        raise _no_sm2("loading the GB/T 32918.5 key") from error
    if not holds:
        raise _no_sm2("verifying the GB/T 32918.5 vector")
