"""例行任务: ``python -m proofless.config.routine`` runs what must happen now and then, each task at its own
pace.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import django

_log = logging.getLogger("proofless.config.routine")


@dataclass(frozen=True, slots=True)
class Task:
    """``every`` is in seconds, counted from the end of the run before."""

    name: str
    every: float
    run: Callable[[], object]


def tasks() -> list[Task]:
    """Imported late: Django must be set up first."""
    from proofless.applications import services as applications
    from proofless.applications.papers.services import seal_waiting
    from proofless.applications.services import release_ended, verify_waiting
    from proofless.applications.themes.continuing import go_on_waiting
    from proofless.certificates import services as certificates
    from proofless.commitments import services as commitments
    from proofless.commitments.services.reminding import remind_deferrals
    from proofless.counter import services as counter
    from proofless.files.sweep import sweep
    from proofless.notices import services as notices
    from proofless.supervision.services import follow_chain
    from proofless.verification import services as verification

    return [
        Task("supervision.follow_chain", 1, follow_chain),
        Task("notices.follow_chain", 2, notices.follow_chain),
        Task("notices.dispatch", 3, notices.dispatch_waiting),
        Task("certificates.remind", 6 * 3600, certificates.remind_expiring),
        Task("applications.remind", 3600, applications.remind_due),
        Task("counter.remind", 600, counter.remind),
        Task("themes.go_on", 3, go_on_waiting),
        Task("applications.verify", 3, verify_waiting),
        Task("applications.seal_papers", 3, seal_waiting),
        Task("verification.attempt", 5, verification.attempt_waiting),
        Task("verification.escalate", 600, verification.escalate),
        Task("verification.limits", 3600, verification.set_known_limits),
        Task("applications.release_promises", 60, release_ended),
        Task("commitments.check", 60, commitments.check_due),
        Task("commitments.draw", 24 * 3600, commitments.draw_samples),
        Task("commitments.remind", 3600, remind_deferrals),
        Task("commitments.lapse", 3600, commitments.lapse_deferrals),
        Task("files.sweep", 3600, sweep),
        Task("seals.renew_trust", 3600, renew_trust),
        Task("seals.fetch_crls", 3600, fetch_crls),
        Task("seals.forget_batches", 3600, forget_batches),
        Task("seals.remind", 3600, remind_ending),
    ]


def renew_trust() -> None:
    """Renew revocation lists in time and write what checks our files anew."""
    from proofless.access.actors import system_actor
    from proofless.kit import env
    from proofless.kit.permissions import Permission
    from proofless.seals import services as seals
    from proofless.seals.models import Authority

    if Authority.objects.exists():
        seals.refresh_crls(actor=system_actor(Permission.SEAL_APPROVE))
        seals.export_trust(env.home().trust)


def fetch_crls() -> None:
    """Fetch the revocation lists of others that are past half their time."""
    from proofless.access.actors import system_actor
    from proofless.kit.permissions import Permission
    from proofless.seals import services as seals

    seals.refresh_foreign_crls(actor=system_actor(Permission.SEAL_APPROVE))


def forget_batches() -> None:
    """Clear away the files of batches that were kept for their week."""
    from proofless.access.actors import system_actor
    from proofless.kit.permissions import Permission
    from proofless.seals import services as seals

    seals.forget_old_batches(actor=system_actor(Permission.SEAL_APPROVE))


def remind_ending() -> None:
    """Tell of seals that run out and of revocation lists that could not be renewed."""
    from proofless.access.actors import system_actor
    from proofless.kit.permissions import Permission
    from proofless.seals import services as seals

    seals.remind_ending(actor=system_actor(Permission.SEAL_APPROVE))


def run(every: list[Task], stop: threading.Event) -> None:
    """One task at a time until ``stop``. A failing task is logged and comes again at its next turn."""
    due = dict.fromkeys(range(len(every)), 0.0)
    while not stop.is_set():
        number = min(due, key=lambda n: due[n])
        if stop.wait(max(0.0, due[number] - time.monotonic())):
            return
        task = every[number]
        try:
            task.run()
        except Exception:
            _log.exception("task failed", extra={"task": task.name})
            _forget_connection()
        due[number] = time.monotonic() + task.every


def _forget_connection() -> None:
    """After a failure the connection may be dead; the next task opens another."""
    from django.db import connections

    connections.close_all()


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")
    django.setup()
    run(tasks(), stop)


if __name__ == "__main__":
    main()
