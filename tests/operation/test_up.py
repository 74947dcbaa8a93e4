"""A node from nothing to serving and back: nothing lost, nothing left running."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

SECOND_START_SECONDS = 10 if os.getloadavg()[0] < 2 else 60  # a shared machine says nothing about speed
NO_TOWN = {"PROOFLESS_TOWN": "0/0/0"}
pytestmark = pytest.mark.long


def free_port() -> int:
    """A port whose two successors are free too."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            try:
                for next_one in (port + 1, port + 2):
                    socket.create_server(("127.0.0.1", next_one)).close()
            except OSError:
                continue
            return port


@contextmanager
def node(home: Path, port: int, said: list[str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A node that serves, with what it printed; ended by force if the test leaves it running."""
    said = [] if said is None else said
    process = subprocess.Popen(
        [sys.executable, "-m", "proofless.config.cli", "up", "--port", str(port)],
        env={**os.environ, "PROOFLESS_HOME": str(home), **NO_TOWN},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail("".join(said))
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def command_of(process: psutil.Process) -> str:
    """Nothing for one that ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def wait_gone(processes: list[psutil.Process], seconds: float) -> None:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    assert not [command_of(one) for one in alive]


def ready(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as reply:
        return bool(reply.status == 200)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "家 目录"


def test_a_second_start_is_quick_and_stops_clean(home: Path) -> None:
    """Ctrl-C must leave no process behind, and the next start must find everything where it was."""
    port = free_port()
    with node(home, port) as process:
        assert ready(port)
        started = family(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        wait_gone(started, 5)
    said: list[str] = []
    began = time.monotonic()
    with node(home, port, said) as process:
        took = time.monotonic() - began
        assert ready(port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    steps = [line.split("  ")[0] for line in said if line.startswith("✓")]
    assert steps == ["✓ 检查环境", "✓ 启动数据库", "✓ 启动服务"]
    assert took < SECOND_START_SECONDS


def test_kill_9_of_the_node_takes_everything_with_it(home: Path) -> None:
    port = free_port()
    with node(home, port) as process:
        started = family(process)
        process.kill()
        process.wait()
        wait_gone(started, 30)
    with node(home, port) as process:
        assert ready(port)
        process.terminate()
        process.wait(30)


def test_whatever_dies_comes_back(home: Path) -> None:
    """kill -9 of the database and of the sequencer: the pages answer again without anyone's help."""
    port = free_port()
    with node(home, port) as process:
        for one in family(process):
            if re.search(r"bin/postgres|ledger\.sequencer", command_of(one)):
                one.kill()
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        time.sleep(1)
        names = [command_of(one) for one in family(process)]
        assert any("ledger.sequencer" in name for name in names)
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        return ready(port)
    except OSError:
        return False


def test_a_second_node_of_the_same_home_is_refused(home: Path) -> None:
    port = free_port()
    with node(home, port) as process:
        command = [sys.executable, "-m", "proofless.config.cli", "up", "--port", str(free_port())]
        second = subprocess.run(
            command, env={**os.environ, "PROOFLESS_HOME": str(home)}, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert "已在运行" in second.stderr
        process.terminate()
        process.wait(30)
