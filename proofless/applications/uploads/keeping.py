"""Taking a brought file: looked at, scanned, kept as level C inside the act that stores it."""

from collections.abc import Mapping
from uuid import UUID

from proofless.applications.errors import UploadInvalid, UploadUnsafe
from proofless.applications.models import Application, Document
from proofless.applications.uploads.bounds import bounds_now, bounds_of_kept
from proofless.applications.uploads.rules import Inspection, Unreadable, inspect
from proofless.files import queries as files
from proofless.files import scanning
from proofless.items import queries as items
from proofless.items.queries.library import plain_key
from proofless.kit import clock
from proofless.kit.ids import new_id


def examine(data: bytes, material_code: str) -> Inspection:
    """The checks at capture, before anything is written. Raises UploadInvalid, UploadUnsafe with what to do."""
    try:
        found = inspect(data, bounds_now())
    except Unreadable as why:
        raise UploadInvalid(str(why), material=material_code) from why
    scan = scanning.scan(data)
    if not scan.clean:
        raise UploadUnsafe(scan.why, material=material_code)
    return found


def record_document(application: Application, material_code: str, address: str, found: Inspection) -> None:
    """Note the file beside the material it is for; a newer one takes the place of an unchecked one."""
    names = {one.code: one.name for one in items.get_item(application.item_code).materials}
    Document.objects.filter(
        holder_id=application.holder_id,
        application_id=application.id,
        material_code=material_code,
        level=Document.Level.UNCHECKED,
    ).delete()
    Document.objects.create(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        item_code=application.item_code,
        material_code=material_code,
        key=plain_key(names.get(material_code, material_code)),
        address=address,
        media_type=found.media_type,
        kind=found.kind,
        size=found.size,
        pages=found.pages,
        checks=found.marks,
        scanner=scanning.engine_name(),
        uploaded_at=clock.now(),
    )


def record_brought(application: Application, brought: Mapping[str, str]) -> None:
    """Files that came with a theme, one for several items: each case notes its own. Addresses by material code."""
    noted = current(application.holder_id, application.id)
    for code, address in brought.items():
        if code not in noted or noted[code].address != address:
            record_document(application, code, address, inspect(files.read(address), bounds_of_kept()))


def current(holder_id: UUID, application_id: UUID) -> Mapping[str, Document]:
    """The latest file of each material of a case, by material code."""
    rows = Document.objects.filter(holder_id=holder_id, application_id=application_id).order_by("uploaded_at")
    return {row.material_code: row for row in rows}
