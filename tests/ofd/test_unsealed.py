"""Files with a digital signature but no seal, as city apps make them: no forgery, and no sealed certificate either."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm import der, signed_data, sm3
from proofless.ofd.facts import ProblemCode, TimeSource, Verdict, Verification
from proofless.ofd.verify import verify

DAY = timedelta(days=1)
SIGN = "Doc_0/Signs/Sign_0/"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
Parts = dict[str, bytes]


def signed(city: Any, *, signer: Any = None, at: datetime | None = None, **options: Any) -> Parts:
    """The plain certificate under a GB/T 35275 message over its description."""
    parts = dict(city.sealed())
    description = parts[SIGN + "Signature.xml"]
    content = options.pop("content", description)
    detached = content == description
    at = at or city.now - DAY
    message = signed_data.sign(content, signer or city.signer, detached=detached, signed_at=at, **options)
    return parts | {SIGN + "SignedValue.dat": message}


def judge(city: Any, pack: Any, parts: Parts) -> Verification:
    return verify(pack(parts), city.trust(), now=city.now)


def codes(found: Verification) -> set[ProblemCode]:
    return {problem.code for problem in found.problems}


def test_who_signed_and_when_is_told_and_the_seal_is_unknown(city: Any, pack: Any) -> None:
    """A clerk must not read "damaged" about a genuine file, nor "valid" where no seal is."""
    found = judge(city, pack, signed(city))
    (facts,) = found.signatures
    assert found.verdict is Verdict.UNKNOWN and codes(found) == {ProblemCode.NO_SEAL}
    assert (facts.signer, facts.signer_chain, facts.signer_revoked) == ("某市民政局", True, False)
    assert facts.signature_value is True and facts.references_intact is True
    assert facts.signed_at == city.now - DAY and facts.time_source is TimeSource.CLAIMED
    assert facts.seal_valid_at is None and facts.seal_maker_trusted is None


def test_a_message_over_the_digest_and_one_that_names_plain_data_otherwise(city: Any, pack: Any) -> None:
    description = city.sealed()[SIGN + "Signature.xml"]
    over_digest = signed(city, content=sm3.digest(description))
    # City platforms: RFC 5652's word for data in the message, GB/T 35275's in the attribute.
    mixed = signed(city)
    ours, theirs = der.oid(signed_data.DATA), der.oid("1.2.840.113549.1.7.1")
    message = signed_data.parse(mixed[SIGN + "SignedValue.dat"])
    assert ours in message.raw and signed_data.is_intact(
        message.signers[0], "1.2.840.113549.1.7.1", description
    )
    assert theirs not in message.raw
    assert judge(city, pack, over_digest).signatures[0].signature_value is not None


def test_another_description_a_stranger_and_a_changed_page_are_refused(city: Any, pack: Any) -> None:
    lifted = signed(city, content=b"another document")
    assert ProblemCode.SIGNATURE_VALUE in codes(judge(city, pack, lifted))
    stranger = judge(city, pack, signed(city, signer=city.outsider))
    assert ProblemCode.SIGNER_UNTRUSTED in codes(stranger)
    parts = signed(city)
    forged = judge(city, pack, parts | {PAGE: parts[PAGE].replace("张三".encode(), "王五".encode())})
    assert ProblemCode.PART_CHANGED in codes(forged)
    late = judge(city, pack, signed(city, at=city.now + DAY))
    assert ProblemCode.TIME_IN_FUTURE in codes(late)
    assert {found.verdict for found in (judge(city, pack, lifted), stranger, forged, late)} == {
        Verdict.INVALID
    }


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 10**6), change=st.integers(1, 255))
def test_a_changed_byte_of_the_message_never_makes_it_good(
    city: Any, pack: Any, at: int, change: int
) -> None:
    parts = signed(city)
    raw = bytearray(parts[SIGN + "SignedValue.dat"])
    raw[at % len(raw)] ^= change
    found = judge(city, pack, parts | {SIGN + "SignedValue.dat": bytes(raw)})
    assert found.verdict is not Verdict.VALID
