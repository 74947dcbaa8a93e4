"""The intent to hand out a paper, written inside the act it tells of: nothing is drawn or sealed, it stays quick."""

from proofless.applications.models import Application, OfficePaper
from proofless.applications.papers.wording import PaperKind
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id


def intend_paper(actor: Actor, application: Application, kind: PaperKind) -> None:
    """One more paper of this kind is due to whom the case belongs to."""
    earlier = OfficePaper.objects.filter(
        holder_id=application.holder_id, application_id=application.id, kind=kind.value
    ).count()
    OfficePaper.objects.create(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        kind=kind.value,
        sequence=earlier + 1,
        department_code=application.department_code,
        made_by=actor.account_id if actor.department_code == application.department_code else None,
        made_at=clock.now(),
    )
