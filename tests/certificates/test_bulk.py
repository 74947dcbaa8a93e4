"""Many at once: a town's certificates must be the same as if a clerk had made each by hand."""

from typing import Any

import pytest

from proofless import ledger
from proofless.certificates import services
from proofless.certificates.models import Certificate, CertificateLookup, Holding
from proofless.certificates.services import bulk
from proofless.files import queries as files
from proofless.files.models import FileBlob
from proofless.gm import ses, sm2
from proofless.kit.errors import ErrorCode, Refusal
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.package import unpack

pytestmark = pytest.mark.django_db

VARYING = {
    "id",
    "identifier",
    "serial",
    "file_address",
    "face_sealed",
    "issued_at",
    "certificate_id",
}


def shape(model: Any, **which: Any) -> list[dict[str, Any]]:
    """Rows without what differs from certificate to certificate."""
    found = model.objects.filter(**which).values()
    return sorted(
        ({k: v for k, v in row.items() if k not in VARYING} for row in found),
        key=lambda row: str(sorted(row.items())),
    )


def library() -> list[list[dict[str, Any]]]:
    return [shape(model) for model in (Certificate, Holding, CertificateLookup)]


def entries() -> dict[str, int]:
    kinds = LedgerEntry.objects.exclude(kind=Kind.FILE_STORED).values_list("kind", flat=True)
    return {kind: list(kinds).count(kind) for kind in set(kinds)}


def nonce_point(address: str) -> bytes:
    """r of the seal's signature: equal for equal nonces."""
    value = unpack(files.read(address)).parts["Doc_0/Signs/Sign_0/SignedValue.dat"].data
    return sm2.decode_der(ses.parse_signature(value).value)[:32]


def empty(act_actor: Any) -> None:
    with ledger.act(Kind.TOWN_MADE, act_actor):
        for model in (Certificate, Holding, CertificateLookup):
            model.objects.all().delete()


def test_bulk_equals_one_by_one(cast: Any) -> None:
    wishes = [cast.id_card("张三"), cast.marriage()]
    before = entries()
    for new in wishes:
        services.issue(actor=cast.node, prepared=services.prepare_certificate(actor=cast.node, new=new))
    single, after_single = library(), entries()
    empty(cast.node)
    services.issue_many(actor=cast.node, wishes=wishes)
    assert library() == single
    grown = {kind: after_single[kind] - before.get(kind, 0) for kind in after_single}
    after_bulk = entries()
    assert {kind: after_bulk[kind] - after_single.get(kind, 0) for kind in grown} == grown


def test_the_results_come_in_the_order_asked_whatever_the_chunks(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    seen: list[int] = []
    names = ["张三", "李四", "王五", "赵六", "张三"]
    issued = services.issue_many(actor=cast.node, wishes=(cast.id_card(n) for n in names), report=seen.append)
    assert [one.holder_id for one in issued] == [cast[name] for name in names]
    assert seen == [2, 4, 5]


def test_a_chunk_with_one_bad_face_issues_none_of_it(cast: Any) -> None:
    with pytest.raises(Refusal) as refused:
        services.issue_many(
            actor=cast.node, wishes=[cast.id_card("张三"), cast.id_card("李四", face={"sex": "8"})]
        )
    assert refused.value.code is ErrorCode.CERTIFICATE_FACE_INVALID
    assert not Certificate.objects.exists()
    assert not FileBlob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_processes_share_the_work_and_keep_the_order(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    names = ["张三", "李四", "王五", "赵六", "张三", "李四", "王五"]
    seen: list[int] = []
    issued = services.issue_in_processes(
        actor=cast.node, wishes=[cast.id_card(n) for n in names], processes=2, report=seen.append
    )
    assert [one.holder_id for one in issued] == [cast[name] for name in names]
    assert seen[-1] == len(names) == Certificate.objects.count() == len({one.identifier for one in issued})
    nonces = {nonce_point(row.file_address) for row in Certificate.objects.all()}
    assert len(nonces) == len(names), "a forked worker that signs with another's nonce gives the key away"


@pytest.mark.django_db(transaction=True)
def test_a_refusal_in_a_process_is_the_callers_refusal(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    wishes = [cast.id_card("张三"), cast.id_card("李四", face={"sex": "8"}), cast.id_card("王五")]
    with pytest.raises(Refusal) as refused:
        services.issue_in_processes(actor=cast.node, wishes=wishes, processes=2)
    assert refused.value.code is ErrorCode.CERTIFICATE_FACE_INVALID
    assert refused.value.detail["fields"] == {"sex": "不在代码表“GB/T 2261.1”中"}
