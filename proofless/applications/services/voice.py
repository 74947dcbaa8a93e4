"""Whose yes it is: at the window what she confirmed in person, an agent's only as far as his authority goes."""

from proofless.access.errors import ConsentRequired
from proofless.applications.models import Application, Confirmation
from proofless.applications.waterfall.outcome import Plan
from proofless.codes import services as codes
from proofless.codes.errors import CodeInvalid
from proofless.kit.actor import Actor, Channel, StandingKind

Words = tuple[frozenset[str], frozenset[str]]
BY_CODE, ON_PAPER = "code", "paper"  # how she who stands there says yes
PAPER_NAME = "当面确认书"


def check_own_code(actor: Actor, code: str) -> None:
    """Her code, shown anew, is her yes; used up by it. Raises CodeInvalid, also for the code of somebody else."""
    if codes.identify(code=code) != actor.present:
        raise CodeInvalid("这不是本人的码，请出示正在办事的本人的居民码")


def find_confirmation(actor: Actor, application: Application) -> Confirmation | None:
    """What the person now present confirmed last in this case, in this presence; for the node that goes on with a
    theme, what was confirmed for it then."""
    rows = Confirmation.objects.filter(holder_id=application.holder_id, application_id=application.id)
    if actor.standing is None:
        return rows.order_by("-confirmed_at").first() if actor.channel is Channel.SYSTEM else None
    if actor.standing.witnessed_in is None:
        return None
    rows = rows.filter(presence_id=actor.standing.witnessed_in)
    return rows.order_by("-confirmed_at").first()


def own_words(actor: Actor, application: Application, plan: Plan, said: Words) -> tuple[Words, str]:
    """Of the transfers agreed to and the materials promised those that are the holder's own word, and how she gave it.

    Whatever a clerk ticks counts for nothing: raises ConsentRequired until she present has confirmed. Sensitive fields
    and promises an agent may say yes to with 特别授权 only (民法典第165条: the authority names its powers).
    """
    standing = actor.standing
    if standing is None:
        found = find_confirmation(actor, application)
        return said, found.how if found else "self"
    how = "agent"
    if standing.witnessed_in is not None:
        found = find_confirmation(actor, application)
        if found is None:
            raise ConsentRequired("请先由本人当面确认")
        said, how = (frozenset(found.agreed), frozenset(found.signed)), found.how
    if standing.kind is StandingKind.AUTHORITY:
        return within_authority(actor, plan, said), "agent"
    return said, how


def within_authority(actor: Actor, plan: Plan, said: Words) -> Words:
    """What of it the authority lets an agent say; all of it for anybody else."""
    standing = actor.standing
    if standing is None or standing.kind is not StandingKind.AUTHORITY or standing.special:
        return said
    plain = frozenset(t.key for t in plan.consents if not t.sensitive)
    return said[0] & plain, frozenset()
