"""容缺受理 of a case: accepted without a minor material, which follows by a day of its own.

The case is handled meanwhile and approved only once everything is there. After its day a material may still be brought;
until then no other of hers may follow later and no promise is taken from her.
"""

from collections.abc import Collection
from uuid import UUID

from proofless import ledger
from proofless.applications.errors import ApplicationIncomplete, UploadNotExpected
from proofless.applications.models import Application, ApplicationMaterial, State
from proofless.applications.services.locking import access_case, access_own, add_event, check_state
from proofless.applications.services.promising import reference_of
from proofless.applications.uploads.keeping import examine, record_document
from proofless.applications.waterfall.outcome import Mode
from proofless.commitments import queries as commitments
from proofless.commitments import services as promises
from proofless.commitments.queries import DeferralView
from proofless.commitments.queries.eligibility import find_bars
from proofless.commitments.rules.deferrals import DeferralState
from proofless.files import services as files
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.ledger import Act

_MISSING = frozenset({DeferralState.OPEN, DeferralState.LAPSED})


def promiser_of(application: Application) -> UUID:
    return application.enterprise_id or application.holder_id


def may_follow(application: Application, later: Collection[str]) -> frozenset[str]:
    """Which of these she may bring later: what the list of 容缺 names, and nothing while an earlier one is overdue."""
    wanted = frozenset(code for code in later if commitments.deferrable_days(code))
    return wanted if wanted and not find_bars(promiser_of(application)).overdue_deferrals else frozenset()


def open_deferrals(act: Act, actor: Actor, application: Application) -> None:
    """In the act of acceptance: each material she left for later gets its day, and she is told of all at once."""
    rows = ApplicationMaterial.objects.filter(
        holder_id=application.holder_id,
        application_id=application.id,
        mode=Mode.UPLOAD.value,
        file_address="",
    )
    for code in rows.order_by("material_code").values_list("material_code", flat=True):
        days = commitments.deferrable_days(code)
        if days is None:
            continue
        promises.defer(
            actor=actor,
            holder_id=promiser_of(application),
            reference=reference_of(application.id),
            material_code=code,
            days=days,
            within=act,
        )
        due_on = clock.add_working_days(clock.today(), days).due_on
        day = f"{due_on:%Y年%-m月%-d日}前" if due_on else f"{days}个工作日内"
        add_event(application, "容缺受理", f"“{_name(application, code)}”请在{day}补齐")


def supply_material(*, actor: Actor, application_id: UUID, material_code: str, data: bytes) -> None:
    """She brings what was left for later, also after its day. Raises UploadNotExpected, UploadInvalid."""
    application = access_own(actor, application_id)
    check_state(application, State.ACCEPTED)
    deferral = _missing(application, material_code)
    if deferral is None:
        raise UploadNotExpected(material=material_code)
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
        ApplicationMaterial.objects.filter(
            holder_id=application.holder_id, application_id=application.id, material_code=material_code
        ).update(file_address=address)
        record_document(application, material_code, address, found)
        promises.supply(actor=actor, deferral_id=deferral.id, within=act)
        add_event(application, "补齐容缺材料", _name(application, material_code))


def extend_material(*, actor: Actor, application_id: UUID, material_code: str) -> None:
    """The clerk gives five more working days, once, before the day ends. Raises UploadNotExpected, WrongStage."""
    application = access_case(actor, application_id)
    deferral = _missing(application, material_code)
    if deferral is None:
        raise UploadNotExpected(material=material_code)
    promises.extend_deferral(actor=actor, deferral_id=deferral.id)


def check_supplied(application: Application) -> None:
    """Raises ApplicationIncomplete (detail: materials) while something left for later is still missing."""
    missing = [
        one.material_code
        for one in commitments.list_deferrals(reference_of(application.id))
        if one.state in _MISSING
    ]
    if missing:
        raise ApplicationIncomplete("容缺的材料还没有补齐", materials=missing)


def _missing(application: Application, material_code: str) -> DeferralView | None:
    found = commitments.list_deferrals(reference_of(application.id))
    return next((one for one in found if one.material_code == material_code and one.state in _MISSING), None)


def _name(application: Application, material_code: str) -> str:
    names = {m.code: m.name for m in items.get_item(application.item_code).materials}
    return names.get(material_code, material_code)
