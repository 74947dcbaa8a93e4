"""The library: who sees which certificate, and that every value seen is a line in the holder's ledger."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proofless import ledger
from proofless.access import Ground, permit
from proofless.access.errors import PermitDenied
from proofless.certificates import queries, services
from proofless.certificates.errors import CertificateNotFound
from proofless.certificates.models import Certificate, CertificateLookup, Holding
from proofless.certificates.rules import Standing
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ledger.queries import _holders
from proofless.ledger.reads import ReadUnrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast: Any) -> dict[str, services.CertificateIssued]:
    """张三 has an identity card and is married to 赵六; 王五 has a card that ran out."""
    old = cast.id_card("王五", valid_from=cast.id_card("王五").valid_from.replace(year=2000))
    old = services.NewCertificate(**{**_fields(old), "valid_to": old.valid_from.replace(year=2010)})
    wishes = [cast.id_card("张三"), cast.marriage(), old]
    issued = services.issue_many(actor=cast.node, wishes=wishes)
    return dict(zip(("card", "marriage", "old"), issued, strict=True))


def _fields(new: services.NewCertificate) -> dict[str, Any]:
    return {name: getattr(new, name) for name in new.__dataclass_fields__}


def read_lines() -> list[dict[str, Any]]:
    return [line for entry in LedgerEntry.objects.filter(kind=Kind.READ) for line in _holders(entry.holders)]


def test_a_resident_lists_what_is_hers_and_an_outsider_does_not(cast: Any, held: Any) -> None:
    mine = queries.list_own(actor=cast.resident("张三"), holder_ids=[cast["张三"]])
    assert {view.type_code: view.side for view in mine} == {"id_card": "", "marriage_cert": "woman"}
    wards = queries.list_own(actor=cast.resident("李四"), holder_ids=[cast["张三"]])
    assert [view.certificate_id for view in wards] == [view.certificate_id for view in mine]
    with pytest.raises(CertificateNotFound):
        queries.list_own(actor=cast.resident("王五"), holder_ids=[cast["张三"]])


def test_another_residents_certificate_answers_like_an_absent_one(cast: Any, held: Any) -> None:
    outsider = cast.own_permit("王五", "王五", "*")
    answers = []
    with ledger.reading():
        for certificate_id in (held["card"].certificate_id, uuid4()):
            for read in (queries.read_certificate, queries.read_file):
                with pytest.raises(CertificateNotFound) as refused:
                    read(outsider, certificate_id)
                answers.append((refused.value.status, refused.value.message, refused.value.detail))
    assert len({str(answer) for answer in answers}) == 1
    assert read_lines() == []


def test_both_sides_of_a_marriage_find_the_certificate_and_their_own_side(cast: Any, held: Any) -> None:
    found = queries.find_held([cast["张三"], cast["赵六"]], ["marriage_cert"])
    assert {one.holder_id: one.side for one in found} == {cast["张三"]: "woman", cast["赵六"]: "man"}
    assert {one.certificate_id for one in found} == {held["marriage"].certificate_id}
    assert Certificate.objects.get(id=held["marriage"].certificate_id).holder_id == cast["赵六"]
    assert Holding.objects.count() == 2
    with ledger.reading():
        (record,) = queries.read_faces(
            cast.own_permit("张三", "张三", "marriage_cert.*"), [cast["张三"]], ["marriage_cert"]
        )
    assert record.values["woman_name"] == "张三"
    assert read_lines()[0]["h"] == str(cast["张三"])


def test_a_permit_for_two_fields_opens_two_fields_and_the_line_says_which(cast: Any, held: Any) -> None:
    narrow = cast.own_permit("张三", "张三", "id_card.name", "id_card.birth_date")
    with ledger.reading():
        (record,) = queries.read_faces(narrow, [cast["张三"]], ["id_card"])
    assert record.values == {"name": "张三", "birth_date": "1998-02-03"}
    (line,) = read_lines()
    assert line == {
        "f": ["id_card.birth_date", "id_card.name"],
        "h": str(cast["张三"]),
        "s": held["card"].identifier,
    }


def test_reading_faces_takes_one_statement_however_many_holders(cast: Any, held: Any) -> None:
    everyone = [cast[name] for name in ("张三", "赵六", "王五", "李四")]
    desk = permit(cast.police, everyone, ["*"], "办理落户", ground=Ground.STATUTORY, basis="I001")
    queries.all_types()
    with ledger.reading():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            records = queries.read_faces(desk, everyone, ["id_card", "marriage_cert"])
        assert len(records) == 3
    assert len(captured) == 1
    assert len(read_lines()) == len(records), "the lines equal the reads"


def test_a_read_nobody_would_record_is_refused(cast: Any, held: Any) -> None:
    with pytest.raises(ReadUnrecorded):
        queries.read_faces(cast.own_permit("张三", "张三", "id_card.*"), [cast["张三"]], ["id_card"])


def test_status_says_why_without_opening_a_face(cast: Any, held: Any) -> None:
    services.revoke_certificate(
        actor=cast.node, certificate_id=held["marriage"].certificate_id, reason_code="ended"
    )
    people = [cast["张三"], cast["王五"], cast["李四"]]
    with CaptureQueriesContext(connection) as captured:
        status = queries.find_status(people, ["id_card", "marriage_cert"])
    assert len(captured) == 1
    assert {key: view.standing for key, view in status.items()} == {
        (cast["张三"], "id_card"): Standing.VALID,
        (cast["张三"], "marriage_cert"): Standing.REVOKED,
        (cast["王五"], "id_card"): Standing.EXPIRED,
        (cast["王五"], "marriage_cert"): Standing.NONE,
        (cast["李四"], "id_card"): Standing.NONE,
        (cast["李四"], "marriage_cert"): Standing.NONE,
    }
    assert status[cast["王五"], "id_card"].why == "已过期"
    assert read_lines() == []


def test_an_expired_face_is_not_read_for_a_case_unless_asked(cast: Any, held: Any) -> None:
    own = cast.own_permit("王五", "王五", "id_card.*")
    with ledger.reading():
        assert queries.read_faces(own, [cast["王五"]], ["id_card"]) == []
        (old,) = queries.read_faces(own, [cast["王五"]], ["id_card"], usable_only=False)
    assert old.standing is Standing.EXPIRED


def test_the_file_needs_the_whole_face_and_leaves_a_line(cast: Any, held: Any) -> None:
    card = held["card"]
    with ledger.reading():
        with pytest.raises(PermitDenied):
            queries.read_file(cast.own_permit("张三", "张三", "id_card.name"), card.certificate_id)
        data = queries.read_file(cast.own_permit("张三", "张三", "id_card.*"), card.certificate_id)
    assert data.startswith(b"PK")
    assert read_lines() == [{"f": ["id_card.*"], "h": str(cast["张三"]), "s": card.identifier}]


def test_no_number_or_name_lies_open_in_the_tables_or_the_ledger(cast: Any, held: Any) -> None:
    with connection.cursor() as cursor:
        for table in (
            "certificates_certificate",
            "certificates_holding",
            "certificates_lookup",
            "ledger_entry",
        ):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            text = cursor.fetchone()[0]
            assert "张三" not in text
            assert "37140119980203104" not in text
    assert CertificateLookup.objects.count() == 3


def test_types_are_found_by_words_and_paged(cast: Any) -> None:
    assert [view.code for view in queries.list_types(text="结婚").rows] == ["marriage_cert"]
    assert queries.list_types(holder_type="enterprise").total == 2
    bare = queries.get_type("cancel_reg_notice")
    assert bare.provisional
    assert [field.name_en for field in bare.fields][:3] == ["name", "uscc", "cert_no"]


def test_loading_the_types_again_changes_nothing(cast: Any) -> None:
    entries = LedgerEntry.objects.count()
    codes = {code: view.type_code21 for code, view in queries.all_types().items()}
    from_disk = [row for row in cast.rows("certificates") if row["cert_code"] in codes]
    fields = [row for row in cast.rows("certificate_fields") if row["cert_code"] in codes]
    changes = services.load_types(actor=cast.node, types=from_disk, fields=fields)
    assert not any(change.any for change in changes)
    assert LedgerEntry.objects.count() == entries
