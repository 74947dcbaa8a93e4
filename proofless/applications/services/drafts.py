"""Drafts: open, save, attach what must be uploaded, withdraw."""

from collections.abc import Mapping
from uuid import UUID

from proofless import ledger
from proofless.access.permits import own_holders
from proofless.applications.errors import DecisionTaken, UploadInvalid, UploadNotExpected
from proofless.applications.models import Application, ApplicationMaterial, State
from proofless.applications.queries import request_for
from proofless.applications.rules import upload_type
from proofless.applications.sealing import draft_context
from proofless.applications.services.locking import CLOSED, access_own, add_event, change, check_state
from proofless.applications.uploads.bounds import MOST_BYTES, bounds_now
from proofless.applications.uploads.keeping import examine, record_document
from proofless.applications.waterfall.plan import make_plan
from proofless.files import services as files
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.parties import queries as parties
from proofless.vault import cipher

UPLOAD_LIMIT = MOST_BYTES  # of a request; what is taken the city says


def open_draft(
    *, actor: Actor, item_code: str, enterprise_id: UUID | None = None, ward_id: UUID | None = None
) -> UUID:
    """Begin an application for oneself, a ward, or the enterprise one acts for.

    Raises ItemUnknown, NotFound for a person or enterprise one may not act for.
    """
    actor.check(Permission.APPLY)
    if actor.party_id is None:
        raise Forbidden("请用个人账号办理")
    item = items.get_item(item_code)
    if actor.standing is not None and item.code not in actor.standing.item_codes:
        raise Forbidden("这次只能代办约定的事项")
    if not {i for i in (enterprise_id, ward_id) if i} <= own_holders(actor):
        raise NotFound()
    application = new_application(actor, item, ward_id or actor.party_id, enterprise_id)
    with ledger.act(
        Kind.DRAFT_OPENED,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail={"item": item.code},
    ):
        application.save(force_insert=True)
    return application.id


def new_application(actor: Actor, item: ItemView, applicant: UUID, enterprise_id: UUID | None) -> Application:
    """A draft as it begins, not yet written."""
    return Application(
        id=new_id(),
        holder_id=applicant,
        enterprise_id=enterprise_id,
        item_code=item.code,
        item_version=item.version,
        department_code=item.department_code,
        division_code=parties.holder_facts([applicant])[applicant].division_code,
        channel=actor.channel.value,
        standing_id=actor.standing.id if actor.standing else None,
        opened_at=clock.now(),
    )


def save_draft(
    *,
    actor: Actor,
    application_id: UUID,
    answers: Mapping[str, bool],
    values: Mapping[str, str],
    revision: int | None = None,
    pen: str = "",
) -> int:
    """Keep answers and written values so that another device can go on. What was submitted before stays as it was.

    ``revision`` is the draft the writer saw: raises DecisionTaken when another device (``pen``) wrote since. Returns
    the new revision.
    """
    application = access_own(actor, application_id)
    check_state(application, State.DRAFT, State.RETURNED)
    same_hand = bool(pen) and application.draft_pen == pen
    if revision is not None and revision != application.revision and not same_hand:
        raise DecisionTaken()
    with ledger.act(
        Kind.DRAFT_SAVED,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
    ):
        change(
            application,
            application.revision,
            situations=[f"{code}={'Y' if yes else 'N'}" for code, yes in sorted(answers.items())],
            draft_sealed=cipher.seal_record(dict(values), draft_context(application.id)),
            draft_at=clock.now(),
            draft_channel=actor.channel.value,
            draft_pen=pen,
        )
    return application.revision + 1


def attach_upload(
    *,
    actor: Actor,
    application_id: UUID,
    material_code: str,
    data: bytes,
    answers: Mapping[str, bool] | None = None,
) -> None:
    """Keep the file of a material that could not be obtained otherwise.

    The plan is made here, for the applicant's ``answers``: no upload is taken for what resolved, whoever asks.
    Raises UploadNotExpected, UploadInvalid (type by content, size, pages, broken), UploadUnsafe.
    """
    application = access_own(actor, application_id)
    check_state(application, State.DRAFT, State.RETURNED)
    check_upload(data, material_code)
    _check_expected(actor, application, material_code, answers or {})
    found = examine(data, material_code)
    with ledger.act(
        Kind.MATERIAL_UPLOADED,
        actor,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
        detail={"material": material_code, "bytes": len(data)},
    ) as act:
        address = files.store(data=data, within=act).address
        ApplicationMaterial.objects.update_or_create(
            holder_id=application.holder_id,
            application_id=application.id,
            material_code=material_code,
            defaults={"mode": "upload", "file_address": address},
            create_defaults={"id": new_id(), "mode": "upload", "file_address": address},
        )
        record_document(application, material_code, address, found)


def check_upload(data: bytes, material_code: str) -> None:
    """Raises UploadInvalid for a file that is too large or of a type that is not taken."""
    bounds = bounds_now()
    if len(data) > bounds.max_bytes:
        raise UploadInvalid(f"文件超过 {bounds.megabytes}MB，请压缩后再上传", material=material_code)
    if not upload_type(data):
        raise UploadInvalid(f"只收 {bounds.megabytes}MB 以内的图片或 PDF", material=material_code)


def _check_expected(
    actor: Actor, application: Application, material_code: str, answers: Mapping[str, bool]
) -> None:
    plan = make_plan(actor, items.get_item(application.item_code), request_for(application, answers))
    if material_code not in {material.code for material in plan.uploads}:
        raise UploadNotExpected(material=material_code)


def withdraw(*, actor: Actor, application_id: UUID, within: Act | None = None) -> None:
    """Take an application back before it is decided."""
    application = access_own(actor, application_id)
    if application.state in CLOSED:
        check_state(application, State.DRAFT)
    with ledger.act(
        Kind.APPLICATION_WITHDRAWN,
        actor,
        within=within,
        object_kind="application",
        object_id=application.id,
        holders=[application.holder_id],
    ):
        change(application, application.revision, state=State.WITHDRAWN, reason="")
        add_event(application, "申请人撤回")
