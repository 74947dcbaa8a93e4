"""节点之家: the folder that holds all state of a node (``PROOFLESS_HOME``), and its keys.

Layout: ``home.json`` (kind and city), ``keys/`` (0600 files), ``pg/``, ``files/``, ``trust/``, ``run/``,
``logs/``.
"""

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from proofless.config.errors import SetupProblem
from proofless.kit import env

HomeKind = Literal["demo", "production"]
FOLDERS = ("keys", "pg", "files", "trust", "run", "logs")
# 32 random bytes each: Django's secret, the vault's master and blind-index keys; and, in a demo home alone, the
# key that wraps signing keys: in production it lies under a password (``seals.keyring``).
BINARY_KEYS = ("django.key", "master.key", "index.key", "kek.key")
DEMO_KEYS = frozenset({"kek.key"})
PASSWORDS = ("postgres", "proofless_owner", "proofless_app", "proofless_sequencer")
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Home(env.HomePaths):
    """A node's home as its processes make, check and lock it. ``kind`` never changes after its making."""

    @classmethod
    def path(cls) -> Path:
        return env.home_root()

    @classmethod
    def exists(cls, root: Path | None = None) -> bool:
        return ((root or cls.path()) / "home.json").is_file()

    @classmethod
    def create(cls, kind: HomeKind, city: str, root: Path | None = None) -> "Home":
        """Make folders and keys, then ``home.json`` last, so that a half-made home is made again.

        Raises SetupProblem when the folder already is a home or cannot be written.
        """
        root = (root or cls.path()).absolute()
        if cls.exists(root):
            raise SetupProblem(f"{root} 已经是一个节点之家", "请换一个 PROOFLESS_HOME,或直接使用现有的节点")
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in FOLDERS:
                (root / name).mkdir(mode=0o700, exist_ok=True)
            _make_keys(root / "keys", kind)
            made = json.dumps({"kind": kind, "city": city}, ensure_ascii=False) + "\n"
            _write_whole(root / "home.json", made.encode(), 0o600)
        except OSError as error:
            raise SetupProblem(f"无法在 {root} 写入:{error.strerror}", "请检查目录权限和磁盘空间") from error
        return cls(root, kind, city)

    @classmethod
    def load(cls, root: Path | None = None) -> "Home":
        """Raises SetupProblem when there is no home or a key file is readable by others."""
        root = (root or cls.path()).absolute()
        try:
            meta = json.loads((root / "home.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise SetupProblem(
                f"{root} 还不是节点之家", "演示请运行 ./start,正式节点请运行 proofless init"
            ) from error
        for problem in key_problems(root / "keys", meta["kind"]):
            raise SetupProblem(problem, f"请执行 chmod 600 '{root}'/keys/*")
        return cls(root, meta["kind"], meta["city"])

    def read_key(self, name: str) -> bytes:
        """The bytes of a key file. Raises SetupProblem when it is missing."""
        try:
            return (self.keys / name).read_bytes()
        except OSError as error:
            raise SetupProblem(f"密钥文件 keys/{name} 无法读取", "请从备份恢复该文件") from error

    def password(self, role: str) -> str:
        """The generated password of a database role."""
        return self.read_key(f"{role}.password").decode().strip()

    @contextmanager
    def lock(self, name: str, busy: SetupProblem) -> Iterator[None]:
        """Hold ``run/<name>.lock`` for this process; raises ``busy`` when another one holds it."""
        descriptor = os.open(self.run / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise busy from None
            yield
        finally:
            os.close(descriptor)


def needed_keys(kind: str) -> list[str]:
    return [name for name in BINARY_KEYS if kind == "demo" or name not in DEMO_KEYS]


def key_problems(folder: Path, kind: str = "demo") -> list[str]:
    """Chinese complaints about files in the key folder that others may read or that are missing."""
    if not folder.is_dir():
        return ["密钥目录 keys/ 不存在"]
    problems = [f"密钥文件 keys/{name} 不存在" for name in needed_keys(kind) if not (folder / name).is_file()]
    for path in sorted(folder.iterdir()):
        readable = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if path.is_file() and path.suffix != ".pub" and readable:
            problems.append(f"密钥文件 keys/{path.name} 可被其他用户读取")
    return problems


def _make_keys(folder: Path, kind: HomeKind) -> None:
    for name in needed_keys(kind):
        if not (folder / name).exists():
            _write_whole(folder / name, secrets.token_bytes(KEY_BYTES), 0o600)
    for role in PASSWORDS:
        if not (folder / f"{role}.password").exists():
            _write_whole(folder / f"{role}.password", secrets.token_urlsafe(KEY_BYTES).encode(), 0o600)


def _write_whole(path: Path, content: bytes, mode: int) -> None:
    """Write and rename, so that a reader sees all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.rename(path)
