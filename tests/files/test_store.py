"""The file store: what is stored comes back, stays secret, and leaves nothing behind when its act fails."""

import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.files import queries, segments, services
from proofless.files.errors import FileNotStored, FileStoreUnavailable
from proofless.files.models import FileBlob, FilePattern
from proofless.files.sweep import sweep
from proofless.gm import sm3
from proofless.kit.kinds import Kind
from proofless.vault.cipher import SealedValueBroken

pytestmark = pytest.mark.django_db

NODE = system_actor()
SCAN = "张三的婚前医学检查证明".encode() * 100


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sweep here must not meet the files of other scenes, whose rows were taken back."""
    segments.writer.close()
    monkeypatch.setattr(segments, "folder", lambda: tmp_path)
    yield
    segments.writer.close()


def store(*files: bytes) -> list[str]:
    with ledger.act(None, NODE) as act:
        return [ref.address for ref in services.store_many(files=list(files), within=act)]


def release(address: str) -> None:
    with ledger.act(Kind.MATERIAL_UPLOADED, NODE) as act:
        services.release(addresses=[address], within=act)


def bytes_on_disk() -> bytes:
    return b"".join(path.read_bytes() for _, path in segments.list_segments())


def test_a_file_comes_back_and_the_disk_does_not_show_it() -> None:
    (address,) = store(SCAN)
    assert queries.read(address) == SCAN
    assert "张三".encode() not in bytes_on_disk()


def test_the_address_is_keyed_so_an_outsider_cannot_ask_for_a_known_file() -> None:
    assert store(SCAN) == [services.address_of(SCAN)] != [sm3.digest(SCAN).hex()]


def test_equal_files_are_stored_once_and_held_until_the_last_lets_go() -> None:
    first, again = store(SCAN, SCAN)
    assert first == again == store(SCAN)[0]
    assert FileBlob.objects.get(address=first).holds == 3
    release(first)
    release(first)
    assert queries.read(first) == SCAN
    release(first)
    with pytest.raises(FileNotStored):
        queries.read(first)


def test_a_changed_byte_on_disk_is_noticed_not_served() -> None:
    (address,) = store(SCAN)
    row = FileBlob.objects.get(address=address)
    with segments.path_of(row.segment).open("r+b") as file:
        file.seek(row.offset + 40)
        file.write(b"\0\0\0\0\0\0\0\0")
    with pytest.raises(SealedValueBroken):
        queries.read(address)


def test_a_failed_act_leaves_an_orphan_that_the_sweep_destroys() -> None:
    (kept,) = store(b"kept" * 5000)
    with pytest.raises(RuntimeError), ledger.act(None, NODE) as act:
        services.store(data=os.urandom(20_000), within=act)
        raise RuntimeError("the act fails after its fsync")
    before = sweep(grace_seconds=0)
    assert before.segments_seen == 0, "a segment with a living writer is left alone"
    segments.writer.close()
    assert sweep(grace_seconds=0).orphan_bytes > 20_000
    assert queries.read(kept) == b"kept" * 5000


def test_a_fresh_segment_is_left_alone_while_an_act_may_still_be_open() -> None:
    store(SCAN)
    segments.writer.close()
    assert sweep().segments_seen == 0


def test_a_segment_without_any_file_is_removed() -> None:
    (address,) = store(os.urandom(9000))
    row = FileBlob.objects.get(address=address)
    segments.writer.close()
    with ledger.act(Kind.MATERIAL_UPLOADED, NODE):
        FileBlob.objects.filter(segment=row.segment).delete()
    sweep(grace_seconds=0)
    assert not segments.path_of(row.segment).exists()


def test_a_full_segment_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 10_000)
    addresses = store(*(os.urandom(6000) for _ in range(3)))
    rows = [FileBlob.objects.get(address=address) for address in addresses]
    assert len({row.segment for row in rows}) == 3
    assert all(queries.read(address) for address in addresses)


def test_a_full_disk_is_a_refusal_and_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(segments.os, "write", full)
    with pytest.raises(FileStoreUnavailable):
        store(b"new content")
    assert not FileBlob.objects.filter(address=services.address_of(b"new content")).exists()


def _append_in_child(pipe: Connection) -> None:
    pipe.send(segments.writer.append([b"child" * 10])[0])
    pipe.close()


def test_a_forked_worker_writes_a_segment_of_its_own() -> None:
    (mine,) = segments.writer.append([b"parent" * 10])
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_append_in_child, args=(theirs,))
    child.start()
    place = ours.recv()
    child.join()
    assert place.segment != mine.segment
    assert segments.read_place(place) == b"child" * 10
    assert segments.read_place(mine) == b"parent" * 10


FORM = b"".join(number.to_bytes(2, "big") for number in range(9000))


def store_alike(*files: bytes, pattern: bytes = FORM) -> list[str]:
    with ledger.act(None, NODE) as act:
        found = services.store_many(files=list(files), patterns=[pattern] * len(files), within=act)
    return [ref.address for ref in found]


def test_what_many_files_share_lies_on_the_disk_once() -> None:
    """A town's certificates took three times the room, and the time to encrypt it."""
    files = [FORM + f"张三的第{number}张证照".encode() for number in range(50)]
    addresses = store_alike(*files)
    assert [queries.read(address) for address in addresses] == files
    assert len(bytes_on_disk()) < 2 * len(FORM)
    assert FORM[:64] not in bytes_on_disk() and FilePattern.objects.count() == 1


def test_a_file_that_shares_nothing_with_its_pattern_comes_back_as_well() -> None:
    data = os.urandom(30_000)
    assert queries.read(store_alike(data)[0]) == data


def test_a_pattern_outlives_its_files_and_the_sweep() -> None:
    """Else the next certificates of the type could not be read."""
    (gone,), (kept,) = store_alike(FORM + SCAN), store_alike(FORM + b"kept")
    release(gone)
    segments.writer.close()
    assert sweep(grace_seconds=0).orphan_bytes > 0
    assert queries.read(kept) == FORM + b"kept"


def test_a_pattern_of_a_failed_act_is_brought_in_by_the_next() -> None:
    with pytest.raises(RuntimeError), ledger.act(None, NODE) as act:
        services.store_many(files=[FORM + b"lost"], patterns=[FORM], within=act)
        raise RuntimeError("the act fails after its fsync")
    assert queries.read(store_alike(FORM + b"kept")[0]) == FORM + b"kept"


def test_a_difference_is_not_read_against_another_pattern() -> None:
    address, other = store_alike(FORM + SCAN)[0], store_alike(FORM[::-1] + SCAN, pattern=FORM[::-1])[0]
    with ledger.act(Kind.MATERIAL_UPLOADED, NODE):
        strange = FileBlob.objects.get(address=other).pattern
        FileBlob.objects.filter(address=address).update(pattern=strange)
    with pytest.raises(SealedValueBroken):
        queries.read(address)
