"""Keys of this home, read once per process. A key file others can read is refused."""

import stat
from functools import lru_cache
from pathlib import Path

from proofless.gm import sm3
from proofless.kit import env
from proofless.kit.errors import ErrorCode, Refusal

CURRENT_VERSION = 1
# What values are sealed with, and numbers looked up by.
KEY_FILES = ("master.key", "index.key")


class KeyMissing(Refusal):
    code = ErrorCode.KEY_MISSING


def read_key(path: Path) -> bytes:
    """32 bytes from a file only its owner may read."""
    try:
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as error:
        raise KeyMissing(key=path.name) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyMissing("密钥文件权限过宽,应为 0600", key=path.name)
    if len(key) != 32:
        raise KeyMissing("密钥文件长度不对", key=path.name)
    return key


def keys_complaint() -> str:
    """Nothing while every key file is there and kept to its owner, else which one is not, in Chinese."""
    for name in KEY_FILES:
        try:
            read_key(env.home_root() / "keys" / name)
        except KeyMissing as missing:
            return f"密钥文件 {name} 不可用:{missing.message}"
    return ""


@lru_cache(maxsize=64)
def _data_key(root: Path, version: int) -> bytes:
    return sm3.hmac(read_key(root / "keys" / "master.key"), b"data" + version.to_bytes(2, "big"))[:16]


@lru_cache(maxsize=8)
def _index_key(root: Path) -> bytes:
    return read_key(root / "keys" / "index.key")


def data_key(version: int = CURRENT_VERSION) -> bytes:
    """The SM4 data key of a version."""
    return _data_key(env.home_root(), version)


def index_key() -> bytes:
    return _index_key(env.home_root())
