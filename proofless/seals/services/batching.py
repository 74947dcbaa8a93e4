"""批量盖章: many files of a department under one wish. Each is sealed in an act of its own: what was sealed stays
sealed, and after a device came back or a disk has room again the same call goes on with the rest.

Files and their names are kept encrypted until they are fetched and forgotten, a week at most.
"""

import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from proofless import ledger
from proofless.files import queries as stored
from proofless.files import services as files
from proofless.gm import sm3
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, Refusal
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.seals.errors import BatchForgotten, DocumentRefused, SealNotFound
from proofless.seals.models import Batch, BatchItem
from proofless.seals.papers import open_paper
from proofless.seals.queries.batches import name_context, name_of
from proofless.seals.rules import ItemState
from proofless.seals.services.serving import affix_to, check_server
from proofless.seals.wishes import SealWish, pack_wish, read_wish
from proofless.vault import cipher

MOST_FILES, MOST_BYTES, FILE_BYTES = 200, 100 << 20, 20 << 20
KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class BatchRun:
    """``stopped`` is why the run ended before the last file: the seal, its key or the store is not to be had now."""

    sealed: int
    refused: int
    waiting: int
    stopped: Refusal | None


def open_batch(*, actor: Actor, title: str, brought: Sequence[tuple[str, bytes]], wish: SealWish) -> UUID:
    """Take in (name, content) of several files. Raises InputInvalid, FileStoreUnavailable; nothing is sealed yet."""
    check_server(actor)
    _check(title, brought)
    batch_id, now = new_id(), clock.now()
    with ledger.act(None, actor) as act:
        refs = files.store_many(files=[data for _, data in brought], within=act)
        batch = Batch.objects.create(
            id=batch_id,
            title=title.strip(),
            department_code=actor.department_code,
            wish=pack_wish(wish),
            opened_by=actor.account_id,
            opened_at=now,
            forget_at=now + timedelta(days=KEPT_DAYS),
        )
        BatchItem.objects.bulk_create(
            BatchItem(
                id=new_id(),
                batch=batch,
                number=number,
                name_sealed=cipher.seal(_plain(name).encode(), name_context(batch_id, number)),
                state=ItemState.WAITING,
                file_address=ref.address,
                source=sm3.digest(data).hex(),
            )
            for number, ((name, data), ref) in enumerate(zip(brought, refs, strict=True), 1)
        )
        act.enter(
            Kind.SEAL_BATCH_OPENED,
            object_kind="seal_batch",
            object_id=batch_id,
            detail={"files": len(brought), "bytes": sum(len(data) for _, data in brought)},
        )
    return batch_id


def _check(title: str, brought: Sequence[tuple[str, bytes]]) -> None:
    wrong = {}
    if not title.strip():
        wrong["title"] = "请给这批文件起个名称"
    if not brought:
        wrong["files"] = "请选择文件"
    elif len(brought) > MOST_FILES:
        wrong["files"] = f"一批最多 {MOST_FILES} 份文件，请分批办理"
    elif any(len(data) > FILE_BYTES for _, data in brought):
        wrong["files"] = f"单份文件不能超过 {FILE_BYTES >> 20} MB"
    elif sum(len(data) for _, data in brought) > MOST_BYTES:
        wrong["files"] = f"一批合计不能超过 {MOST_BYTES >> 20} MB，请分批办理"
    if wrong:
        raise InputInvalid(fields=wrong)


def _plain(name: str) -> str:
    """The last part of a file's name, as a browser may have sent it, without what a path or a ZIP would obey."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[-120:] or "文件"


def run_batch(*, actor: Actor, batch_id: UUID, seconds: float = 20.0) -> BatchRun:
    """Seal the waiting files in order until all are done, the time is over, or none can be sealed now.

    A file that cannot be sealed is refused with its reason and stops no other. Raises SealNotFound, BatchForgotten.
    """
    check_server(actor)
    _lock(actor, batch_id, state_only=True)
    until, stopped = time.monotonic() + seconds, None
    waiting = BatchItem.objects.filter(batch_id=batch_id, state=ItemState.WAITING).order_by("number")
    for item_id in waiting.values_list("id", flat=True):
        try:
            _seal_item(actor, batch_id, item_id)
        except DocumentRefused as refusal:
            _refuse_item(actor, batch_id, item_id, refusal)
        except Refusal as refusal:
            stopped = refusal
            break
        if time.monotonic() > until:
            break
    states = list(BatchItem.objects.filter(batch_id=batch_id).values_list("state", flat=True))
    counts = {state: states.count(state) for state in ItemState}
    return BatchRun(counts[ItemState.SEALED], counts[ItemState.REFUSED], counts[ItemState.WAITING], stopped)


def _seal_item(actor: Actor, batch_id: UUID, item_id: UUID) -> None:
    """The sealed file takes the place of the one brought, in one transaction."""
    with ledger.act(None, actor) as act:
        batch = _lock(actor, batch_id)
        item = BatchItem.objects.select_for_update().get(id=item_id)
        if item.state != ItemState.WAITING:
            return  # somebody else of the department pressed the same button
        data = stored.read(item.file_address)
        sealed = affix_to(actor, act, open_paper(data, read_wish(batch.wish)), data, batch=str(batch_id))
        files.release(addresses=[item.file_address], within=act)
        item.file_address = files.store(data=sealed.data, within=act).address
        item.state, item.sealed_at, item.sealed_by = ItemState.SEALED, clock.now(), actor.account_id
        item.save(update_fields=["file_address", "state", "sealed_at", "sealed_by"])


def _refuse_item(actor: Actor, batch_id: UUID, item_id: UUID, refusal: Refusal) -> None:
    with ledger.act(None, actor) as act:
        _lock(actor, batch_id)
        item = BatchItem.objects.select_for_update().get(id=item_id)
        item.state, item.reason = ItemState.REFUSED, refusal.message[:200]
        act.enter(
            Kind.SEAL_BATCH_ITEM_REFUSED,
            object_kind="seal_batch",
            object_id=batch_id,
            detail={"number": item.number, "code": refusal.code.name},
        )
        files.release(addresses=[item.file_address], within=act)
        item.file_address = ""
        item.save(update_fields=["state", "reason", "file_address"])


def fetch_batch(*, actor: Actor, batch_id: UUID) -> bytes:
    """What is sealed so far as a ZIP, each under its own name with its number before it."""
    check_server(actor)
    with ledger.act(None, actor) as act:
        batch = _lock(actor, batch_id)
        items = list(BatchItem.objects.filter(batch=batch, state=ItemState.SEALED).order_by("number"))
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:  # OFD and PDF are deflated already
            for item in items:
                archive.writestr(f"{item.number:03d}-已盖章-{name_of(item)}", stored.read(item.file_address))
        detail = {"files": len(items)}
        act.enter(Kind.SEAL_BATCH_FETCHED, object_kind="seal_batch", object_id=batch_id, detail=detail)
    return content.getvalue()


def fetch_item(*, actor: Actor, batch_id: UUID, number: int) -> tuple[str, bytes]:
    """One sealed file of a batch with its name. Raises SealNotFound for one that is not sealed."""
    check_server(actor)
    with ledger.act(None, actor) as act:
        batch = _lock(actor, batch_id)
        item = BatchItem.objects.filter(batch=batch, number=number, state=ItemState.SEALED).first()
        if item is None:
            raise SealNotFound()
        detail = {"files": 1, "number": number}
        act.enter(Kind.SEAL_BATCH_FETCHED, object_kind="seal_batch", object_id=batch_id, detail=detail)
    return name_of(item), stored.read(item.file_address)


def forget_batch(*, actor: Actor, batch_id: UUID) -> None:
    """Files and names are gone for good; numbers, states, reasons and digests stay."""
    check_server(actor)
    with ledger.act(None, actor) as act:
        _forget(act, _lock(actor, batch_id))


def forget_old_batches(*, actor: Actor) -> int:
    """Forget what was kept for its week; returns how many batches."""
    actor.check(Permission.SEAL_APPROVE)
    due = Batch.objects.filter(forgotten_at__isnull=True, forget_at__lt=clock.now())
    found = list(due.values_list("id", flat=True))
    for batch_id in found:
        with ledger.act(None, actor) as act:
            batch = Batch.objects.select_for_update().get(id=batch_id)
            if batch.forgotten_at is None:
                _forget(act, batch)
    return len(found)


def _forget(act: ledger.Act, batch: Batch) -> None:
    items = BatchItem.objects.filter(batch=batch).exclude(file_address="")
    addresses = list(items.values_list("file_address", flat=True))
    detail = {"files": len(addresses)}
    act.enter(Kind.SEAL_BATCH_FORGOTTEN, object_kind="seal_batch", object_id=batch.id, detail=detail)
    if addresses:
        files.release(addresses=addresses, within=act)
    BatchItem.objects.filter(batch=batch).update(file_address="", name_sealed=b"")
    batch.forgotten_at, batch.wish = clock.now(), {}
    batch.save(update_fields=["forgotten_at", "wish"])


def _lock(actor: Actor, batch_id: UUID, *, state_only: bool = False) -> Batch:
    """A batch of the actor's department that is still there; locked until the act ends unless only looked at."""
    rows = Batch.objects.all() if state_only else Batch.objects.select_for_update()
    batch = rows.filter(id=batch_id, department_code=actor.department_code).first()
    if batch is None:
        raise SealNotFound()
    if batch.forgotten_at is not None:
        raise BatchForgotten()
    return batch
