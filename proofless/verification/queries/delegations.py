"""Who may work on whose requests."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.verification import interface
from proofless.verification.models import Connector, Delegation, Request
from proofless.verification.queries.templates import list_templates


@dataclass(frozen=True, slots=True)
class DelegationView:
    """Empty template or division: all of them. ``active`` today."""

    id: UUID
    unit_code: str
    template_code: str
    division_code: str
    basis: str
    since_on: date
    until_on: date | None
    active: bool
    ended: bool


def active_rows(department_code: str) -> list[Delegation]:
    """The delegations in force today, closest first."""
    today = clock.today()
    return list(
        Delegation.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gte=today),
            department_code=department_code,
            since_on__lte=today,
            ended_at__isnull=True,
        ).order_by("-template_code", "-division_code", "id")
    )


def active_units(department_code: str) -> list[str]:
    return sorted({row.unit_code for row in active_rows(department_code)})


def list_delegations(actor: Actor) -> list[DelegationView]:
    """The actor's department's, newest first, ended ones too."""
    actor.check(Permission.VERIFICATION_MANAGE)
    active = {row.id for row in active_rows(actor.department_code)}
    rows = Delegation.objects.filter(department_code=actor.department_code or "-").order_by("-id")
    return [
        DelegationView(
            row.id,
            row.unit_code,
            row.template_code,
            row.division_code,
            row.basis,
            row.since_on,
            row.until_on,
            row.id in active,
            row.ended_at is not None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """Without the token, which nobody reads again."""

    template_code: str
    address: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class SystemView:
    """A department's system that answers a template, for the bureau that watches interfaces: without its address.

    ``rests``: this process leaves it alone after failures in a row. ``answered`` and ``failed`` count requests of the
    last day; ``last_failure`` is the newest's, in words.
    """

    title: str
    department: str
    enabled: bool
    budget_ms: int
    rests: bool
    answered: int
    failed: int
    last_failure: str


def list_systems(actor: Actor) -> list[SystemView]:
    """Every department's system that answers by interface. Raises Forbidden."""
    actor.check(Permission.DATA_LOAD)
    templates = {one.code: one for one in list_templates()}
    day = clock.now() - timedelta(days=1)
    answered = Counter(
        Request.objects.filter(by_interface=True, answered_at__gt=day).values_list("template_code", flat=True)
    )
    tried = Request.objects.filter(tried_at__gt=day).exclude(attempt_failure="").order_by("tried_at")
    failures: dict[str, list[str]] = defaultdict(list)
    for code, why in tried.values_list("template_code", "attempt_failure"):
        failures[code].append(why)
    return [
        SystemView(
            templates[row.template_code].title,
            templates[row.template_code].department_name,
            row.enabled,
            templates[row.template_code].budget_ms,
            not interface.breaker_of(row.template_code).may_call(time.monotonic()),
            answered[row.template_code],
            len(failures[row.template_code]),
            failures[row.template_code][-1] if failures[row.template_code] else "",
        )
        for row in Connector.objects.order_by("template_code")
        if row.template_code in templates
    ]


def list_connectors(actor: Actor) -> list[ConnectorView]:
    actor.check(Permission.VERIFICATION_MANAGE)
    rows = Connector.objects.filter(department_code=actor.department_code or "-").order_by("template_code")
    return [ConnectorView(row.template_code, row.address, row.enabled) for row in rows]
