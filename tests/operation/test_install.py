"""The installer: does each step once, and says what to install when the machine lacks something."""

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

INSTALLER = Path(__file__).resolve().parents[2] / "proofless" / "config" / "install.py"


@pytest.fixture
def clone(tmp_path: Path) -> dict[str, Any]:
    """The installer's names as seen in an otherwise empty clone."""
    folder = tmp_path / "proofless" / "config"
    folder.mkdir(parents=True)
    shutil.copy(INSTALLER, folder)
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "node.txt").write_text("one==1\n")
    return runpy.run_path(str(folder / "install.py"))


def test_a_step_is_done_once_and_again_when_its_lock_changes(clone: dict[str, Any]) -> None:
    """A second start must not spend minutes on what is there already."""
    runs: list[str] = []
    steps = [("node", "安装", lambda: runs.append("node"))]
    clone["run_due"](steps)
    clone["run_due"](steps)
    assert runs == ["node"]
    (clone["ROOT"] / "requirements" / "node.txt").write_text("one==2\n")
    clone["run_due"](steps)
    assert runs == ["node", "node"]


def test_a_failed_step_comes_again(clone: dict[str, Any]) -> None:
    def fail() -> None:
        raise clone["Failed"]("安装失败", "请检查网络")

    with pytest.raises(clone["Failed"]):
        clone["run_due"]([("node", "安装", fail)])
    assert json.loads(clone["STAMP"].read_text() if clone["STAMP"].exists() else "{}") == {}


def test_a_python_without_venv_names_the_package_to_install(clone: dict[str, Any]) -> None:
    """Debian's python3 comes without ensurepip; a newcomer cannot guess that."""
    program = "import sys, runpy; sys.modules['ensurepip'] = None; sys.argv = ['install.py']; "
    program += "runpy.run_path(sys.orig_argv[-1], run_name='__main__')"
    script = str(clone["ROOT"] / "proofless" / "config" / "install.py")
    done = subprocess.run([sys.executable, "-c", program, script], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_locks_name_no_registry() -> None:
    """A city installs from its own mirror: a host in a lock would send it elsewhere."""
    root = INSTALLER.parents[2]
    assert '"resolved"' not in (root / "package-lock.json").read_text()
    locks = list((root / "requirements").glob("*.txt"))
    assert len(locks) == 2
    assert not [lock.name for lock in locks if "://" in lock.read_text()]


def test_requirements_are_pinned_exactly() -> None:
    for lock in (INSTALLER.parents[2] / "requirements").glob("*.txt"):
        lines = [line for line in lock.read_text().splitlines() if line and not line.startswith("#")]
        assert lines
        assert [line for line in lines if line.count("==") != 1] == []
