"""Acts on brought papers: keep one, and hold the original beside it."""

from datetime import timedelta
from uuid import UUID

from proofless import ledger
from proofless.applications.errors import DecisionTaken
from proofless.applications.models import Application, Document
from proofless.applications.services.locking import access_case, add_event
from proofless.applications.uploads.keeping import current
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound
from proofless.kit.kinds import Kind
from proofless.kit.limits import Limit
from proofless.standards.limits import limit_of

NOTE_MIN, NOTE_MAX = 4, 300


def check_original(
    *, actor: Actor, application_id: UUID, material_code: str, same: bool, note: str = ""
) -> None:
    """A clerk held the original beside what was brought. The same: level B, and it serves other cases for a while.
    Not the same: it says so on the case and serves nobody; the note says what differs.

    Raises NotFound, InputInvalid, DecisionTaken when a colleague checked it first.
    """
    application = access_case(actor, application_id)
    document = current(application.holder_id, application.id).get(material_code)
    if document is None:
        raise NotFound()
    text, reuse_days = note.strip(), limit_of(Limit.PAPER_REUSE_DAYS)
    if len(text) > NOTE_MAX or (not same and len(text) < NOTE_MIN):
        raise InputInvalid(fields={"note": f"请写明哪里不一致（{NOTE_MIN}至{NOTE_MAX}字）"})
    level = Document.Level.CHECKED if same else Document.Level.DIFFERS
    with ledger.act(
        Kind.ORIGINAL_CHECKED,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        purpose=f"办理事项:{application.item_code}",
        detail={"item": application.item_code, "material": material_code, "level": level.value},
    ):
        changed = Document.objects.filter(
            id=document.id, holder_id=document.holder_id, level=Document.Level.UNCHECKED
        ).update(
            level=level,
            checked_at=clock.now(),
            checked_by=actor.account_id,
            checked_department=actor.department_code,
            check_note=text,
            good_until=clock.today() + timedelta(days=reuse_days) if same else None,
        )
        if not changed:
            raise DecisionTaken()
        add_event(application, "核对原件", _said(application, material_code, same, reuse_days))


def _said(application: Application, material_code: str, same: bool, reuse_days: int) -> str:
    names = {one.code: one.name for one in items.get_item(application.item_code).materials}
    name = names.get(material_code, material_code)
    if same:
        return f"“{name}”与原件一致，{reuse_days}天内办别的事可以沿用"
    return f"“{name}”与原件不一致"
