"""核对文件的印章: anybody's act. The file is judged in memory and not kept; the entry holds its digest and the
verdict.
"""

from dataclasses import dataclass

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.ofd.errors import NotOfd
from proofless.ofd.pdf.viewing import is_pdf
from proofless.ofd.reader import Reader
from proofless.ofd.verify import verify
from proofless.seals import checks
from proofless.seals.checks import Judged
from proofless.seals.queries.trust import foreign_pdf_trust, foreign_trust

IDENTIFIER = "ZZBS"  # GB/T 36903-2018: an e-certificate's identifier among a file's metadata


@dataclass(frozen=True, slots=True)
class FileChecked:
    """``title`` and ``identifier`` are the file's own words about itself, which only its seals can vouch for."""

    found: Judged
    title: str
    identifier: str


def check_file(*, actor: Actor, data: bytes) -> FileChecked:
    """Judge the seals or signatures of an OFD or PDF file under the home's own trust and what the policy recognises
    of others: their seals in OFD files, their signatures in PDF files."""
    checked = _judge_pdf(data) if is_pdf(data) else _judge_ofd(data)
    found = checked.found
    with ledger.act(
        Kind.SEAL_FILE_CHECKED,
        actor,
        object_kind="file_digest",
        object_id=found.digest.hex(),
        purpose="验章",
        detail={"verdict": found.verdict.value, "seals": len(found.seals), "bytes": len(data)},
    ):
        return checked


def _judge_ofd(data: bytes) -> FileChecked:
    title, identifier = _self_description(data)
    found = verify(data, foreign_trust(), now=clock.now(), policy=checks.policy_of(bool(identifier)))
    return FileChecked(checks.of_ofd(found), title, identifier)


def _judge_pdf(data: bytes) -> FileChecked:
    from proofless.ofd.pdf.checking import verify_pdf  # loads pyHanko, half a second

    return FileChecked(checks.of_pdf(verify_pdf(data, foreign_pdf_trust(), now=clock.now())), "", "")


def _self_description(data: bytes) -> tuple[str, str]:
    try:
        reader = Reader(data)
        return reader.title, dict(reader.fields().metadata).get(IDENTIFIER, "")
    except NotOfd:
        return "", ""
