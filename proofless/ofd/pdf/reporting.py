"""命令行核验 PDF: trust from a folder, the facts as JSON and as a report."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from asn1crypto import pem

from proofless.gm import GmError
from proofless.ofd.facts import TimeSource
from proofless.ofd.pdf.checking import PdfSignatureFacts, PdfTrust, PdfVerification

_LABELS = {
    "intact": "被签内容未被改动，签名值正确",
    "strong": "摘要算法足够强",
    "signer_chain": "签名人证书可信",
    "not_signer_revoked": "签名人证书未被吊销",
    "time_plausible": "签名时间可信",
    "not_later_changes": "签名后无其他改动",
}
_TIMES = {
    TimeSource.CLAIMED: "签名人自述",
    TimeSource.STAMPED: "时间戳",
    TimeSource.IMPLAUSIBLE: "不可信",
    None: "未知",
}
_SUFFIXES = frozenset({".cer", ".crt", ".der", ".pem", ".crl"})


class BadTrust(GmError):
    """A trust folder's file that is neither certificate nor revocation list."""


def load_trust(folder: Path) -> PdfTrust:
    """From `anchors/`, `intermediates/` and `crls/` of a folder, of any algorithm. Raises `BadTrust`, OSError."""
    anchors, intermediates, crls = (_read(folder / part) for part in ("anchors", "intermediates", "crls"))
    try:
        return PdfTrust.of(anchors, intermediates, crls)
    except (ValueError, TypeError) as error:
        raise BadTrust(f"{folder}: {error}") from error


def _read(folder: Path) -> list[bytes]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    found: list[bytes] = []
    for data in (file.read_bytes() for file in files if file.suffix.lower() in _SUFFIXES):
        try:
            blocks = [block[2] for block in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        except ValueError as error:
            raise BadTrust(f"{folder}: {error}") from error
        found += blocks
    return found


def as_json(found: PdfVerification) -> dict[str, object]:
    """Plain JSON values: digest in hex, times in ISO 8601, unknown facts null."""
    return {
        "verdict": found.verdict,
        "signatures": [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in asdict(one).items()
            }
            for one in found.signatures
        ],
        "file_digest": found.file_digest.hex(),
        "judged_at": found.judged_at.isoformat(),
    }


def report(found: PdfVerification) -> list[str]:
    """Lines for a person, below the verdict."""
    lines = [] if found.signatures else ["文件没有数字签名"]
    for number, facts in enumerate(found.signatures, 1):
        lines += _signature(number, facts)
    return lines


def _signature(number: int, facts: PdfSignatureFacts) -> list[str]:
    at = facts.signed_at.isoformat() if facts.signed_at else "未知"
    signer = "".join(character for character in facts.signer if character.isprintable()) or "未知"
    head = f"第 {number} 个签名：{signer}，{facts.algorithm}，时间 {at}（{_TIMES[facts.time_source]}）"
    marks = {None: "？", True: "√", False: "×"}
    return [head, *(f"  {marks[state]} {_LABELS[name]}" for name, state in facts.states.items())]
