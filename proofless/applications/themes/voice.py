"""Whose yes it is in a theme: at the window what she confirmed in person, once for all items; each item's case keeps
its part with the same paper and witness."""

from collections.abc import Collection

from proofless.access.errors import ConsentRequired
from proofless.applications.models import Application, Confirmation, ThemeCase
from proofless.applications.services.voice import Words
from proofless.applications.themes.planning import ThemePlan
from proofless.applications.themes.queries import find_confirmation
from proofless.applications.waterfall.outcome import Plan
from proofless.kit.actor import Actor, StandingKind
from proofless.kit.ids import new_id

SELF = "self"


def own_words(actor: Actor, case: ThemeCase, plan: ThemePlan, said: Words) -> tuple[Words, str]:
    """Of the merged transfers agreed to and the materials promised those that are the holder's own word, and how she
    gave it. Raises ConsentRequired until whoever is present has confirmed: what a clerk ticks counts for nothing.
    """
    if actor.standing is None:
        return said, SELF
    found = find_confirmation(actor, case)
    if found is None:
        raise ConsentRequired("请先由本人当面确认")
    said = frozenset(found.agreed), frozenset(found.signed)
    if actor.standing.kind is StandingKind.AUTHORITY:
        return within_authority(actor, plan, said), "agent"
    return said, found.how


def within_authority(actor: Actor, plan: ThemePlan, said: Words) -> Words:
    """What of it the authority lets an agent say (民法典第165条); all of it for anybody else."""
    standing = actor.standing
    if standing is None or standing.kind is not StandingKind.AUTHORITY or standing.special:
        return said
    plain = frozenset(one.key for one in plan.consents if not one.first.sensitive)
    return said[0] & plain, frozenset()


def part_of(plan: Plan, signed: Collection[str]) -> Words:
    """One item's transfers, each part of one agreed to for the whole, and its materials among those promised."""
    return frozenset(t.key for t in plan.consents), frozenset(m.code for m in plan.required) & frozenset(
        signed
    )


def keep_part(case: ThemeCase, application: Application, part: Words, said: str) -> None:
    """Within the act that hands an item in: of what was confirmed in person for the whole, this item's part."""
    if said == SELF:
        return
    rows = Confirmation.objects.filter(holder_id=case.holder_id, application_id=case.id)
    whole = rows.order_by("-confirmed_at")[0]
    Confirmation.objects.create(
        id=new_id(),
        holder_id=case.holder_id,
        application_id=application.id,
        presence_id=whole.presence_id,
        how=said,
        agreed=sorted(part[0]),
        signed=sorted(part[1]),
        file_address=whole.file_address,
        witness_id=whole.witness_id,
        confirmed_at=whole.confirmed_at,
    )
