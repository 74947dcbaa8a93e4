"""提醒: seals that run out and revocation lists that end, told in time to those who can do something about it.

The entry is the news: ``notices`` follows the chain and tells keepers and approvers.
"""

from datetime import timedelta

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.kit.permissions import Permission
from proofless.seals import authorities, rules
from proofless.seals.models import Application, Authority, Seal, TrustedCertificate
from proofless.seals.queries.trust import trusted_now
from proofless.seals.rules import ApplicationState, SealState
from proofless.standards.limits import limit_of

_ABANDONED = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)


def remind_ending(*, actor: Actor) -> int:
    """Tell of seals in use that end soon, at each of the days the city set once, and of revocation lists that
    nearly end and were not renewed, once each; returns how many. Nothing due: no entry.
    """
    actor.check(Permission.SEAL_APPROVE)
    seals = _ending_seals()
    lists: list[Authority | TrustedCertificate] = [*_own_lists(), *_others_lists()]
    if not seals and not lists:
        return 0
    with ledger.act(None, actor) as act:
        for seal, days in seals:
            Seal.objects.filter(id=seal.id).update(reminded_days=days)
            detail = {"seal": seal.code, "days": days}
            act.enter(Kind.SEAL_ENDING, object_kind="seal", object_id=seal.code, detail=detail)
        for row in lists:
            row.reminded_of = row.crl_next_at
            row.save(update_fields=["reminded_of"])
            kind = "authority" if isinstance(row, Authority) else "trusted"
            act.enter(Kind.CRL_ENDING, object_kind=kind, object_id=row.pk)
    return len(seals) + len(lists)


def _ending_seals() -> list[tuple[Seal, int]]:
    """With the days of the reminder that is due. The first one spares seals somebody already applies to renew."""
    now, at = clock.now(), (limit_of(Limit.SEAL_FIRST_DAYS), limit_of(Limit.SEAL_LAST_DAYS))
    renewed = Application.objects.filter(renews_id__isnull=False).exclude(state__in=_ABANDONED)
    under_way = set(renewed.values_list("renews_id", flat=True))
    using = Seal.objects.filter(
        state__in=(SealState.ACTIVE, SealState.SUSPENDED),
        valid_to__gt=now,
        valid_to__lte=now + timedelta(days=at[0]),
    )
    found = []
    for seal in using.order_by("code"):
        days = rules.seal_reminder(seal.valid_to - now, seal.reminded_days, at)
        if days is not None and not (days == at[0] and seal.id in under_way):
            found.append((seal, days))
    return found


def _own_lists() -> list[Authority]:
    """Lists the node should have renewed at half their time: it is locked, or its device is away."""
    whole = timedelta(days=authorities.CRL_DAYS)
    rows = Authority.objects.filter(crl_next_at__isnull=False)
    return [row for row in rows if _due(row, whole)]


def _others_lists() -> list[TrustedCertificate]:
    return [
        row
        for row in trusted_now()
        if row.crl_this_at and row.crl_next_at and _due(row, row.crl_next_at - row.crl_this_at)
    ]


def _due(row: Authority | TrustedCertificate, whole: timedelta) -> bool:
    assert row.crl_next_at is not None
    days, percent = limit_of(Limit.CRL_LEFT_DAYS), limit_of(Limit.CRL_LEFT_PERCENT)
    ends = rules.list_ends(row.crl_next_at - clock.now(), whole, days=days, percent=percent)
    return ends and row.reminded_of != row.crl_next_at
