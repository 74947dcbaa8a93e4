"""进度: a line for each step with the seconds it took, readable on a terminal and in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

REDRAW_SECONDS = 0.2
LOG_SECONDS = 15


class Progress:
    """Prints ``✓ step  1.2 秒`` when a step ends. On a terminal the running step is redrawn in place."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._began = self._drawn = time.monotonic()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step; a step that fails is marked and the error goes on."""
        self._began = self._drawn = time.monotonic()
        self._draw(f"… {name}")
        try:
            yield
        except BaseException:
            self._end("✗", name)
            raise
        self._end("✓", name)

    def report(self, name: str, done: int, total: int) -> None:
        """How far the running step is: redrawn on a terminal, now and then a line in a log."""
        now = time.monotonic()
        if now - self._drawn > (REDRAW_SECONDS if self._live else LOG_SECONDS):
            self._drawn = now
            self._draw(f"… {name} {done}/{total}  {now - self._began:.0f} 秒")

    def say(self, text: str) -> None:
        self._print(text + "\n")

    def _draw(self, text: str) -> None:
        self._print(f"\r\033[K{text}" if self._live else f"{text}\n")

    def _end(self, mark: str, name: str) -> None:
        seconds = time.monotonic() - self._began
        self._print(f"{self._clear}{mark} {name}  {seconds:.1f} 秒\n")

    @property
    def _clear(self) -> str:
        return "\r\033[K" if self._live else ""

    def _print(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
