"""A home of the benchmarks' own below the open one, with its server, tables and grants; kept for a second run."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from proofless.config.commands import update_tables
from proofless.config.database import Role
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres
from proofless.config.processes import launch
from proofless.gm import sm2
from proofless.kit import env
from proofless.ledger import chain

STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A running throw-away node without its servers."""

    home: Home
    server: EmbeddedPostgres

    @property
    def app(self) -> str:
        return self.server.dsn(Role.APP)

    @property
    def owner(self) -> str:
        return self.server.dsn(Role.OWNER)

    @property
    def superuser(self) -> str:
        return self.server.superuser_dsn()

    def setup_django(self) -> None:
        """Set Django up as the application in this process."""
        os.environ["DJANGO_SETTINGS_MODULE"] = "proofless.config.settings"
        import django

        django.setup()

    @contextmanager
    def running(self, command: Sequence[str], **extra: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process that ends with the block; its output goes to the home's log."""
        with (self.home.logs / "bench.log").open("ab") as log:
            process = launch([sys.executable, *command], extra, log.fileno())
        try:
            yield process
        finally:
            stop(process)

    @contextmanager
    def sequencing(self) -> Iterator[None]:
        """The node's own sequencer, at work."""
        dsn = self.server.dsn(Role.SEQUENCER)
        with self.running(["-m", "proofless.ledger.sequencer"], PROOFLESS_SEQUENCER_DSN=dsn):
            yield

    def pending(self) -> int:
        """Entries that wait for the sequencer."""
        return self.count("SELECT count(*) FROM ledger_pending")

    def drain(self, seconds: float) -> float:
        """Wait until nothing waits for the sequencer; returns the seconds. Raises TimeoutError when it is late."""
        began = time.monotonic()
        while self.pending():
            if time.monotonic() - began > seconds:
                raise TimeoutError("the sequencer does not catch up")
            time.sleep(0.05)
        return time.monotonic() - began

    def count(self, query: str, parameters: Mapping[str, object] | None = None) -> int:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            row = connection.execute(query.encode(), parameters).fetchone()
        return int(row[0]) if row else 0

    def empty_ledger(self) -> None:
        """Begin with an empty ledger, so that a second run measures what the first one did."""
        tables = "ledger_entry, ledger_pending, ledger_chain, ledger_node, ledger_head, ledger_subject"
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {tables}".encode())
            connection.execute("CHECKPOINT")

    def check_chain(self) -> chain.LedgerCheck:
        """``ledger verify`` on this home."""
        key = sm2.PublicKey.from_spki((self.home.keys / "ledger-head.pub").read_bytes())
        with psycopg.connect(self.server.dsn(Role.SEQUENCER)) as connection:
            return chain.verify(connection, key)


@contextmanager
def open_place(name: str) -> Iterator[Place]:
    """The home ``<open home>/bench/<name>``, its server running with the node's own settings."""
    root = _root() / name
    os.environ["PROOFLESS_HOME"] = str(root)
    os.environ.pop("DATABASE_URL", None)
    home = Home.load(root) if Home.exists(root) else Home.create("demo", "量测市", root)
    with EmbeddedPostgres(home) as server:
        update_tables(home)
        yield Place(home, server)


def fill_town(place: Place, residents: int) -> dict[str, int]:
    """The catalogue and a town of this size, unless they are there. Rows per table. Django must be set up."""
    from proofless.bench.population import populate
    from proofless.config import catalog
    from proofless.config.firstrun import CATALOG

    def report(done: int) -> None:
        print(f"  主体 {done:,}", file=sys.stderr)

    # Rows first: what the datasets hold is read once, when the catalogue comes in.
    counts = populate(place.superuser, place.home.run / "town.json", residents, CATALOG, report)
    catalog.load(CATALOG)
    return counts


def _root() -> Path:
    root = env.home_root()
    return root if root.name == "bench" else root / "bench"


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
