"""Time stamps and other generations of seals: whether a back-dated seal passes, and an old one still does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from proofless.gm import der, ses, sm2, sm3, timestamp, x509
from proofless.gm.timestamp import LocalTsa
from proofless.gm.x509 import Revocation, Usage
from proofless.ofd.facts import ProblemCode, SignatureFacts, TimeSource, Verdict, Verification
from proofless.ofd.verify import verify
from tests.gm.test_ses_generations import seal_2014, seal_2025

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SIGN = "Doc_0/Signs/Sign_0/"
Stamp = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def clock(city: Any) -> x509.KeySigner:
    key, period = sm2.PrivateKey.generate(), (city.now - 100 * DAY, city.now + 300 * DAY)
    raw = city.authority.issue(x509.name("某市授时中心"), key.public_key, *period, Usage.TIME_STAMPING)
    return x509.KeySigner(raw, key)


def stamping(clock: x509.KeySigner, at: datetime, *, over: bytes | None = None) -> Stamp:
    """A stamp made at this time; `over` another digest than the one it stands on."""
    tsa = LocalTsa(clock, clock=lambda: at)
    return lambda digest: tsa.stamp(timestamp.request(over or digest))


def judge(city: Any, pack: Any, parts: Any, crls: list[bytes] | None = None) -> Verification:
    return verify(pack(parts), city.trust(crls), now=city.now)


def only(found: Verification) -> SignatureFacts:
    (facts,) = found.signatures
    return facts


def codes(found: Verification) -> set[ProblemCode]:
    return {problem.code for problem in found.problems}


def test_a_stamped_seal_is_judged_at_the_stamped_time(city: Any, pack: Any, clock: Any) -> None:
    at = city.now - DAY
    found = judge(city, pack, city.sealed(at=at - MINUTE, stamp=stamping(clock, at)))
    facts = only(found)
    assert found.verdict is Verdict.VALID and facts.time_source is TimeSource.STAMPED
    assert facts.judged_at == facts.stamped_at == at and facts.time_authority == "某市授时中心"
    assert facts.signed_at == at - MINUTE


def test_back_dating_before_a_revocation_fails_by_the_stamp(city: Any, pack: Any, clock: Any) -> None:
    """A dismissed clerk claims last month; the clock says yesterday, and by then she was revoked."""
    serial = x509.load_certificate(city.signer.certificate).serial_number
    crls = city.crls(Revocation(serial, city.now - 5 * DAY, "cessation_of_operation"))
    stamped = city.sealed(at=city.now - 20 * DAY, stamp=stamping(clock, city.now - DAY))
    claimed = city.sealed(at=city.now - 20 * DAY)
    assert judge(city, pack, claimed, crls).verdict is Verdict.VALID
    found = judge(city, pack, stamped, crls)
    assert found.verdict is Verdict.INVALID and only(found).signer_revoked is True


def test_back_dating_into_a_dead_seals_period_fails_by_the_stamp(city: Any, pack: Any, clock: Any) -> None:
    seal = city.make_seal(valid_until=city.now - 5 * DAY)
    parts = city.sealed(seal=seal, at=city.now - 10 * DAY, stamp=stamping(clock, city.now - DAY))
    assert codes(judge(city, pack, parts)) == {ProblemCode.SEAL_NOT_VALID_AT}


@pytest.mark.parametrize(
    ("claimed", "stamped", "code"),
    [
        (-2, -3, ProblemCode.CLAIM_AFTER_STAMP),
        (-2, 2, ProblemCode.TIME_IN_FUTURE),
        (2, 2, ProblemCode.TIME_IN_FUTURE),
    ],
)
def test_times_that_contradict_each_other_or_now(
    city: Any, pack: Any, clock: Any, claimed: int, stamped: int, code: ProblemCode
) -> None:
    stamp = stamping(clock, city.now + stamped * DAY)
    found = judge(city, pack, city.sealed(at=city.now + claimed * DAY, stamp=stamp))
    assert found.verdict is Verdict.INVALID and code in codes(found)
    assert only(found).time_source is TimeSource.IMPLAUSIBLE


def test_a_stamp_of_another_signature_is_no_stamp_of_this_one(city: Any, pack: Any, clock: Any) -> None:
    stamp = stamping(clock, city.now - DAY, over=sm3.digest(b"another"))
    found = judge(city, pack, city.sealed(stamp=stamp))
    assert found.verdict is Verdict.INVALID and codes(found) == {ProblemCode.TIME_STAMP_WRONG}


def test_a_strangers_clock_or_none_we_can_judge(city: Any, pack: Any, clock: Any) -> None:
    key, period = sm2.PrivateKey.generate(), (city.now - DAY, city.now + DAY)
    root = x509.Authority.root(x509.name("外地根"), key, *period)
    own = sm2.PrivateKey.generate()
    raw = root.issue(x509.name("钟"), own.public_key, *period, Usage.TIME_STAMPING)
    strange = city.sealed(stamp=stamping(x509.KeySigner(raw, own), city.now - MINUTE))
    assert codes(judge(city, pack, strange)) == {ProblemCode.TIME_STAMP_WRONG}
    good = city.sealed(stamp=stamping(clock, city.now - MINUTE))
    unknown = judge(city, pack, good, [])
    assert unknown.verdict is Verdict.UNKNOWN and only(unknown).time_source is None


# Other generations


def parts_with(city: Any, parts: Any, seal: bytes, sign: Callable[[bytes, str], bytes]) -> Any:
    """The plain certificate sealed by a hand-made signature over its description."""
    sealed = city.seal(parts, seal=seal)
    description = sealed[f"{SIGN}Signature.xml"]
    return sealed | {f"{SIGN}SignedValue.dat": sign(sm3.digest(description), f"/{SIGN}Signature.xml")}


def signed_2014(city: Any, seal: bytes) -> Callable[[bytes, str], bytes]:
    def sign(digest: bytes, path: str) -> bytes:
        tbs = der.sequence(
            der.integer(1), seal, der.bits(der.utc_time(city.now)), der.bits(digest),
            der.text(der.IA5_STRING, path), der.octets(city.signer.certificate), der.oid(ses.SM2_WITH_SM3),
        )  # fmt: skip
        return der.sequence(tbs, der.bits(city.signer.sign(tbs)))

    return sign


def signed_2025(city: Any, seal: bytes) -> Callable[[bytes, str], bytes]:
    def sign(digest: bytes, path: str) -> bytes:
        tbs = der.sequence(
            der.integer(5), seal, der.generalized_time(city.now), der.bits(digest),
            der.text(der.IA5_STRING, path),
        )  # fmt: skip
        value = der.bits(city.signer.sign(tbs))
        return der.sequence(tbs, der.octets(city.signer.certificate), der.oid(ses.SM2_WITH_SM3), value)

    return sign


def test_a_seal_of_2014_is_judged_like_any_other(city: Any, pack: Any, plain_parts: Any) -> None:
    """A firm's contract of 2019 does not become a forgery because the structure changed."""
    seal = seal_2014(city)
    parts = parts_with(city, plain_parts(), seal, signed_2014(city, seal))
    found = judge(city, pack, parts)
    assert found.verdict is Verdict.VALID and only(found).version == ses.GMT_2014
    page = "Doc_0/Pages/Page_0/Content.xml"
    forged = parts | {page: parts[page].replace("张三".encode(), "王五".encode())}
    assert judge(city, pack, forged).verdict is Verdict.INVALID


def test_a_seal_of_2025_and_its_own_stamp(city: Any, pack: Any, plain_parts: Any, clock: Any) -> None:
    town = SimpleNamespace(now=city.now, signer=city.signer, maker=city.maker, clock=clock)
    seal = seal_2025(town)
    found = judge(city, pack, parts_with(city, plain_parts(), seal, signed_2025(city, seal)))
    assert found.verdict is Verdict.VALID and only(found).version == ses.GMT_2025
    stranger = SimpleNamespace(now=city.now, signer=city.signer, maker=city.maker, clock=foreign_clock(city))
    seal = seal_2025(stranger)
    found = judge(city, pack, parts_with(city, plain_parts(), seal, signed_2025(city, seal)))
    assert codes(found) == {ProblemCode.SEAL_STAMP_WRONG} and only(found).seal_maker_trusted is False


def foreign_clock(city: Any) -> x509.KeySigner:
    key, own = sm2.PrivateKey.generate(), sm2.PrivateKey.generate()
    period = city.now - DAY, city.now + DAY
    root = x509.Authority.root(x509.name("外地根"), key, *period)
    return x509.KeySigner(root.issue(x509.name("钟"), own.public_key, *period, Usage.TIME_STAMPING), own)
