"""核对文件的印章: anybody's act. The file is judged in memory and not kept; the entry holds its digest and the
verdict.
"""

from dataclasses import dataclass

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.ofd.errors import NotOfd
from proofless.ofd.facts import Verification
from proofless.ofd.reader import Reader
from proofless.ofd.verify import verify
from proofless.seals import checks
from proofless.seals.queries.trust import foreign_trust

IDENTIFIER = "ZZBS"  # GB/T 36903-2018: an e-certificate's identifier among a file's metadata


@dataclass(frozen=True, slots=True)
class FileChecked:
    """``title`` and ``identifier`` are the file's own words about itself, which only its seals can vouch for."""

    found: Verification
    title: str
    identifier: str


def check_file(*, actor: Actor, data: bytes) -> FileChecked:
    """Judge the seals of a file under the home's own trust and the recognised trust of others."""
    title, identifier = _self_description(data)
    found = verify(data, foreign_trust(), now=clock.now(), policy=checks.policy_of(bool(identifier)))
    with ledger.act(
        Kind.SEAL_FILE_CHECKED,
        actor,
        object_kind="file_digest",
        object_id=found.file_digest.hex(),
        purpose="验章",
        detail={"verdict": found.verdict.value, "seals": len(found.signatures), "bytes": len(data)},
    ):
        return FileChecked(found, title, identifier)


def _self_description(data: bytes) -> tuple[str, str]:
    try:
        reader = Reader(data)
        return reader.title, dict(reader.fields().metadata).get(IDENTIFIER, "")
    except NotOfd:
        return "", ""
