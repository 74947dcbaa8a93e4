"""内置数据库: starts and keeps one PostgreSQL server for a home, also as root and under a closed parent
folder.

As root the server runs as an unprivileged user that cannot pass the folders above the home; it gets the data
folder as an inherited descriptor and names it ``/proc/self/fd/N``. It listens on loopback only, with SCRAM
passwords.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from proofless.config import leash
from proofless.config.binaries import Binaries, find_binaries
from proofless.config.database import DATABASE, HOST, Address, Role, address, embedded_port, external_url
from proofless.config.errors import SetupProblem
from proofless.config.home import Home

SUPERUSER = "postgres"
PORTS = range(20000, 32000)  # below the range the kernel hands out to outgoing connections
START_SECONDS = 120
STOP_SECONDS = 30
RESTARTS_PER_MINUTE = 10
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "max_connections": "200",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements may carry personal values
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class EmbeddedPostgres:
    """The server of one home. ``settings`` override SETTINGS (tests switch ``fsync`` off)."""

    def __init__(self, home: Home, settings: Mapping[str, str] | None = None) -> None:
        self._home = home
        self._settings = {**SETTINGS, **(settings or {})}
        self._stack = ExitStack()
        self._binaries: Binaries | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._stopping = threading.Event()
        self._launched = threading.Event()
        self._failure: SetupProblem | None = None

    @property
    def data(self) -> Path:
        return self._home.pg / "data"

    @property
    def pid(self) -> int:
        """Process id of the running postmaster, 0 when there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def dsn(self, role: Role) -> str:
        return address(self._home, role).dsn

    def superuser_dsn(self, database: str = DATABASE) -> str:
        """The launcher's own login; also for tests that put tables back."""
        port = embedded_port(self._home)
        return Address(HOST, port, database, SUPERUSER, self._home.password(SUPERUSER)).dsn

    def start(self) -> "EmbeddedPostgres":
        """Start the server and keep it up until ``stop``.

        Raises SetupProblem when it cannot run or already does.
        """
        busy = SetupProblem("这个节点的数据库已在运行", "请先停止另一个 proofless 进程,再重试")
        self._stack.enter_context(self._home.lock("postgres", busy))
        try:
            self._binaries = find_binaries()
            if not self.data.exists():
                self._initialise()
            self._stopping.clear()
            self._launched.clear()
            self._failure = None
            # The keeper thread starts the server: the death signal follows the thread that forked.
            self._keeper = threading.Thread(target=self._keep, name="postgres-keeper", daemon=True)
            self._keeper.start()
            self._wait_ready()
            _provision(self._home, self.superuser_dsn)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server: fast shutdown, then at once. Does nothing when it is not running."""
        self._stopping.set()
        process = self._process
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if process is None or process.poll() is not None:
                break
            process.send_signal(number)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        if self._keeper is not None:
            self._keeper.join()
        self._keeper = self._process = None
        self._stack.close()

    def __enter__(self) -> "EmbeddedPostgres":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # making

    def _initialise(self) -> None:
        """Make the data folder under another name and rename it, so that a killed making is made again."""
        binaries = self._require()
        making = self._home.pg / "data.new"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if binaries.user is not None:
            os.chown(making, binaries.user, leash.user_group(binaries.user))
        password = _handed_over(self._home.password(SUPERUSER).encode(), binaries.user)
        try:
            with self._opened(making) as (name, descriptors):
                self._run_initdb(binaries, name, password, (*descriptors, password))
        finally:
            os.close(password)
        making.rename(self.data)

    def _run_initdb(self, binaries: Binaries, name: str, password: int, descriptors: tuple[int, ...]) -> None:
        command = [
            *_leashed(signal.SIGTERM, binaries.owner),
            binaries.program("initdb"),
            f"--pgdata={name}",
            f"--username={SUPERUSER}",
            f"--pwfile=/proc/self/fd/{password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--data-checksums",
            "--no-instructions",
        ]
        done = subprocess.run(command, pass_fds=descriptors, env=_environment(), cwd="/", capture_output=True)
        if done.returncode:
            self._log(done.stdout + done.stderr)
            raise SetupProblem("数据库初始化失败", f"请查看 {self._log_file},常见原因是磁盘已满")

    # running

    def _keep(self) -> None:
        """Start the server, and again when it dies unasked. Runs in the keeper thread."""
        starts: list[float] = []
        while not self._stopping.is_set():
            now = time.monotonic()
            starts = [at for at in starts if now - at < 60] + [now]
            if len(starts) > RESTARTS_PER_MINUTE:
                self._failure = SetupProblem("数据库反复退出", f"请查看 {self._log_file}")
                return
            try:
                self._process = self._launch()
            except SetupProblem as problem:
                self._failure = problem
                return
            finally:
                self._launched.set()
            self._process.wait()
            self._stopping.wait(0.2)

    def _launch(self) -> subprocess.Popen[bytes]:
        binaries = self._require()
        _clear_stale(self.data)
        port = _usable_port(self._home)
        options = [
            word
            for key, value in {**self._settings, "port": str(port)}.items()
            for word in ("-c", f"{key}={value}")
        ]
        with self._opened(self.data) as (name, descriptors), self._log_file.open("ab") as log:
            return subprocess.Popen(
                [
                    *_leashed(signal.SIGINT, binaries.owner),
                    binaries.program("postgres"),
                    "-D",
                    name,
                    *options,
                ],
                pass_fds=descriptors,
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the server last
            )

    def _wait_ready(self) -> None:
        """Raises SetupProblem when the server does not answer in START_SECONDS."""
        self._launched.wait()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._failure is not None:
                raise self._failure
            try:
                psycopg.connect(self.superuser_dsn("postgres"), connect_timeout=3).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise SetupProblem("数据库没有在两分钟内就绪", f"请查看 {self._log_file}")

    @contextmanager
    def _opened(self, folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The folder's name for the server, and the descriptors to hand over."""
        if self._require().user is None:
            yield str(folder), ()
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)

    @property
    def _log_file(self) -> Path:
        return self._home.logs / "postgres.log"

    def _log(self, content: bytes) -> None:
        with self._log_file.open("ab") as log:
            log.write(content)

    def _require(self) -> Binaries:
        if self._binaries is None:
            self._binaries = find_binaries()
        return self._binaries


@contextmanager
def running_database(home: Home) -> Iterator[None]:
    """A database for the length of a command: the given one, the one already running, or one started for it."""
    if external_url() or is_running(home):
        yield
        return
    with EmbeddedPostgres(home):
        yield


def is_running(home: Home) -> bool:
    """Whether another process keeps this home's server."""
    busy = SetupProblem("", "")
    try:
        with home.lock("postgres", busy):
            return False
    except SetupProblem:
        return True


def _leashed(number: signal.Signals, owner: str) -> list[str]:
    return [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(int(number)), owner]


def _environment() -> dict[str, str]:
    """What the server may see of ours: nothing but the search path, so that no PG* variable leads it astray."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}


def _handed_over(content: bytes, user: int | None) -> int:
    """A descriptor of a file that exists in memory only and that ``user`` may open through /proc."""
    descriptor = os.memfd_create("password")
    os.write(descriptor, content)
    if user is not None:
        os.fchown(descriptor, user, -1)
    return descriptor


def _clear_stale(data: Path) -> None:
    """Deal with the pid file of a server that did not stop by itself.

    The home's lock says that nobody keeps a server here, so one that still runs is an orphan: it is stopped.
    A pid that now belongs to another program (common after a container restarts) is forgotten.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not _serves(pid, data):
        pid_file.unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while _serves(pid, data):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGQUIT)
        time.sleep(0.05)


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL server that works in ``data``."""
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False


def _usable_port(home: Home) -> int:
    """The home's own port, or another one when somebody took it meanwhile."""
    port = embedded_port(home)
    for _ in range(200):
        if port and _is_free(port):
            break
        port = secrets.choice(PORTS)
    else:
        raise SetupProblem("找不到空闲端口给数据库使用", f"请检查 {PORTS.start}-{PORTS.stop} 之间的端口占用")
    temporary = home.pg / "server.json.new"
    temporary.write_text(json.dumps({"port": port}))
    temporary.rename(home.pg / "server.json")
    return port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _provision(home: Home, superuser_dsn: Callable[[str], str]) -> None:
    """Make the three roles and the database when they are missing."""
    with psycopg.connect(superuser_dsn("postgres"), autocommit=True) as connection:
        names = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in Role:
            if role.login not in names:
                secret = sql.Literal(home.password(role.login))
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role.login), secret)
                )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(Role.OWNER.login)
                )
            )
