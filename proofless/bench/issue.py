"""``bench issue``: certificates composed and sealed to bytes, and issued end to end, with two processes.

The limit is the rate at which libcrypto signs with SM2 in two processes of the same run. The certificates are a
town's own, of all its types and one type after the other, as departments send theirs; every text differs. Every
thousandth file is read back from the store and verified.
The last run is one batch of what is left, in which the memory of every process is watched.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from proofless.bench.cpu import pids_of, tree_seconds
from proofless.bench.limits import issue_limit
from proofless.bench.place import Place, open_place
from proofless.bench.report import Figure, Result, machine, print_result, spread
from proofless.kit.kinds import Kind

if TYPE_CHECKING:  # importing these needs Django set up
    from proofless.certificates.services import NewCertificate

PROCESSES = 2
CERTIFICATES, EVERY = 100_000, 1_000
RESIDENTS, ENTERPRISES, SEED = 2_000, 300, 2026
TARGET_SEALED, TARGET_ISSUED = 0.25, 0.12
MEMORY_GROWTH = 1.1
CHUNK, IN_A_ROUND = 500, 2_000
DRAIN_SECONDS = 300


class _Rehearsed(Exception):
    """Takes back a chunk that was sealed only to be timed."""


@dataclass(slots=True)
class Measured:
    """A second: raw signatures, sealed files, issued certificates. ``rss`` are (issued, MiB of all processes)."""

    limit: list[float] = field(default_factory=list)
    sealed: list[float] = field(default_factory=list)
    issued: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)
    rss: list[tuple[int, float]] = field(default_factory=list)
    count: int = 0
    verified: int = 0
    refused: int = 0


def run(
    as_json: bool = False, *, rounds: int = 5, seconds: float = 4.0, certificates: int = CERTIFICATES
) -> int:
    with open_place("issue") as place:
        place.setup_django()
        wishes = _prepare(place)
        _warm(wishes)
        place.empty_ledger()
        load, found = machine(), Measured()
        with place.sequencing():
            for _ in range(rounds):
                found.limit.append(_in_processes(issue_limit.sign, seconds))
                found.sealed.append(_seal(wishes, seconds))
                _issue(wishes, IN_A_ROUND, found, watched=False)
                place.drain(DRAIN_SECONDS)
            _issue(wishes, max(certificates - found.count, IN_A_ROUND), found, watched=True)
            place.drain(DRAIN_SECONDS)
        return print_result(_judge(place, found, load), as_json)


def _prepare(place: Place) -> "list[NewCertificate]":
    """The catalogue, the seals and the people are brought in once; certificates of earlier runs go."""
    from proofless.config.filling import load_catalog, make_seals
    from proofless.config.firstrun import CATALOG
    from proofless.parties.models import Holder
    from proofless.simulator.load import register_town, wish_of
    from proofless.simulator.town import make_town

    load_catalog(lambda *_: None)
    make_seals(lambda *_: None)
    town = make_town(RESIDENTS, ENTERPRISES, SEED, CATALOG)
    note = place.home.run / "holders.txt"
    if not Holder.objects.exists():
        ids = register_town(town)
        note.write_text("\n".join(f"{key} {holder}" for key, holder in ids.items()))
    known = dict(line.rsplit(" ", 1) for line in note.read_text().splitlines())
    ids = {key: UUID(known[str(key)]) for key in {k for spec in town.certificates for k, _ in spec.holders}}
    _empty_library(place)
    wishes = [wish_of(spec, ids) for spec in town.certificates]
    return sorted(wishes, key=lambda wish: wish.type_code)


def _empty_library(place: Place) -> None:
    import psycopg

    from proofless.files import segments

    with psycopg.connect(place.superuser, autocommit=True) as connection:
        connection.execute(
            "TRUNCATE certificates_certificate, certificates_holding, certificates_lookup, files_blob, files_pattern"
            " CASCADE"
        )
    for _, old in segments.list_segments():
        old.unlink()


def _in_processes(task: Callable[[float], float], seconds: float) -> float:
    """The sum of what two processes reach at once."""
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        return sum(pool.map(task, [seconds] * PROCESSES))


def _seal(wishes: "list[NewCertificate]", seconds: float) -> float:
    """Files a second from validated drafts to sealed bytes."""
    from django.db import connections

    connections.close_all()
    half = len(wishes) // PROCESSES
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        jobs = [
            pool.submit(_seal_alone, wishes[number * half : (number + 1) * half], seconds)
            for number in range(PROCESSES)
        ]
        return sum(job.result() for job in jobs)


def _warm(wishes: "list[NewCertificate]") -> None:
    """What a long run computes once is computed before it: forked processes inherit each type's static parts."""
    _seal_alone(list({wish.type_code: wish for wish in wishes}.values()), 0.001)


def _seal_alone(wishes: "list[NewCertificate]", seconds: float) -> float:
    from proofless import ledger
    from proofless.access.actors import system_actor
    from proofless.certificates.services.composing import sealable
    from proofless.certificates.services.drafting import draft_all
    from proofless.kit import clock
    from proofless.kit.permissions import Permission
    from proofless.seals.affixing import Sealer

    gc.freeze()  # as an issuing process does
    actor, done, spent = system_actor(Permission.ISSUE, label="量测"), 0, 0.0
    stream = cycle(wishes)
    while spent < seconds:
        drafts = draft_all(actor=actor, wishes=list(islice(stream, CHUNK)))
        uses = {(draft.department.code, draft.type.code) for draft in drafts}
        try:
            with ledger.act(Kind.CERTIFICATE_PREPARED, actor) as act:
                sealer, now = Sealer(actor=actor, uses=uses, within=act), clock.now()
                began = time.monotonic()
                for draft in drafts:
                    sealer.affix(sealable(draft), now)
                spent += time.monotonic() - began
                done += len(drafts)
                raise _Rehearsed
        except _Rehearsed:
            continue
    return done / spent


def _issue(wishes: "list[NewCertificate]", count: int, found: Measured, *, watched: bool) -> None:
    """Issue ``count`` certificates end to end: file durable, row, both entries."""
    from proofless.access.actors import system_actor
    from proofless.certificates.services import issue_stream
    from proofless.kit.permissions import Permission

    actor = system_actor(Permission.ISSUE, label="量测")
    began, spent, before = time.monotonic(), tree_seconds(os.getpid()), found.count
    identifiers: list[str] = []
    for _, chunk in issue_stream(actor=actor, wishes=_wanted(wishes, count), processes=PROCESSES):
        for one in chunk:
            found.count += 1
            if found.count % EVERY == 0:
                identifiers.append(one.identifier)
        if watched:
            found.rss.append((found.count - before, _memory()))
            print(f"  证照 {found.count:,}", file=sys.stderr)
    took = time.monotonic() - began
    found.issued.append((found.count - before) / took)
    found.micros.append((tree_seconds(os.getpid()) - spent) / (found.count - before) * 1_000_000)
    for identifier in identifiers:
        _check(identifier, found)


def _wanted(wishes: "list[NewCertificate]", count: int) -> "Iterator[NewCertificate]":
    return islice(cycle(wishes), count)


def _memory() -> float:
    """MiB that this process and its children hold for themselves."""
    return sum(_private(Path(f"/proc/{pid}/smaps_rollup")) for pid in pids_of(os.getpid())) / 1024


def _private(rollup: Path) -> float:
    try:
        lines = rollup.read_text().splitlines()
    except OSError:  # it ended meanwhile
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Private_"))


def _check(identifier: str, found: Measured) -> None:
    """Read one file back and verify it as anybody would."""
    from proofless.certificates.models import Certificate
    from proofless.files import queries as files
    from proofless.gm.trust import TrustStore
    from proofless.kit import env
    from proofless.ofd.verify import verify

    address = Certificate.objects.values_list("file_address", flat=True).get(identifier=identifier)
    verdict = verify(files.read(address), TrustStore.load(env.home().trust)).verdict
    found.verified += verdict == "valid"
    found.refused += verdict != "valid"


def _judge(place: Place, found: Measured, load: list[Figure]) -> Result:
    check = place.check_chain()
    sealed = [ours / raw for ours, raw in zip(found.sealed, found.limit, strict=True)]
    issued = [ours / raw for ours, raw in zip(found.issued, found.limit, strict=False)]
    limit = spread(found.limit, "limit_per_s", "SM2 签名极限", " 次/秒")
    to_bytes, end_to_end = (
        spread(sealed, "sealed_ratio", "排版盖章占比"),
        spread(issued, "ratio", "全程制发占比"),
    )
    early, late = _plateaus(found.rss)
    flat = late <= early * MEMORY_GROWTH
    figures = (
        *load,
        *limit,
        *spread(found.sealed, "sealed_per_s", "排版并盖章", " 份/秒"),
        *spread(found.issued, "issued_per_s", "全程制发", " 份/秒"),
        *to_bytes,
        *end_to_end,
        *spread(found.micros, "cpu_us", "处理器时间(制发、签名)", " 微秒/份"),
        Figure("issued", "制发", found.count),
        Figure("verified", "抽验通过", found.verified),
        Figure("refused", "抽验未通过", found.refused),
        Figure("memory_early_mib", "内存(前段)", round(early, 1), " MiB"),
        Figure("memory_late_mib", "内存(后段)", round(late, 1), " MiB"),
        Figure("ledger_ok", "链核对无缺无重", check.ok and not check.pending),
    )
    share, whole = float(to_bytes[0].value), float(end_to_end[0].value)
    sound = not found.refused and found.verified == found.count // EVERY and check.ok and flat
    return Result(
        name="issue",
        figures=figures,
        limit=float(limit[0].value),
        ratio=whole,
        target={"sealed_ratio": TARGET_SEALED, "ratio": TARGET_ISSUED},
        met=sound and share >= TARGET_SEALED and whole >= TARGET_ISSUED,
        notes=check.problems,
    )


def _plateaus(samples: list[tuple[int, float]]) -> tuple[float, float]:
    """Highest memory in the second tenth of a batch, when caches are warm, and in its last tenth."""
    last = samples[-1][0]
    early = [size for done, size in samples if last * 0.1 <= done <= last * 0.3]
    late = [size for done, size in samples if done >= last * 0.8]
    return max(early, default=0.0), max(late, default=0.0)
