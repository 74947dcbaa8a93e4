"""密码设备: SM2 keys inside a cryptographic device, through its SDF library (GM/T 0018) and ctypes.

`SdfDevice(library).key(index, password)` is an `x509.Key`: the private half never leaves the device, we hand
it e = SM3(ZA ‖ M). One session per object, one call at a time. A device that fails is forgotten, and the next
call opens it anew; nothing is retried by itself. Every signature is checked before it leaves.
"""

import ctypes as c
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from proofless.gm import sm2, sm3
from proofless.gm.errors import GmError, Malformed, Unavailable

_REF_BYTES = 64  # ECCref_MAX_LEN; a 256-bit number stands at the end
_MAX_RANDOM_BYTES = 4096


class SdfError(GmError):
    """The device refused `function` with this SDR code (GM/T 0018 annex A)."""

    def __init__(self, function: str, code: int) -> None:
        super().__init__(f"{function} failed with SDR code {code:#010x}")
        self.function, self.code = function, code


class DeviceGone(SdfError):
    """No device, no session, no connection, or broken hardware. The next call opens it anew."""


class AccessDenied(SdfError):
    """The password does not open the private key. Repeating it may lock the key."""


class NoSuchKey(SdfError):
    """The device has no key pair at this index."""


class NotSupported(SdfError):
    """The device cannot do this, or has no SM2."""


class WrongSignature(GmError):
    """What the device returned does not verify: another device was plugged in, or this one is broken."""


_SDR_BASE = 0x01000000
_ERRORS: dict[int, type[SdfError]] = {
    _SDR_BASE + 0x02: NotSupported,
    _SDR_BASE + 0x03: DeviceGone,
    _SDR_BASE + 0x04: DeviceGone,
    _SDR_BASE + 0x05: DeviceGone,
    _SDR_BASE + 0x06: DeviceGone,
    _SDR_BASE + 0x07: AccessDenied,
    _SDR_BASE + 0x08: NoSuchKey,
    _SDR_BASE + 0x09: NotSupported,
    _SDR_BASE + 0x0A: NotSupported,
}
# After these the session is as good as before.
_HARMLESS = (AccessDenied, NoSuchKey, NotSupported)


class _PublicKey(c.Structure):
    _fields_ = (("bits", c.c_uint), ("x", c.c_ubyte * _REF_BYTES), ("y", c.c_ubyte * _REF_BYTES))


class _Signature(c.Structure):
    _fields_ = (("r", c.c_ubyte * _REF_BYTES), ("s", c.c_ubyte * _REF_BYTES))


class _DeviceInfo(c.Structure):
    _fields_ = (
        ("issuer", c.c_char * 40),
        ("name", c.c_char * 16),
        ("serial", c.c_char * 16),
        ("device_version", c.c_uint),
        ("standard_version", c.c_uint),
        ("asymmetric", c.c_uint * 2),
        ("symmetric", c.c_uint),
        ("hash", c.c_uint),
        ("buffer", c.c_uint),
    )


_P, _S, _U = c.c_void_p, c.c_char_p, c.c_uint
_SIGNATURES: dict[str, list[Any]] = {
    "SDF_OpenDevice": [c.POINTER(_P)],
    "SDF_CloseDevice": [_P],
    "SDF_OpenSession": [_P, c.POINTER(_P)],
    "SDF_CloseSession": [_P],
    "SDF_GetDeviceInfo": [_P, c.POINTER(_DeviceInfo)],
    "SDF_GenerateRandom": [_P, _U, _S],
    "SDF_GetPrivateKeyAccessRight": [_P, _U, _S, _U],
    "SDF_ExportSignPublicKey_ECC": [_P, _U, c.POINTER(_PublicKey)],
    "SDF_InternalSign_ECC": [_P, _U, _S, _U, c.POINTER(_Signature)],
}


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Who made the device, what it is called, its serial number."""

    issuer: str
    name: str
    serial_number: str


class SdfDevice:
    """One device behind one SDF library. Threads may share it; it is opened on first use."""

    def __init__(self, library: Path | str) -> None:
        """Raises `Unavailable` when the library cannot be loaded or is no SDF library."""
        try:
            self._library = c.CDLL(str(library))
            for name, argtypes in _SIGNATURES.items():
                function = getattr(self._library, name)
                function.restype, function.argtypes = c.c_int, argtypes
        except (OSError, AttributeError) as error:
            raise Unavailable(f"cannot load the SDF library {library}: {error}") from error
        self._lock = Lock()
        self._device, self._session = _P(), _P()
        self._open_keys: set[int] = set()

    def key(self, index: int, password: str = "") -> "SdfKey":
        """The signing key pair at this index, its password checked now. Raises `SdfError`."""
        with self._lock:
            public_key = self._export(index)
            self._grant(index, password)
        return SdfKey(self, index, public_key, password)

    def info(self) -> DeviceInfo:
        """Raises `SdfError`."""
        found = _DeviceInfo()
        with self._lock:
            self._call("SDF_GetDeviceInfo", c.byref(found))
        texts = (found.issuer, found.name, found.serial)
        return DeviceInfo(*(text.decode("utf-8", "replace").strip() for text in texts))

    def random(self, size: int) -> bytes:
        """Random bytes of the device. Raises `SdfError`."""
        if not 0 < size <= _MAX_RANDOM_BYTES:
            raise Malformed(f"1 to {_MAX_RANDOM_BYTES} random bytes at a time")
        buffer = c.create_string_buffer(size)
        with self._lock:
            self._call("SDF_GenerateRandom", size, buffer)
        return buffer.raw

    def sign_digest(self, index: int, password: str, e32: bytes) -> bytes:
        """r ‖ s of 64 bytes over e. Raises `SdfError`; `Malformed` for numbers no signature has."""
        found = _Signature()
        with self._lock:
            self._grant(index, password)
            self._call("SDF_InternalSign_ECC", index, e32, len(e32), c.byref(found))
        return _number(found.r) + _number(found.s)

    def close(self) -> None:
        """Give the device back; a later call opens it again."""
        with self._lock:
            self._forget()

    def _export(self, index: int) -> sm2.PublicKey:
        found = _PublicKey()
        self._call("SDF_ExportSignPublicKey_ECC", index, c.byref(found))
        return sm2.PublicKey.from_raw(b"\x04" + _number(found.x) + _number(found.y))

    def _grant(self, index: int, password: str) -> None:
        """The right to this key holds for a session: asked for once in each."""
        if index not in self._open_keys:
            secret = password.encode()
            self._call("SDF_GetPrivateKeyAccessRight", index, secret, len(secret))
            self._open_keys.add(index)

    def _call(self, name: str, *arguments: Any) -> None:
        """One function over the session (or device, for its info), opened if need be."""
        self._open()
        handle = self._device if name == "SDF_GetDeviceInfo" else self._session
        self._check(name, handle, *arguments)

    def _open(self) -> None:
        if not self._session:
            self._check("SDF_OpenDevice", c.byref(self._device))
            self._check("SDF_OpenSession", self._device, c.byref(self._session))

    def _check(self, name: str, *arguments: Any) -> None:
        code = getattr(self._library, name)(*arguments)
        if code != 0:
            error = _ERRORS.get(code, SdfError)(name, code)
            if not isinstance(error, _HARMLESS):
                self._forget()
            raise error

    def _forget(self) -> None:
        # What closing answers is of no use: the device may be gone.
        if self._session:
            self._library.SDF_CloseSession(self._session)
        if self._device:
            self._library.SDF_CloseDevice(self._device)
        self._device, self._session = _P(), _P()
        self._open_keys.clear()


@dataclass(frozen=True, slots=True)
class SdfKey:
    """A key pair in a device: an `x509.Key`. With its certificate, `x509.KeySigner(certificate, key)`."""

    device: SdfDevice = field(repr=False)
    index: int
    public_key: sm2.PublicKey = field(repr=False)
    password: str = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """DER signature with the default user id. Raises `SdfError`, `WrongSignature`."""
        e32 = sm3.digest(sm2.za(self.public_key.raw) + message)
        try:
            signature = sm2.encode_der(self.device.sign_digest(self.index, self.password, e32))
        except Malformed as error:
            raise WrongSignature(f"the device returned no signature: {error}") from error
        if not self.public_key.verify_digest(e32, signature):
            raise WrongSignature("the device returned a signature that is not of this key")
        return signature


def _number(field_: Any) -> bytes:
    """The 32 bytes of a 256-bit number in its field of 64. Raises `Malformed`."""
    raw = bytes(field_)
    if any(raw[:32]):
        raise Malformed("a number of more than 256 bits")
    return raw[32:]
