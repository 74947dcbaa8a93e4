"""What an official reads about a sealed file: every fact by itself, and unknown never passed off as good."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from proofless.gm import x509
from proofless.gm.trust import TrustStore
from proofless.gm.x509 import Revocation
from proofless.ofd.facts import ProblemCode, SignatureFacts, TimeSource, Verdict, Verification
from proofless.ofd.verify import verify

DAY = timedelta(days=1)


def judge(city: Any, parts: Any, pack: Any, trust: TrustStore | None = None, **options: Any) -> Verification:
    return verify(pack(parts), trust or city.trust(), now=options.pop("now", city.now), **options)


def codes(found: Verification) -> set[ProblemCode]:
    return {problem.code for problem in found.problems}


def test_every_fact_of_a_good_certificate_is_true(city: Any, pack: Any) -> None:
    found = judge(city, city.sealed(), pack)
    assert found.verdict is Verdict.VALID and found.problems == ()
    assert found.signatures == (
        SignatureFacts(
            path="Doc_0/Signs/Sign_0/Signature.xml",
            references_intact=True,
            every_entry_covered=True,
            seal_equals_embedded=True,
            seal_maker_trusted=True,
            seal_valid_at=True,
            signer_listed=True,
            signer_chain=True,
            signer_revoked=False,
            signature_value=True,
            time_source=TimeSource.CLAIMED,
            closed=True,
            later_changes=False,
            signer="某市民政局",
            signer_subject="Common Name: 某市民政局, Country: CN",
            seal_id="3714020000001",
            seal_name="某市民政局婚姻登记专用章",
            seal_maker="某市印章管理处",
            signed_at=city.now - DAY,
            version=4,
        ),
    )


def test_two_departments_seal_one_after_the_other(city: Any, pack: Any) -> None:
    second = city.make_seal(name="某市住房局专用章", signer_certificates=[city.colleague.certificate])
    parts = city.seal(city.sealed(close=False), seal=second, signer=city.colleague)
    found = judge(city, parts, pack)
    assert found.verdict is Verdict.VALID
    assert [facts.seal_name for facts in found.signatures] == ["某市民政局婚姻登记专用章", "某市住房局专用章"]
    assert all(facts.closed and facts.later_changes is False for facts in found.signatures)


def test_an_open_file_is_refused_as_certificate_and_read_as_foreign(city: Any, pack: Any) -> None:
    parts = city.sealed(close=False)
    ours, foreign = judge(city, parts, pack), judge(city, parts, pack, policy="foreign")
    assert ours.verdict is Verdict.INVALID and codes(ours) == {ProblemCode.NOT_CLOSED}
    assert foreign.verdict is Verdict.VALID and foreign.signatures[0].closed is False


def test_foreign_lifts_nothing_else(city: Any, pack: Any) -> None:
    parts = city.sealed(close=False, signer=city.colleague)
    assert judge(city, parts, pack, policy="foreign").verdict is Verdict.INVALID


def test_without_a_revocation_list_the_answer_is_unknown(city: Any, pack: Any) -> None:
    found = judge(city, city.sealed(), pack, city.trust([]))
    facts = found.signatures[0]
    assert found.verdict is Verdict.UNKNOWN
    assert facts.signer_chain is True and facts.signer_revoked is None and facts.seal_maker_trusted is None
    assert codes(found) == {ProblemCode.REVOCATION_UNKNOWN, ProblemCode.SEAL_MAKER_UNKNOWN}


def test_without_any_anchor_the_answer_is_unknown(city: Any, pack: Any) -> None:
    found = judge(city, city.sealed(), pack, TrustStore([]))
    assert found.verdict is Verdict.UNKNOWN and ProblemCode.TRUST_UNKNOWN in codes(found)


def test_a_file_outlives_the_certificate_that_sealed_it(city: Any, pack: Any) -> None:
    """张三 shows in three years a certificate sealed today: it is judged at its signing time."""
    assert judge(city, city.sealed(), pack, now=city.now + 1000 * DAY).verdict is Verdict.VALID


def test_a_later_ordinary_revocation_does_not_undo_earlier_seals(city: Any, pack: Any) -> None:
    serial = x509.load_certificate(city.signer.certificate).serial_number
    trust = city.trust(city.crls(Revocation(serial, city.now, "superseded")))
    assert judge(city, city.sealed(), pack, trust).verdict is Verdict.VALID


def test_other_generations_are_unknown_not_forged(city: Any, pack: Any) -> None:
    parts = city.sealed()
    path = "Doc_0/Signs/Sign_0/SignedValue.dat"
    parts[path] = parts[path].replace(b"\x16\x02ES\x02\x01\x04", b"\x16\x02ES\x02\x01\x06")
    found = judge(city, parts, pack)
    assert found.verdict is Verdict.UNKNOWN and codes(found) == {ProblemCode.VERSION_UNSUPPORTED}


def test_an_unsealed_file_is_no_certificate(city: Any, pack: Any, plain_parts: Any) -> None:
    parts = plain_parts()
    parts["OFD.xml"] = parts["OFD.xml"].replace(
        b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", b""
    )
    found = judge(city, parts, pack)
    assert found.verdict is Verdict.INVALID and codes(found) == {ProblemCode.NOT_SEALED}


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"PK\x05\x06" + bytes(18), b"\0" * 100])
def test_other_files_are_unreadable(city: Any, data: bytes) -> None:
    found = verify(data, city.trust(), now=city.now)
    assert found.verdict is Verdict.UNREADABLE and found.signatures == ()
    assert all(problem.text.startswith("文件无法读取") for problem in found.problems)


def test_every_problem_has_a_chinese_sentence() -> None:
    assert all(any("一" <= character <= "鿿" for character in code.text) for code in ProblemCode)


def test_one_false_fact_decides_over_an_unknown_one(city: Any, pack: Any) -> None:
    found = judge(city, city.sealed(signer=city.colleague), pack, city.trust([]))
    assert found.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "fact", ["closed", "signer_listed", "signer_chain", "signature_value", "seal_valid_at"]
)
def test_each_fact_counts(city: Any, pack: Any, fact: str) -> None:
    facts = judge(city, city.sealed(), pack).signatures[0]
    for value in (False, None):
        changed: Any = replace(facts, **{fact: value})
        assert value in changed.states("certificate").values()
