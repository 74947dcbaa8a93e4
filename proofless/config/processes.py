"""进程: starts the node's process groups on a leash, starts again what dies, stops all of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from proofless.config import leash
from proofless.config.errors import SetupProblem

STOP_SECONDS = 10
WATCH_SECONDS = 0.5
QUICK_DEATH_SECONDS = 5
QUICK_DEATHS_ALLOWED = 5


@dataclass(frozen=True, slots=True)
class Program:
    """One process group. ``extra`` is added to the environment."""

    name: str
    label: str
    command: Sequence[str]
    extra: Mapping[str, str] = field(default_factory=dict)


class Crew:
    """The running programs of a node.

    Use from the main thread: their death signal follows the thread that forks.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._programs: dict[str, Program] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started_at: dict[str, float] = {}
        self._deaths: dict[str, int] = {}

    def start(self, program: Program) -> None:
        self._programs[program.name] = program
        self._started_at[program.name] = time.monotonic()
        with (self._logs / f"{program.name}.log").open("ab") as log:
            self._running[program.name] = launch(program.command, program.extra, log.fileno())

    def watch(self, stop: threading.Event) -> None:
        """Keep everything running until ``stop``. Raises SetupProblem when a program dies again and again."""
        while not stop.wait(WATCH_SECONDS):
            for name, process in list(self._running.items()):
                if process.poll() is not None:
                    self._again(name, process.returncode)

    def _again(self, name: str, code: int) -> None:
        quick = time.monotonic() - self._started_at[name] < QUICK_DEATH_SECONDS
        self._deaths[name] = self._deaths.get(name, 0) + 1 if quick else 0
        program = self._programs[name]
        if self._deaths[name] > QUICK_DEATHS_ALLOWED:
            raise SetupProblem(f"{program.label}反复退出(代码 {code})", f"请查看 {self._logs / name}.log")
        self.start(program)

    def dead(self) -> str:
        """The label and log of a program that has ended, or nothing."""
        for name, process in self._running.items():
            if process.poll() is not None:
                return f"{self._programs[name].label}已退出,请查看 {self._logs / name}.log"
        return ""

    def stop(self) -> None:
        """Ask all to end, latest first, and end by force what does not."""
        for process in reversed(self._running.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()


def launch(
    command: Sequence[str], extra: Mapping[str, str], output: int | None = None, errors: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a command that ends with us. A new session keeps Ctrl-C for us, who stop things in order."""
    leashed = [
        sys.executable,
        "-I",
        "-S",
        leash.__file__,
        str(os.getpid()),
        str(int(signal.SIGTERM)),
        "-",
        *command,
    ]
    return subprocess.Popen(
        leashed,
        env={**os.environ, **extra},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output if errors is None else errors,
        start_new_session=True,
    )


def run_to_end(command: Sequence[str], log: Path, failed: str) -> None:
    """Run a step in a process of its own, its stderr in ``log``; it ends when we are stopped.

    Raises SetupProblem with the Chinese complaint ``failed`` when it does not succeed.
    """
    with log.open("ab") as errors:
        process = launch(command, {}, None, errors.fileno())
    try:
        if process.wait() != 0:
            raise SetupProblem(failed, f"请按上面的提示处理;详情见 {log}")
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(ready: Callable[[], bool], crew: Crew, seconds: float, late: SetupProblem) -> None:
    """Wait for ``ready()``. Raises SetupProblem when a program ended meanwhile, ``late`` when time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        ended = crew.dead()
        if ended:
            raise SetupProblem(ended, "修正后请重新运行 ./start")
        if time.monotonic() > deadline:
            raise late
        time.sleep(0.1)
