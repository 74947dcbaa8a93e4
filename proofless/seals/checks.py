"""验章: what was found about a file, fact by fact, in sentences a clerk understands. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from proofless.ofd.facts import Policy, SignatureFacts, TimeSource, Verdict, Verification

if TYPE_CHECKING:  # checking PDF files loads pyHanko, half a second
    from proofless.ofd.pdf.checking import PdfSignatureFacts, PdfVerification

# what is said, whether it holds, a note, the fact's code
Sentence = tuple[str, bool | None, str, str]
VERDICTS = {
    Verdict.VALID: ("文件真实有效", "印章和签名都核对无误，之后内容没有被改动。", "ok"),
    Verdict.INVALID: (
        "这份文件不可信",
        "有一项以上核对没有通过，请不要采信；可请出示人到签发单位重新开具。",
        "bad",
    ),
    Verdict.UNKNOWN: (
        "暂时不能确认真假",
        "没有发现问题，但有的项目缺少依据。“未知”不等于通过，可向签发单位核实。",
        "warn",
    ),
    Verdict.UNREADABLE: (
        "文件打不开",
        "这不是完整的 OFD 或 PDF 文件，可能在传送中损坏；请重新取得原文件。",
        "bad",
    ),
}
# fact: what is said when it holds, what when it does not, what when nobody knows
_SAID = {
    "references_intact": (
        "盖章后内容没有被改动",
        "盖章后内容被改动过",
        "不能确认盖章后内容有没有被改动",
    ),
    "every_entry_covered": (
        "文件的每一部分都在印章保护之下",
        "文件里有印章没有保护的内容",
        "不能确认印章保护了哪些内容",
    ),
    "seal_equals_embedded": (
        "文件里的印章就是签章时用的那一枚",
        "文件里的印章被换过",
        "不能确认文件里的印章是不是签章时用的那一枚",
    ),
    "seal_maker_trusted": (
        "印章由可信的制章机构制作",
        "制作这枚印章的机构不在信任名单内",
        "不能确认印章由谁制作",
    ),
    "seal_valid_at": ("签章时印章在有效期内", "签章时印章不在有效期内", "不能确认签章时印章是否有效"),
    "signer_listed": (
        "签章人有权使用这枚印章",
        "签章人不在这枚印章的使用人名单内",
        "不能确认签章人是否有权使用这枚印章",
    ),
    "signer_chain": (
        "签章人的证书由可信的机构签发",
        "签章人的证书不可信，或签章时已不在有效期内",
        "不能确认签章人的证书由谁签发",
    ),
    "not_signer_revoked": (
        "签章人的证书没有被吊销",
        "签章人的证书已被吊销",
        "没有新近的吊销名单，不能确认签章人的证书是否被吊销",
    ),
    "signature_value": ("签章值正确", "签章值不正确", "签章值不能核对"),
    "time_plausible": ("签章时间合理", "签章时间不合理", "签章时间不能确认"),
    "closed": (
        "文件已封闭，不能再加盖印章",
        "文件没有封闭，之后可能被增减印章",
        "不能确认文件是否封闭",
    ),
    "not_later_changes": ("盖章后没有增加别的内容", "盖章后又增加了别的内容", "不能确认盖章后有没有增加内容"),
}
_SAID_OF_PDF = {
    "intact": (
        "签名后内容没有被改动",
        "签名后内容被改动过，或签名值不正确",
        "不能确认签名后内容有没有被改动",
    ),
    "strong": ("签名算法没有过时", "签名用的算法已经不安全，可能被伪造", "不能确认签名用了什么算法"),
    "signer_chain": (
        "签名人的证书由可信的机构签发",
        "签名人的证书不可信，或签名时已不在有效期内",
        "不能确认签名人的证书由谁签发",
    ),
    "not_signer_revoked": (
        "签名人的证书没有被吊销",
        "签名人的证书已被吊销",
        "没有新近的吊销名单，不能确认签名人的证书是否被吊销",
    ),
    "time_plausible": ("签名时间合理", "签名时间不合理", "签名时间不能确认"),
    "not_later_changes": (
        "签名后没有增加别的内容",
        "签名后又增加了别的内容",
        "不能确认签名后有没有增加内容",
    ),
}
_NOTHING_SIGNED = "文件里没有电子印章或电子签名，无从核对"


@dataclass(frozen=True, slots=True)
class SealCheck:
    """One seal or signature as a person reads it. ``field`` is the name of a PDF's signature field."""

    name: str
    signer: str
    signed_at: datetime | None
    maker: str
    facts: tuple[Sentence, ...]
    algorithm: str = "SM2 签名，SM3 摘要"
    field: str = ""

    @property
    def good(self) -> bool | None:
        states = [fact[1] for fact in self.facts]
        return False if False in states else None if None in states else True


UNSIGNED = (
    "文件没有盖章或签名",
    "文件里没有电子印章或电子签名，真假无从核对；可请出示人提供盖章的原文件。",
    "warn",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about a file, OFD or PDF alike. ``digest`` is SM3; ``problems`` are of the file as a whole."""

    kind: str
    verdict: Verdict
    seals: tuple[SealCheck, ...]
    problems: tuple[str, ...]
    digest: bytes
    judged_at: datetime


def verdict_of(found: Judged) -> tuple[str, str, str]:
    """Title, what to do, tone."""
    if found.verdict is Verdict.UNKNOWN and not found.seals:
        return UNSIGNED
    return VERDICTS[found.verdict]


def of_ofd(found: Verification) -> Judged:
    """One seal for each signature, in the order of sealing."""
    seals = tuple(
        SealCheck(
            # Version 0 with a signer: a digital signature, whose seal facts stay unknown.
            name=facts.seal_name
            or ("没有印章的数字签名" if facts.signer and not facts.version else "未命名的印章"),
            signer=facts.signer or "未知",
            signed_at=facts.signed_at,
            maker=facts.seal_maker,
            facts=tuple(_sentences(facts, found.policy)),
        )
        for facts in found.signatures
    )
    problems = tuple(problem.text for problem in found.problems if problem.signature is None)
    return Judged("ofd", found.verdict, seals, problems, found.file_digest, found.judged_at)


def of_pdf(found: PdfVerification) -> Judged:
    """One for each signature, in the order of signing."""
    seals = tuple(
        SealCheck(
            name=f"{facts.signer or '未知签名人'}的电子签名",
            signer=facts.signer or "未知",
            signed_at=facts.signed_at,
            maker="",
            facts=tuple(_pdf_sentences(facts)),
            algorithm=facts.algorithm,
            field=facts.field,
        )
        for facts in found.signatures
    )
    readable = found.verdict is not Verdict.UNREADABLE
    problems = (_NOTHING_SIGNED,) if readable and not seals else ()
    return Judged("pdf", found.verdict, seals, problems, found.file_digest, found.judged_at)


def _sentences(facts: SignatureFacts, policy: Policy) -> Iterator[Sentence]:
    for name, state in facts.states(policy).items():
        yield _say(_SAID[name], state), state, _time_note(name, facts.time_source), name


def _pdf_sentences(facts: PdfSignatureFacts) -> Iterator[Sentence]:
    for name, state in facts.states.items():
        yield _say(_SAID_OF_PDF[name], state), state, _time_note(name, facts.time_source), name


def _say(words: tuple[str, str, str], state: bool | None) -> str:
    good, bad, unknown = words
    return good if state else bad if state is False else unknown


def _time_note(name: str, source: TimeSource | None) -> str:
    claimed = name == "time_plausible" and source is TimeSource.CLAIMED
    return "时间由签章人自己写下，没有时间戳作证" if claimed else ""


def policy_of(is_certificate: bool) -> Policy:
    """An e-certificate must be closed by its last seal; other people's documents need not be."""
    return "certificate" if is_certificate else "foreign"
