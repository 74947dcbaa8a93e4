"""验章结论: the facts, problems and verdict that `verify` gives about a file, as frozen values."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from proofless.gm import sm3

Policy = Literal["certificate", "foreign"]


class Verdict(StrEnum):
    """有效: every fact true. 无效: a fact false. 无法确认: none false, one unknown. 无法读取: not a file
    we can judge."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class TimeSource(StrEnum):
    """Where the time of judgement comes from: the signer's own word, or a time stamp (GB/T 20520) that holds.

    Implausible: after now, or contradicted by the stamp. A stamp we cannot judge makes the source unknown.
    """

    CLAIMED = "claimed"
    STAMPED = "stamped"
    IMPLAUSIBLE = "implausible"


class ProblemCode(StrEnum):
    """Everything `verify` can find; `text` is the Chinese sentence."""

    UNREADABLE = "UNREADABLE"
    NOT_SEALED = "NOT_SEALED"
    SIGNATURE_UNREADABLE = "SIGNATURE_UNREADABLE"
    VERSION_UNSUPPORTED = "VERSION_UNSUPPORTED"
    PART_CHANGED = "PART_CHANGED"
    PART_MISSING = "PART_MISSING"
    PART_UNPROTECTED = "PART_UNPROTECTED"
    CHANGED_AFTER_SEALING = "CHANGED_AFTER_SEALING"
    SEAL_REPLACED = "SEAL_REPLACED"
    SEAL_MAKER_SIGNATURE = "SEAL_MAKER_SIGNATURE"
    SEAL_MAKER_UNTRUSTED = "SEAL_MAKER_UNTRUSTED"
    SEAL_MAKER_REVOKED = "SEAL_MAKER_REVOKED"
    SEAL_MAKER_UNKNOWN = "SEAL_MAKER_UNKNOWN"
    SEAL_NOT_VALID_AT = "SEAL_NOT_VALID_AT"
    SIGNER_NOT_LISTED = "SIGNER_NOT_LISTED"
    SIGNER_UNTRUSTED = "SIGNER_UNTRUSTED"
    SIGNER_EXPIRED = "SIGNER_EXPIRED"
    SIGNER_REVOKED = "SIGNER_REVOKED"
    REVOCATION_UNKNOWN = "REVOCATION_UNKNOWN"
    TRUST_UNKNOWN = "TRUST_UNKNOWN"
    DESCRIPTION_CHANGED = "DESCRIPTION_CHANGED"
    SIGNATURE_OF_OTHER_DOCUMENT = "SIGNATURE_OF_OTHER_DOCUMENT"
    SIGNATURE_VALUE = "SIGNATURE_VALUE"
    TIME_IN_FUTURE = "TIME_IN_FUTURE"
    TIME_STAMP_NOT_CHECKED = "TIME_STAMP_NOT_CHECKED"
    TIME_STAMP_WRONG = "TIME_STAMP_WRONG"
    CLAIM_AFTER_STAMP = "CLAIM_AFTER_STAMP"
    SEAL_STAMP_WRONG = "SEAL_STAMP_WRONG"
    SEAL_STAMP_UNKNOWN = "SEAL_STAMP_UNKNOWN"
    EXTENSION_UNKNOWN = "EXTENSION_UNKNOWN"
    NO_SEAL = "NO_SEAL"
    NOT_CLOSED = "NOT_CLOSED"

    @property
    def text(self) -> str:
        return _TEXTS[self]


_TEXTS = {
    ProblemCode.UNREADABLE: "文件无法读取",
    ProblemCode.NOT_SEALED: "文件没有加盖电子印章",
    ProblemCode.SIGNATURE_UNREADABLE: "签章数据损坏，无法读取",
    ProblemCode.VERSION_UNSUPPORTED: "签章数据的版本不在认识的范围内，无法判断",
    ProblemCode.PART_CHANGED: "文件内容在盖章后被改动",
    ProblemCode.PART_MISSING: "盖章时的部分内容已缺失",
    ProblemCode.PART_UNPROTECTED: "文件中有印章没有保护的内容",
    ProblemCode.CHANGED_AFTER_SEALING: "盖章后文件又增加了签章以外的内容",
    ProblemCode.SEAL_REPLACED: "印章文件与签章所用的印章不一致",
    ProblemCode.SEAL_MAKER_SIGNATURE: "印章不是由其制章者签发，或印章被改动",
    ProblemCode.SEAL_MAKER_UNTRUSTED: "制章者不在信任范围内",
    ProblemCode.SEAL_MAKER_REVOKED: "制章者的证书已被吊销",
    ProblemCode.SEAL_MAKER_UNKNOWN: "无法确认制章者的证书是否被吊销",
    ProblemCode.SEAL_NOT_VALID_AT: "签章时间不在印章有效期内",
    ProblemCode.SIGNER_NOT_LISTED: "签章人不在印章的使用人名单内",
    ProblemCode.SIGNER_UNTRUSTED: "签章人的证书不在信任范围内",
    ProblemCode.SIGNER_EXPIRED: "签章时签章人的证书不在有效期内",
    ProblemCode.SIGNER_REVOKED: "签章人的证书已被吊销",
    ProblemCode.REVOCATION_UNKNOWN: "没有覆盖签章时间的吊销列表，无法确认签章人的证书是否被吊销",
    ProblemCode.TRUST_UNKNOWN: "没有可用的信任根，无法判断",
    ProblemCode.DESCRIPTION_CHANGED: "签章描述文件在盖章后被改动",
    ProblemCode.SIGNATURE_OF_OTHER_DOCUMENT: "签章值属于别的签章或别的文件",
    ProblemCode.SIGNATURE_VALUE: "签章值不正确",
    ProblemCode.TIME_IN_FUTURE: "签章时间晚于现在",
    ProblemCode.TIME_STAMP_NOT_CHECKED: "签章带有时间戳，但无法核对",
    ProblemCode.TIME_STAMP_WRONG: "签章的时间戳不正确，或不属于这枚签章",
    ProblemCode.CLAIM_AFTER_STAMP: "签章人自述的时间晚于时间戳",
    ProblemCode.SEAL_STAMP_WRONG: "印章的时间戳不正确，或不属于这枚印章",
    ProblemCode.SEAL_STAMP_UNKNOWN: "印章带有时间戳，但无法核对",
    ProblemCode.EXTENSION_UNKNOWN: "印章或签章带有我们不认识的关键扩展，须向制章单位确认",
    ProblemCode.NO_SEAL: "此处只有数字签名，没有电子印章",
    ProblemCode.NOT_CLOSED: "文件没有封闭，之后可能被增减签章",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `signature` counts from 1; `part` is a package path; `text` a Chinese sentence."""

    code: ProblemCode
    text: str
    signature: int | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What is true of one signature. None means unknown. `signer_revoked` and `later_changes` are good
    when False.

    `signed_at` is the signer's claim, `stamped_at` the time of a stamp that holds, `time_authority` who stamped;
    `version` is the generation of the seal's structure (1, 4 or 5).
    """

    path: str
    references_intact: bool | None = None
    every_entry_covered: bool | None = None
    seal_equals_embedded: bool | None = None
    seal_maker_trusted: bool | None = None
    seal_valid_at: bool | None = None
    signer_listed: bool | None = None
    signer_chain: bool | None = None
    signer_revoked: bool | None = None
    signature_value: bool | None = None
    time_source: TimeSource | None = None
    closed: bool | None = None
    later_changes: bool | None = None
    signer: str = ""
    signer_subject: str = ""
    seal_id: str = ""
    seal_name: str = ""
    seal_maker: str = ""
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    time_authority: str = ""
    version: int = 0

    @property
    def judged_at(self) -> datetime | None:
        """The time seal and certificates were judged at: the stamped one, else the claimed."""
        return self.stamped_at or self.signed_at

    def states(self, policy: Policy) -> dict[str, bool | None]:
        """Every fact that counts under the policy, True being good."""
        found = {name: getattr(self, name) for name in _GOOD_WHEN_TRUE}
        for name in ("signer_revoked", "later_changes"):
            bad = getattr(self, name)
            found[f"not_{name}"] = None if bad is None else not bad
        source = self.time_source
        found["time_plausible"] = None if source is None else source is not TimeSource.IMPLAUSIBLE
        if policy == "foreign":
            del found["closed"]
        return found


_GOOD_WHEN_TRUE = (
    "references_intact", "every_entry_covered", "seal_equals_embedded", "seal_maker_trusted", "seal_valid_at",
    "signer_listed", "signer_chain", "signature_value", "closed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer about one file. `file_digest` (SM3) and `trust_digest` name what was judged by what."""

    verdict: Verdict
    signatures: tuple[SignatureFacts, ...]
    problems: tuple[Problem, ...]
    trust_digest: bytes
    judged_at: datetime
    policy: Policy
    _data: bytes = field(repr=False, default=b"")

    @property
    def file_digest(self) -> bytes:
        return sm3.digest(self._data)
