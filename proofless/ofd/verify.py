"""验章: what is true of a sealed OFD file, as facts, one by one (GB/T 33190-2016 clause 18, GB/T
38540-2020 clause 7).

`verify` never answers yes or no only: it returns the facts of every signature, each True, False or None
(*unknown*), and a verdict composed of them. Nothing is skipped because something else failed, unknown is
never taken for good, and everything is judged at the signing time by the certificates and lists of the
given trust alone.
"""

import base64
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from lxml import etree

from proofless.gm import Malformed, UnsupportedAlgorithm, UnsupportedVersion, ses, sm2, sm3, timestamp
from proofless.gm.trust import PathFacts, PathReason, TrustStore, check_path
from proofless.gm.x509 import Certificate, Usage, load_certificate
from proofless.ofd import container
from proofless.ofd.errors import NotOfd
from proofless.ofd.facts import (
    Policy,
    Problem,
    ProblemCode,
    SignatureFacts,
    TimeSource,
    Verdict,
    Verification,
)
from proofless.ofd.package import ENTRY, tag
from proofless.ofd.unsealed import read_unsealed

__all__ = [
    "Policy",
    "Problem",
    "ProblemCode",
    "SignatureFacts",
    "TimeSource",
    "Verdict",
    "Verification",
    "verify",
]

_CLOCK_TOLERANCE = timedelta(minutes=5)
_DIGEST_METHODS = frozenset({ses.SM3_OID, "SM3"})
_MAX_SIGNATURES = 64
_CHECK_VALUE = tag("CheckValue")


@dataclass(frozen=True, slots=True)
class _Description:
    """Signature.xml as read: `covered` maps each protected part to its SM3."""

    path: str
    data: bytes
    covered: Mapping[str, bytes]
    value_path: str
    seal_path: str | None

    @property
    def own_parts(self) -> frozenset[str]:
        """The parts that come into being with the signature, so that earlier ones cannot know them."""
        return frozenset({self.path, self.value_path} | ({self.seal_path} if self.seal_path else set()))


@dataclass(slots=True)
class _Findings:
    """Facts and problems of one signature while they are gathered."""

    number: int
    path: str
    problems: list[Problem] = field(default_factory=list)
    _known: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> SignatureFacts:
        return SignatureFacts(self.path, **self._known)

    def add(self, code: ProblemCode, part: str = "") -> None:
        text = f"{code.text}：{part}" if part else code.text
        self.problems.append(Problem(code, text, self.number, part))

    def state(self, **facts: object) -> None:
        """Facts of `SignatureFacts` by name."""
        self._known |= facts

    def expect(self, holds: bool, code: ProblemCode, part: str = "") -> bool:
        if not holds:
            self.add(code, part)
        return holds


def verify(
    data: bytes, trust: TrustStore, *, now: datetime | None = None, policy: Policy = "certificate"
) -> Verification:
    """Facts about every signature of the file. Never raises over the file's content.

    `certificate` expects the last signature to close the file, as ours do; `foreign` lifts that alone.
    """
    now = now or datetime.now(UTC)
    found: list[_Findings] = []
    facts: tuple[SignatureFacts, ...] = ()
    general: list[Problem] = []
    try:
        parts = container.unpack(data)
        for path in parts:
            if path.lower().endswith(".xml"):
                container.check_xml(parts[path], path)
        found = _judge(parts, trust, now)
        if not found:
            general.append(Problem(ProblemCode.NOT_SEALED, ProblemCode.NOT_SEALED.text))
        facts = tuple(finding.facts for finding in found)
        verdict = _verdict(facts, policy)
    except NotOfd as error:
        general.append(Problem(ProblemCode.UNREADABLE, f"{ProblemCode.UNREADABLE.text}：{error}"))
        verdict = Verdict.UNREADABLE
    problems = [*general, *(problem for finding in found for problem in finding.problems)]
    if policy == "foreign":
        problems = [problem for problem in problems if problem.code is not ProblemCode.NOT_CLOSED]
    return Verification(verdict, facts, tuple(problems), trust.digest, now, policy, data)


def _verdict(signatures: Sequence[SignatureFacts], policy: Policy) -> Verdict:
    states = [state for facts in signatures for state in facts.states(policy).values()]
    if not states or False in states:
        return Verdict.INVALID
    return Verdict.UNKNOWN if None in states else Verdict.VALID


def _judge(parts: Mapping[str, bytes], trust: TrustStore, now: datetime) -> list[_Findings]:
    """Findings of every signature in the order of Signatures.xml, which is the order of sealing."""
    list_path, paths = _signature_paths(parts)
    found = [_Findings(number, path) for number, path in enumerate(paths, 1)]
    descriptions = [_describe(parts, finding) for finding in found]
    last = descriptions[-1] if descriptions else None
    closed = last is not None and list_path in last.covered
    # Once for all signatures: many of them over large parts must not cost many times as much.
    digests = {path: container.digest(content) for path, content in parts.items()} if found else {}
    for index, (finding, description) in enumerate(zip(found, descriptions, strict=True)):
        finding.state(closed=finding.expect(closed, ProblemCode.NOT_CLOSED))
        if description is None:
            continue
        later = {path for other in descriptions[index + 1 :] if other for path in other.own_parts}
        _check_coverage(digests, finding, description, later, list_path)
        _check_signature(parts, finding, description, trust, now)
    return found


def _signature_paths(parts: Mapping[str, bytes]) -> tuple[str, list[str]]:
    """(path of Signatures.xml, paths of the Signature.xml files); ("", []) for an unsealed file."""
    if ENTRY not in parts:
        raise NotOfd("缺少 OFD.xml")
    root = container.parse_xml(parts[ENTRY], ENTRY)
    bodies = root.findall(tag("DocBody"))
    if root.tag != tag("OFD") or len(bodies) != 1:
        raise NotOfd("OFD.xml 应当恰好含有一个文档")
    pointers = bodies[0].findall(tag("Signatures"))
    if not pointers:
        return "", []
    list_path = container.resolve(pointers[0].text, ENTRY)
    if len(pointers) != 1 or list_path not in parts:
        raise NotOfd("签章列表缺失或不止一个")
    records = container.parse_xml(parts[list_path], list_path).findall(tag("Signature"))
    paths = [container.resolve(record.get("BaseLoc"), list_path) for record in records]
    if len(set(paths)) != len(paths) or len(paths) > _MAX_SIGNATURES:
        raise NotOfd("签章列表有重复或过多的记录")
    return list_path, paths


def _describe(parts: Mapping[str, bytes], finding: _Findings) -> _Description | None:
    path = finding.path
    try:
        return _read_description(parts, path)
    except ValueError:
        finding.add(ProblemCode.SIGNATURE_UNREADABLE, path)
        finding.state(references_intact=False, signature_value=False)
        return None


def _read_description(parts: Mapping[str, bytes], path: str) -> _Description:
    """Raises `NotOfd` or ValueError when it is missing, ambiguous or uses other algorithms than SM3 and
    SM2."""
    if path not in parts:
        raise NotOfd("签章描述文件缺失")
    root = container.parse_xml(parts[path], path)
    info = _only(root, "SignedInfo")
    references = _only(info, "References")
    if references.get("CheckMethod", "").upper() not in _DIGEST_METHODS:
        raise NotOfd("摘要算法不是 SM3")
    if (_only(info, "SignatureMethod").text or "").strip() != ses.SM2_WITH_SM3:
        raise NotOfd("签名算法不是 SM2")
    covered: dict[str, bytes] = {}
    for reference in references.findall(tag("Reference")):
        target = container.resolve(reference.get("FileRef"), path)
        value = reference[0] if len(reference) == 1 and reference[0].tag == _CHECK_VALUE else None
        text = (_only(reference, "CheckValue") if value is None else value).text
        digest = base64.b64decode((text or "").strip(), validate=True)
        if target in covered or len(digest) != 32:
            raise NotOfd("保护范围有重复或不正确的条目")
        covered[target] = digest
    seals = info.findall(tag("Seal"))
    seal_path = container.resolve(_only(seals[0], "BaseLoc").text, path) if seals else None
    value_path = container.resolve(_only(root, "SignedValue").text, path)
    if root.tag != tag("Signature") or len(seals) > 1 or path in covered or value_path in covered:
        raise NotOfd("签章描述文件的结构不正确")
    return _Description(path, parts[path], covered, value_path, seal_path)


def _only(parent: etree._Element, name: str) -> etree._Element:
    children = parent.findall(tag(name))
    if len(children) != 1:
        raise NotOfd(f"应当恰好有一个 {name}")
    return children[0]


def _check_coverage(
    digests: Mapping[str, bytes],
    finding: _Findings,
    description: _Description,
    later: set[str],
    list_path: str,
) -> None:
    """Every part is as it was sealed, and none lies outside except what sealing itself brings."""
    broken = list(_broken_references(digests, description))
    for code, part in broken:
        finding.add(code, part)
    outside = set(digests) - set(description.covered) - {description.path, description.value_path, list_path}
    unprotected = sorted(outside - later)
    for part in unprotected:
        finding.add(ProblemCode.CHANGED_AFTER_SEALING if later else ProblemCode.PART_UNPROTECTED, part)
    finding.state(
        references_intact=not broken,
        every_entry_covered=not unprotected,
        later_changes=bool(unprotected or broken),
    )


def _broken_references(
    digests: Mapping[str, bytes], description: _Description
) -> Iterator[tuple[ProblemCode, str]]:
    for path, digest in description.covered.items():
        if path not in digests:
            yield ProblemCode.PART_MISSING, path
        elif not hmac.compare_digest(digests[path], digest):
            yield ProblemCode.PART_CHANGED, path


def _check_signature(
    parts: Mapping[str, bytes],
    finding: _Findings,
    description: _Description,
    trust: TrustStore,
    now: datetime,
) -> None:
    """The seal signature itself: who signed what, with which seal, and whether they might."""
    try:
        signature = ses.parse_signature(parts[description.value_path])
        signer = load_certificate(signature.signer_certificate)
    except UnsupportedVersion:
        finding.add(ProblemCode.VERSION_UNSUPPORTED)
        return
    except KeyError:
        finding.add(ProblemCode.PART_MISSING, description.value_path)
        finding.state(signature_value=False)
        return
    except Malformed:
        _check_unsealed(finding, description, parts[description.value_path], trust, now)
        return
    seal = signature.seal
    at = _check_time(finding, signature, trust, now)
    value: bool | None = _value_holds(finding, description, signature, signer)
    for identifier in (*seal.critical, *signature.critical):
        finding.add(ProblemCode.EXTENSION_UNKNOWN, identifier)
        value = None if value else value
    finding.state(
        version=signature.version,
        signer=signer.common_name,
        signer_subject=signer.subject,
        seal_id=seal.seal_id,
        seal_name=seal.name,
        signed_at=signature.signed_at,
        signature_value=value,
        seal_equals_embedded=finding.expect(_same_seal(parts, description, seal), ProblemCode.SEAL_REPLACED),
        signer_listed=finding.expect(seal.lists(signer.der), ProblemCode.SIGNER_NOT_LISTED),
        seal_valid_at=_seal_valid_at(finding, signature, at),
    )
    _check_signer(finding, signer, at, trust)
    _check_maker(finding, seal, trust)


def _check_unsealed(
    finding: _Findings, description: _Description, value: bytes, trust: TrustStore, now: datetime
) -> None:
    """A digital signature without a seal: what is known of the signer; what a seal would tell stays unknown."""
    found = read_unsealed(value, description.data)
    if found is None:
        finding.add(ProblemCode.SIGNATURE_UNREADABLE, description.value_path)
        finding.state(signature_value=False)
        return
    finding.add(ProblemCode.NO_SEAL)
    finding.expect(found.holds is not False, ProblemCode.SIGNATURE_VALUE)
    finding.state(signature_value=found.holds, signed_at=found.claimed_at)
    if found.claimed_at is not None:
        late = not finding.expect(found.claimed_at <= now + _CLOCK_TOLERANCE, ProblemCode.TIME_IN_FUTURE)
        finding.state(time_source=TimeSource.IMPLAUSIBLE if late else TimeSource.CLAIMED)
    if found.signer is not None:
        finding.state(signer=found.signer.common_name, signer_subject=found.signer.subject)
        _check_signer(finding, found.signer, found.claimed_at or now, trust, found.others)


def _value_holds(
    finding: _Findings, description: _Description, signature: ses.Signature, signer: Certificate
) -> bool:
    """Whether the signer signed exactly this Signature.xml at exactly this place of this package."""
    same_text = hmac.compare_digest(signature.data_hash, sm3.digest(description.data))
    same_place = signature.property_info.removeprefix("/") == description.path
    value = signature.algorithm == ses.SM2_WITH_SM3 and signer.public_key.verify(
        signature.tbs_raw, sm2.as_der(signature.value)
    )
    finding.expect(same_text, ProblemCode.DESCRIPTION_CHANGED, description.path)
    finding.expect(same_place, ProblemCode.SIGNATURE_OF_OTHER_DOCUMENT)
    finding.expect(value, ProblemCode.SIGNATURE_VALUE)
    return same_text and same_place and value


def _same_seal(parts: Mapping[str, bytes], description: _Description, seal: ses.Seal) -> bool:
    # Seal.esl is optional (GB/T 33190 clause 18.2.2): without it there is nothing that could differ.
    return description.seal_path is None or parts.get(description.seal_path) == seal.raw


def _check_time(finding: _Findings, signature: ses.Signature, trust: TrustStore, now: datetime) -> datetime:
    """States where the time comes from; returns the time to judge seal and certificates at."""
    claimed, at = signature.signed_at, signature.signed_at
    source: TimeSource | None = TimeSource.CLAIMED
    if signature.time_stamp is not None:
        stamp = _stamp_facts(signature.time_stamp, signature.stamped_digest, trust)
        if stamp is None or stamp.holds is None:
            finding.add(ProblemCode.TIME_STAMP_NOT_CHECKED)
            source = None
        elif not finding.expect(stamp.holds, ProblemCode.TIME_STAMP_WRONG):
            source = TimeSource.IMPLAUSIBLE
        else:
            source, at = TimeSource.STAMPED, stamp.stamped_at
            finding.state(stamped_at=at, time_authority=stamp.authority)
            if not finding.expect(claimed <= at + _CLOCK_TOLERANCE, ProblemCode.CLAIM_AFTER_STAMP):
                source = TimeSource.IMPLAUSIBLE
    if not finding.expect(max(claimed, at) <= now + _CLOCK_TOLERANCE, ProblemCode.TIME_IN_FUTURE):
        source = TimeSource.IMPLAUSIBLE
    finding.state(time_source=source)
    return at


def _stamp_facts(token: bytes, digest: bytes, trust: TrustStore) -> timestamp.TimeStampFacts | None:
    """None for a token we cannot read."""
    try:
        return timestamp.verify(token, digest, trust)
    except (Malformed, UnsupportedAlgorithm):
        return None


def _seal_valid_at(finding: _Findings, signature: ses.Signature, at: datetime) -> bool:
    """A seal seals only within its period, and not before it was made; by its signer's word and by the stamp."""
    seal = signature.seal
    times = (signature.signed_at, at)
    valid = all(seal.valid_from <= time <= seal.valid_until and seal.created_at <= time for time in times)
    return finding.expect(valid, ProblemCode.SEAL_NOT_VALID_AT)


_SIGNER_PROBLEMS = {
    PathReason.NO_TRUST: ProblemCode.TRUST_UNKNOWN,
    PathReason.EXPIRED: ProblemCode.SIGNER_EXPIRED,
    PathReason.NOT_YET_VALID: ProblemCode.SIGNER_EXPIRED,
    PathReason.REVOKED: ProblemCode.SIGNER_REVOKED,
    PathReason.REVOCATION_UNKNOWN: ProblemCode.REVOCATION_UNKNOWN,
}


def _check_signer(
    finding: _Findings,
    signer: Certificate,
    at: datetime,
    trust: TrustStore,
    others: Sequence[Certificate] = (),
) -> None:
    path = check_path(signer, at, trust, Usage.SIGNING, others)
    if path.reason is not PathReason.NONE:
        finding.add(_SIGNER_PROBLEMS.get(path.reason, ProblemCode.SIGNER_UNTRUSTED))
    finding.state(signer_chain=path.chain, signer_revoked=path.revoked)


_MAKER_PROBLEMS = {
    PathReason.NO_TRUST: ProblemCode.TRUST_UNKNOWN,
    PathReason.REVOKED: ProblemCode.SEAL_MAKER_REVOKED,
    PathReason.REVOCATION_UNKNOWN: ProblemCode.SEAL_MAKER_UNKNOWN,
}


def _check_maker(finding: _Findings, seal: ses.Seal, trust: TrustStore) -> None:
    """The maker signed the seal, and was an accepted seal maker when it was made."""
    try:
        maker = load_certificate(seal.maker_certificate)
    except Malformed:
        finding.add(ProblemCode.SEAL_MAKER_SIGNATURE)
        finding.state(seal_maker_trusted=False)
        return
    finding.state(seal_maker=maker.common_name)
    signed = seal.algorithm == ses.SM2_WITH_SM3 and _signed(maker, seal.info_raw, seal.maker_signature)
    finding.expect(signed, ProblemCode.SEAL_MAKER_SIGNATURE)
    stamped, at = _seal_stamp(finding, seal, trust)
    path = check_path(maker, at, trust, Usage.SEAL_MAKING)
    if path.reason is not PathReason.NONE:
        finding.add(_MAKER_PROBLEMS.get(path.reason, ProblemCode.SEAL_MAKER_UNTRUSTED))
    trusted = _maker_trusted(signed and stamped is not False, path)
    finding.state(seal_maker_trusted=None if trusted and stamped is None else trusted)


def _seal_stamp(finding: _Findings, seal: ses.Seal, trust: TrustStore) -> tuple[bool | None, datetime]:
    """Whether the seal's own time stamp (GM/T 0031-2025) holds, and the time its maker is judged at."""
    if seal.time_stamp is None:
        return True, seal.created_at
    stamp = _stamp_facts(seal.time_stamp, sm3.digest(seal.maker_signature), trust)
    if stamp is None or stamp.holds is None:
        finding.add(ProblemCode.SEAL_STAMP_UNKNOWN)
        return None, seal.created_at
    holds = finding.expect(stamp.holds, ProblemCode.SEAL_STAMP_WRONG)
    return holds, stamp.stamped_at if holds else seal.created_at


@lru_cache(maxsize=256)
def _signed(maker: Certificate, info: bytes, signature: bytes) -> bool:
    # One seal stands on very many files.
    return maker.public_key.verify(info, sm2.as_der(signature))


def forget_seals() -> None:
    """Check every seal's maker again: for measurements."""
    _signed.cache_clear()


def _maker_trusted(signed: bool, path: PathFacts) -> bool | None:
    if not signed or path.chain is False or path.revoked is True:
        return False
    return True if path.chain and path.revoked is False else None
