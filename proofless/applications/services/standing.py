"""Whether the applicant still is who the case was begun for: he may have died, or come of age, meanwhile."""

from proofless.applications.errors import ApplicantGone
from proofless.applications.models import Application, ThemeCase
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.parties import queries as parties

DEAD = "申请人已登记死亡，这件事不能再提交；需要办理身后事的，请亲属另行申请"
OF_AGE = "申请人已满十八周岁，请由本人登录提交，已填的内容在本人的“办件”里"


def check_applicant(actor: Actor, application: Application | ThemeCase) -> None:
    """Raises ApplicantGone. Nothing is lost: the draft stays with its holder.

    Who came of age after the case was begun applies himself; whoever was of age when his guardian began it is under
    guardianship for another reason (民法典第21、22条), which goes on.
    """
    facts = parties.holder_facts([application.holder_id]).get(application.holder_id)
    if facts is None:
        return
    if facts.state == "deceased":
        raise ApplicantGone(DEAD)
    until, begun = facts.minor_until, clock.day_of(application.opened_at)
    if until and begun < until <= clock.today() and actor.party_id not in {application.holder_id, None}:
        raise ApplicantGone(OF_AGE)
