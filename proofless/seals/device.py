"""密码设备: signing keys inside a device behind an SDF library (GM/T 0018), instead of files.

``keys/device.json`` names the library and the indexes of the key pairs that seals may take; the device's
password lies beside it in ``keys/device.sealed`` under the KEK, so that a locked node reaches no device key. A key
id ``sdf-<index>`` is a key in the device; keys made before the device came stay in files.
"""

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from proofless.gm import sm3, sm4
from proofless.gm.errors import GmError, Unavailable
from proofless.gm.sdf import AccessDenied, DeviceInfo, NoSuchKey, SdfDevice, SdfKey
from proofless.seals import keyring
from proofless.seals.errors import SignerFailed, SignerLocked

PREFIX = "sdf-"
CONFIGURATION, SEALED = "device.json", "device.sealed"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Configuration:
    """``indexes`` are the key pairs of the device that seals may take, in this order."""

    library: str
    indexes: tuple[int, ...]


def configuration() -> Configuration | None:
    """None without a device: keys are made in files."""
    try:
        found = json.loads((keyring.keys_folder() / CONFIGURATION).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Configuration(found["library"], tuple(found["indexes"]))


def configure(library: str, indexes: Sequence[int], password: str) -> DeviceInfo:
    """Take a device into use for every key made from now on, after each of its keys was tried.

    Raises SignerLocked when the KEK is not open or the password does not open a key, SignerFailed when the
    device does not answer or has no such key.
    """
    kek = keyring.opened().kek
    _open.cache_clear()  # a session that knows a key already would not ask for its password again
    device = _device(library)
    try:
        for index in indexes:
            device.key(index, password)
        info = device.info()
    except GmError as error:
        raise _refusal(error) from error
    folder = keyring.keys_folder()
    seal_password(password, kek)
    content = json.dumps({"library": library, "indexes": list(indexes)})
    keyring.write_private(folder / CONFIGURATION, content.encode())
    return info


def seal_password(password: str, kek: bytes) -> None:
    """Put the device's password under a KEK."""
    nonce = os.urandom(_NONCE)
    sealed = sm4.gcm_seal(_sealing_key(kek), nonce, password.encode(), SEALED.encode())
    keyring.write_private(keyring.keys_folder() / SEALED, nonce + sealed)


def open_password(kek: bytes) -> str:
    """Raises SignerLocked."""
    try:
        data = (keyring.keys_folder() / SEALED).read_bytes()
        return sm4.gcm_open(_sealing_key(kek), data[:_NONCE], data[_NONCE:], SEALED.encode()).decode()
    except (OSError, GmError) as error:
        raise SignerLocked("密码设备的口令打不开，请重新登记设备（proofless keys device）") from error


def key(key_id: str) -> SdfKey:
    """A key in the device. Raises SignerLocked, SignerFailed."""
    found = configuration()
    if found is None:
        raise SignerLocked("这枚印章的密钥在密码设备里，但节点没有登记设备", key=key_id)
    password = open_password(keyring.opened().kek)
    try:
        return _device(found.library).key(int(key_id.removeprefix(PREFIX)), password)
    except GmError as error:
        raise _refusal(error) from error


def take_key(found: Configuration, used: Collection[str]) -> tuple[str, SdfKey]:
    """The first key pair of the device no seal has yet: (key id, key). Raises SignerFailed when all are taken."""
    free = [f"{PREFIX}{index}" for index in found.indexes if f"{PREFIX}{index}" not in used]
    if not free:
        raise SignerFailed("密码设备中没有空闲的密钥，请在设备中生成密钥后重新登记（proofless keys device）")
    return free[0], key(free[0])


def info() -> DeviceInfo | None:
    """Who made the device; None without one. Raises SignerFailed when it does not answer."""
    found = configuration()
    if found is None:
        return None
    try:
        return _device(found.library).info()
    except GmError as error:
        raise _refusal(error) from error


@lru_cache(maxsize=4)
def _open(library: str) -> SdfDevice:
    return SdfDevice(Path(library))


def _device(library: str) -> SdfDevice:
    try:
        return _open(library)
    except Unavailable as error:
        raise SignerFailed(
            "密码设备的接口库不能加载，请核对路径和安装", library=Path(library).name
        ) from error


def _refusal(error: GmError) -> SignerFailed | SignerLocked:
    if isinstance(error, AccessDenied):
        return SignerLocked("密码设备的口令不正确；多次输错设备可能锁死，请核对后再试")
    if isinstance(error, NoSuchKey):
        return SignerFailed("密码设备中没有这个密钥")
    return SignerFailed("密码设备没有响应，请检查设备和连接后重做")


def _sealing_key(kek: bytes) -> bytes:
    return sm3.hmac(kek, b"proofless device password")[:16]
