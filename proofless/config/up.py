"""启动: ``proofless up`` brings a node from whatever state it is in to serving, and stops all of it again."""

import os
import shutil
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from proofless.config import firstrun
from proofless.config.database import Role, address, external_url
from proofless.config.errors import SetupProblem
from proofless.config.external import prepare_external
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres
from proofless.config.processes import Crew, Program, run_to_end, wait_until
from proofless.config.progress import Progress
from proofless.gm import libcrypto
from proofless.gm.errors import Unavailable
from proofless.seals import keyring

HOST, PORT = "127.0.0.1", 8000
PORTS = 3  # pages, verification, big files
DEMO_CITY = "示范市"
ENOUGH_BYTES = 2 << 30
READY_SECONDS = 60
FIRST = {"web", "sequencer"}
SETUP_LOG = "setup.log"


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM)."""


def up(port: int = PORT) -> int:
    """Start everything and serve until asked to stop. Raises SetupProblem with what to do when it cannot."""
    progress = Progress()
    with stoppable() as stop, ExitStack() as stack:
        try:
            with progress.step("检查环境"):
                check_machine(port)
                home = Home.load() if Home.exists() else Home.create("demo", DEMO_CITY)
                busy = SetupProblem(f"{home.root} 的节点已在运行", "请直接打开它的网址,或先停止它")
                stack.enter_context(home.lock("up", busy))
                keep_keys_locked(stack)
                check_disk(home)
            prepare(home, progress, stack)
            with progress.step("启动服务"):
                crew = Crew(home.logs)
                stack.callback(crew.stop)
                start_programs(home, port, crew)
            welcome(home, port, progress)
            crew.watch(stop)
        except Stopped:
            pass
        progress.say("\n正在停止…")
    progress.say("已全部停止")
    return 0


def prepare(home: Home, progress: Progress, stack: ExitStack) -> None:
    """Bring the database up to date and fill a new home; the server keeps running until ``stack`` closes."""
    log = home.logs / SETUP_LOG
    if external_url():
        with progress.step("检查外部数据库"):
            prepare_external(home)
    else:
        server = EmbeddedPostgres(home)
        if not server.data.exists():
            firstrun.write_done(home, {})
        with progress.step("启动数据库"):
            stack.enter_context(server)
    if home.demo and firstrun.broken_off(home):
        with progress.step("清除上次未完成的演示数据"):
            empty_demo(home)
    if firstrun.read_done(home).get("tables") != firstrun.tables_digest():
        with progress.step("更新数据表"):
            run_to_end(python("migrate"), log, "数据表更新失败")
        firstrun.write_done(home, firstrun.read_done(home) | {"tables": firstrun.tables_digest()})
    if firstrun.due_steps(home):
        run_to_end(python("firstrun"), log, "首次装填没有完成")


def keep_keys_locked(stack: ExitStack) -> None:
    """The signing keys a production node was opened with are closed again at its start and its end."""
    keyring.lock()
    stack.callback(keyring.lock)


def empty_demo(home: Home) -> None:
    """Put a demo home back to empty: its tables, its files and its signing keys. The node's own keys stay."""
    import psycopg

    with psycopg.connect(address(home, Role.OWNER).dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    for folder in (home.root / "files", home.root / "trust", home.keys / "seals"):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in (home.root / "files", home.root / "trust"):
        folder.mkdir(mode=0o700)
    firstrun.write_done(home, {})


def python(module: str) -> list[str]:
    """The command that runs a module of this package."""
    return [sys.executable, "-m", f"proofless.config.{module}"]


def programs(home: Home, port: int) -> list[Program]:
    """The process groups: pages and API, verification and big files each on a port of its own, so that neither
    waits for the other; the sequencer, the routine.
    """
    cores = max(1, min(4, os.cpu_count() or 1))
    metrics = home.run / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(mode=0o700)
    counting = {"PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    python = [sys.executable, "-m"]
    sequencer = {"PROOFLESS_SEQUENCER_DSN": address(home, Role.SEQUENCER).dsn}
    return [
        Program("sequencer", "排序器", [*python, "proofless.ledger.sequencer"], sequencer),
        Program("verify", "核验服务", server("verify", port + 1, workers=cores, threads=4)),
        Program("bulk", "大件服务", server("application", port + 2, workers=1, threads=2), counting),
        Program("web", "网页服务", server("application", port, workers=max(2, cores), threads=4), counting),
        Program("routine", "例行任务", [*python, "proofless.config.routine"]),
    ]


def server(callable_name: str, port: int, *, workers: int, threads: int) -> list[str]:
    """The granian command of one group. ``threads`` a worker; each holds one database connection."""
    target = f"proofless.config.wsgi:{callable_name}"
    sizes = ["--workers", str(workers), "--blocking-threads", str(threads), "--workers-kill-timeout", "5"]
    quiet = ["--log-level", "warning", "--respawn-failed-workers", "--no-ws", "--http", "1"]
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), *sizes, *quiet]
    return [sys.executable, "-m", "granian", *options, target]


def start_programs(home: Home, port: int, crew: Crew) -> None:
    """Pages first: on two cores the other groups' imports would only keep people waiting."""
    every = programs(home, port)
    for program in every:
        if program.name in FIRST:
            crew.start(program)
    late = SetupProblem("网页服务没有在一分钟内就绪", f"请查看 {home.logs / 'web.log'}")
    wait_until(lambda: answers(port), crew, READY_SECONDS, late)
    for program in every:
        if program.name not in FIRST:
            crew.start(program)


def answers(port: int) -> bool:
    """Whether the node says it is ready."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/readyz", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def welcome(home: Home, port: int, progress: Progress) -> None:
    progress.say(f"\nProofless 免证已就绪:http://{HOST}:{port}")
    accounts = home.run / firstrun.ACCOUNTS
    if accounts.exists():
        progress.say(accounts.read_text(encoding="utf-8"))
    if (keys := keyring.state()).locked:
        progress.say(f"注意:{keys.why}")
    progress.say("按 Ctrl-C 停止")


def check_machine(port: int) -> None:
    """Raises SetupProblem when the ports are taken or libcrypto has no SM2."""
    for wanted in range(port, port + PORTS):
        if not is_free(wanted):
            raise SetupProblem(
                f"端口 {wanted} 已被占用",
                "请停止占用它的程序(ss -ltnp 可以查看),或换端口:./start --port 8080",
            )
    try:
        libcrypto.self_check()
    except Unavailable as error:
        raise SetupProblem(
            "系统的 libcrypto 不支持国密 SM2", "请执行 apt install libssl3,需要 OpenSSL 3"
        ) from error


def check_disk(home: Home) -> None:
    if shutil.disk_usage(home.root).free < ENOUGH_BYTES:
        raise SetupProblem(
            f"{home.root} 所在磁盘剩余空间不足 2 GB", "请清理磁盘,或用 PROOFLESS_HOME 换一个位置"
        )


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """Turn the first SIGINT or SIGTERM into Stopped, and swallow later ones so that stopping is not cut
    short.
    """
    stop = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            raise Stopped

    before = {
        number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield stop
    finally:
        for number, old in before.items():
            signal.signal(number, old)
