"""坚持: synthetic people who find the node without its database wait, look what became of their wish, and go on."""

import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connections

from proofless.applications import queries, services
from proofless.applications.models import State
from proofless.certificates import services as certificates
from proofless.kit import clock
from proofless.simulator.acting import Wish, apply_for, clerk, handle, resident

T = TypeVar("T")
GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
PATIENCE_SECONDS, PAUSE_SECONDS = 120, 0.2


def persist(step: Callable[[], T], *, found: Callable[[], T | None] = lambda: None) -> T:
    """The result of a step, however often the database goes away meanwhile.

    Before the step is taken again, ``found`` says what an earlier try came to, although nobody was told. Raises
    the database's error when it does not come back within PATIENCE_SECONDS.
    """
    deadline, again = time.monotonic() + PATIENCE_SECONDS, False
    while True:
        try:
            before = found() if again else None
            return step() if before is None else before
        except GONE:
            if time.monotonic() > deadline:
                raise
        again = True
        connections.close_all()
        time.sleep(PAUSE_SECONDS)


def apply_once(wish: Wish) -> UUID:
    """``apply_for`` that ends in one application; drafts of tries that broke off are withdrawn."""
    began, who = clock.now(), resident(wish.actor_id, wish.enterprise)

    def found() -> UUID | None:
        rows = [row for row in queries.list_own(who).rows if row.opened_at >= began]
        mine = [row for row in rows if row.item_code == wish.item_code]
        for row in mine:
            if row.state is State.DRAFT:
                services.withdraw(actor=who, application_id=row.id)
        return next((row.id for row in mine if row.state is State.SUBMITTED), None)

    return persist(lambda: apply_for(wish), found=found)


def handle_once(application_id: UUID, department_code: str) -> UUID | None:
    """``handle`` that ends in one decision; certificates prepared by tries that broke off are given up."""
    who = clerk(department_code)

    def clear() -> None:
        for intent in certificates.resume_preparations(actor=who):
            certificates.abandon_preparation(actor=who, preparation_id=intent.id)

    return persist(lambda: handle(application_id, department_code), found=clear)
