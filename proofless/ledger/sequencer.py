"""排序器: ``python -m proofless.ledger.sequencer DSN`` follows pending entries until told to stop."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import psycopg

from proofless.kit import env
from proofless.ledger.chain import BATCH, NotTheSequencer, Sequencer, head_key

IDLE_SECONDS = 0.2
RETRY_SECONDS = 1.0


def run(dsn: str, key_file: Path, stop: threading.Event) -> None:
    """Chain entries until ``stop``; survives a restart of the database and a rival sequencer."""
    key = head_key(key_file)
    while not stop.is_set():
        try:
            with psycopg.connect(dsn, application_name="proofless-sequencer") as connection:
                _follow(Sequencer(connection, key), stop)
        except (psycopg.OperationalError, NotTheSequencer) as error:
            _say("waiting", reason=type(error).__name__)
            stop.wait(RETRY_SECONDS)


def _follow(sequencer: Sequencer, stop: threading.Event) -> None:
    while not stop.is_set():
        # A short pause gathers entries: one commit and one signed head for many instead of for a few.
        if sequencer.run_once().entries < BATCH:
            stop.wait(IDLE_SECONDS)


def _say(event: str, **facts: object) -> None:
    print(
        json.dumps({"at": time.time(), "event": f"sequencer.{event}", **facts}), file=sys.stderr, flush=True
    )


def main() -> int:
    """The DSN comes from PROOFLESS_SEQUENCER_DSN so that no password shows in the process list."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(os.environ["PROOFLESS_SEQUENCER_DSN"], env.home().keys / "ledger-head.key", stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
