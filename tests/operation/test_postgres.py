"""The embedded database: survives being killed, trusts nobody, opens no folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from proofless.config.database import Role, embedded_port
from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres, is_running

SMALL = {"shared_buffers": "16MB"}
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root closes folders to the server's user")


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home.create("demo", "某市", tmp_path_factory.mktemp("operation") / "home")


@pytest.fixture
def server(own_home: Home) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(own_home, SMALL) as running:
        yield running


def wait_for(server: EmbeddedPostgres) -> psycopg.Connection[tuple[int]]:
    """A connection as soon as the server answers again."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(server.dsn(Role.OWNER), autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_was_acknowledged_survives_kill_9(server: EmbeddedPostgres) -> None:
    """A resident told that her application was received must find it after a power cut."""
    acknowledged = 0
    with wait_for(server) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for number in range(300):
            connection.execute("INSERT INTO kept VALUES (%s)", (number,))
            acknowledged += 1
        os.kill(server.pid, signal.SIGKILL)
    with wait_for(server) as connection:
        found = connection.execute("SELECT count(DISTINCT n) FROM kept").fetchone()
        connection.execute("DROP TABLE kept")
    assert found == (acknowledged,)


def test_a_pid_file_naming_another_program_is_forgotten(own_home: Home) -> None:
    """After a container restarts, the old number belongs to something else, which must not be harmed."""
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with EmbeddedPostgres(own_home, SMALL) as server:
            os.kill(server.pid, signal.SIGKILL)
            wait_for(server).close()
        pid_file = own_home.pg / "data" / "postmaster.pid"
        pid_file.write_text(f"{bystander.pid}\n/nowhere\n")
        with EmbeddedPostgres(own_home, SMALL) as server:
            wait_for(server).close()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_two_launchers_never_share_a_data_folder(server: EmbeddedPostgres, own_home: Home) -> None:
    assert is_running(own_home)
    with pytest.raises(SetupProblem, match="已在运行"):
        EmbeddedPostgres(own_home, SMALL).start()
    wait_for(server).close()


def test_a_taken_port_is_left_to_its_owner(own_home: Home) -> None:
    with EmbeddedPostgres(own_home, SMALL):
        port = embedded_port(own_home)
    with socket.create_server(("127.0.0.1", port)), EmbeddedPostgres(own_home, SMALL) as server:
        wait_for(server).close()
        assert embedded_port(own_home) != port


def test_nobody_enters_without_the_password(server: EmbeddedPostgres, own_home: Home) -> None:
    """Every local user reaches the loopback port; 王五 with a shell on the machine must not get in."""
    place = {"host": "127.0.0.1", "port": embedded_port(own_home), "dbname": "proofless"}
    for role in ("postgres", *(role.login for role in Role)):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**place, user=role, password="guess")  # type: ignore[arg-type]


def test_the_server_dies_with_its_launcher(own_home: Home) -> None:
    """kill -9 of the node must leave no server that blocks the next start."""
    program = (
        "import sys, time; from pathlib import Path\n"
        "from proofless.config.home import Home\n"
        "from proofless.config.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Home.load(Path(sys.argv[1]))).start()\n"
        "print(server.pid, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(own_home.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        pid = int(launcher.stdout.readline())
        launcher.kill()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with EmbeddedPostgres(own_home, SMALL) as server:
        wait_for(server).close()


@AS_ROOT
def test_a_long_closed_path_with_a_space_and_chinese(tmp_path: Path) -> None:
    """A clone in /root: the server's user may not pass the folders above, and none of them is opened."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = closed / ("x" * 60) / ("家 目录" + "y" * 80)
    folder.mkdir(parents=True)
    before = [(path, path.stat().st_mode) for path in (tmp_path, closed, *folder.parents) if path.exists()]
    home = Home.create("demo", "某市", folder / "var")
    assert len(str(folder)) >= 150
    with EmbeddedPostgres(home, SMALL) as server, wait_for(server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    assert [(path, path.stat().st_mode) for path, _ in before] == before
