"""The command line speaks Chinese, says what to do, and needs no node where none is needed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from proofless.config import cli
from proofless.config.home import Home

COMMANDS = ("up", "init", "demo", "migrate", "load-catalog", "simulate", "bench", "ofd", "ledger", "doctor")
COMMANDS += ("distribute", "unlock", "lock", "keys")


def proofless(*arguments: str, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as an operator calls it."""
    return subprocess.run(
        [sys.executable, "-m", "proofless.config.cli", *arguments],
        env={**os.environ, "PROOFLESS_HOME": str(home), **extra},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert "用法" in capsys.readouterr().out


def test_a_mistyped_command_is_answered_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["upp"])
    assert "参数有误" in capsys.readouterr().err


def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    """A newcomer whose 8000 is in use must not be left with a stack trace."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = proofless("up", "--port", str(port), home=tmp_path / "home")
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "--port" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("command", ["demo", "simulate"])
def test_a_production_home_refuses_synthetic_people(tmp_path: Path, command: str) -> None:
    """Invented residents among a city's real ones could never be told apart again."""
    Home.create("production", "某市", tmp_path / "home")
    done = proofless(command, home=tmp_path / "home")
    assert done.returncode == 1
    assert "只能在演示节点运行" in done.stderr


def test_an_absent_and_a_broken_file_are_unreadable(tmp_path: Path) -> None:
    """A bank's script tells *broken* from *forged* by the exit code."""
    nothing = proofless("ofd", "verify", str(tmp_path / "no.ofd"), "--trust", str(tmp_path), home=tmp_path)
    assert nothing.returncode == 3
    (tmp_path / "some.ofd").write_bytes(b"PK")
    asked = ("ofd", "verify", str(tmp_path / "some.ofd"), "--trust", str(tmp_path / "empty"), "--json")
    broken = proofless(*asked, home=tmp_path)
    assert broken.returncode == 3


def test_verifying_a_file_loads_neither_django_nor_a_database() -> None:
    """``pip install proofless`` alone must be enough for whoever only receives certificates."""
    program = (
        "import sys; from proofless.config import cli; from proofless.ofd import verify\n"
        "print(sorted({'django', 'psycopg', 'granian'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_the_doctor_checks_everything_and_names_the_cure(tmp_path: Path) -> None:
    home = Home.create("demo", "某市", tmp_path / "home")
    (home.keys / "master.key").chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = proofless("doctor", "--port", str(port), home=home.root)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    names = (
        "Python",
        "venv",
        "国密 SM2",
        "Node.js",
        "PostgreSQL",
        "网页端口",
        "磁盘",
        "字体",
        "密钥",
        "Chromium",
    )
    assert all(any(name in line for line in lines) for name in names)
    assert any(line.startswith("问题  密钥文件") for line in lines)
    assert any("chmod 600" in line for line in lines)
    assert any(line.startswith("问题  网页端口") for line in lines)
