"""``bench ofd-fuzz``: mutated sealed files against the verifier and the reader: no crash, no hang, no false accept.

Case n of a seed is always the same file: a failing one is named by its number and kept in the folder told at the end.
Half of the mutations keep the package sound (right checksums, rebuilt directory), so that they reach the XML and the
DER behind it. A file found valid must hold exactly the parts of one of the originals.
"""

import random
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from proofless.bench.ofd_verify import NOW, Files, make_files
from proofless.bench.report import Figure, Result, machine, print_result
from proofless.gm.trust import TrustStore
from proofless.ofd import verify
from proofless.ofd.errors import OfdError
from proofless.ofd.facts import Verdict
from proofless.ofd.reader import Reader

CASES, PROCESSES, SEED = 100_000, 2, 3
MOST_SECONDS, STOP_SECONDS = 1.0, 20.0
CHUNK, SHOWN_EVERY = 250, 4
_NUMBERS = (b"-1", b"0", b"1e9", b"nan", b"99999999", b"0.0001", b"", b"g 9 9", b"/", b"../x", b"\xff")

Parts = dict[str, bytes]
Mutation = Callable[[random.Random, list[Parts]], bytes]


@dataclass(slots=True)
class Found:
    """What came of some cases; `failed` are (case, why)."""

    verdicts: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    slowest: float = 0.0
    failed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        self.verdicts += other.verdicts
        self.shown += other.shown
        self.slowest = max(self.slowest, other.slowest)
        self.failed += other.failed


class _Hang(Exception):
    """A case that had to be stopped."""


_files: Files
_parts: list[Parts]
_trust: TrustStore
_seed = SEED


def run(as_json: bool = False, *, cases: int = CASES, processes: int = PROCESSES, seed: int = SEED) -> int:
    load, files, found = machine(), make_files(6), Found()
    began = time.monotonic()
    chunks = [range(at, min(at + CHUNK, cases)) for at in range(0, cases, CHUNK)]
    with ProcessPoolExecutor(processes, get_context("fork"), _prepare, (files, seed)) as pool:
        for number, some in enumerate(pool.map(_try_all, chunks), 1):
            found.add(some)
            if number % 40 == 0:
                print(f"  {number * CHUNK:,}", file=sys.stderr, flush=True)
    _prepare(files, seed)
    return print_result(_judge(found, load, cases, time.monotonic() - began, _keep(found)), as_json)


def _prepare(files: Files, seed: int) -> None:
    global _files, _parts, _trust, _seed
    _files, _seed, _trust = files, seed, files.trust()
    _parts = [read_parts(data) for data in files.sealed]
    signal.signal(signal.SIGVTALRM, _stop)


def _stop(*_: object) -> None:
    raise _Hang


def read_parts(data: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: list[tuple[str, bytes]]) -> bytes:
    """A sound package; a name may stand in it twice."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            archive.NameToInfo.pop(name, None)  # else zipfile warns of the very thing we want
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def mutated(case: int) -> bytes:
    """The file of a case."""
    rng = random.Random(f"{_seed}/{case}")
    return rng.choices(_MUTATIONS, _WEIGHTS)[0](rng, _parts)


def _try_all(cases: range) -> Found:
    found = Found()
    for case in cases:
        _try(case, found)
    return found


def _try(case: int, found: Found) -> None:
    data = mutated(case)
    signal.setitimer(signal.ITIMER_VIRTUAL, STOP_SECONDS)
    began = time.thread_time()
    try:
        verdict = verify.verify(data, _trust, now=NOW).verdict
        found.verdicts[verdict] += 1
        _read(data, found, shown=case % SHOWN_EVERY == 0)
        spent = time.thread_time() - began
        found.slowest = max(found.slowest, spent)
        if spent > MOST_SECONDS:
            found.failed.append((case, f"{spent:.1f} s"))
        if verdict is Verdict.VALID and not _is_original(data):
            found.failed.append((case, "accepted"))
    except _Hang:
        found.failed.append((case, "hangs"))
    except Exception as error:
        found.failed.append((case, f"{type(error).__name__}: {error}"[:200]))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _read(data: bytes, found: Found, *, shown: bool) -> None:
    """What a page does with a file somebody dropped on it; refusals are answers."""
    try:
        reader = Reader(data)
        reader.text()
        reader.fields()
        reader.attachments()
        # As a page does: one at a time.
        for page in reader.pages[:1] if shown else ():
            page.svg()
            found.shown += 1
    except OfdError:
        return


def _is_original(data: bytes) -> bool:
    # A flipped byte there says nothing of the content.
    vars(zipfile)["MAX_EXTRACT_VERSION"] = 255
    return read_parts(data) in _parts


# Mutations


def _flip_file(rng: random.Random, originals: list[Parts]) -> bytes:
    raw = bytearray(rng.choice(_files.sealed))
    for _ in range(rng.randint(1, 6)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


def _cut_file(rng: random.Random, originals: list[Parts]) -> bytes:
    raw, other = rng.choice(_files.sealed), rng.choice(_files.sealed)
    return raw[: rng.randrange(len(raw))] + other[rng.randrange(len(other)) :]


def _change_part(rng: random.Random, originals: list[Parts]) -> bytes:
    parts = dict(rng.choice(originals))
    for _ in range(rng.randint(1, 2)):
        name = rng.choice(list(parts))
        parts[name] = _bent(rng, parts[name], name)
    return pack(list(parts.items()))


def _bent(rng: random.Random, content: bytes, name: str) -> bytes:
    """A part with a few bytes, or in XML a few words, changed."""
    if name.endswith(".xml") and rng.random() < 0.7:
        return _bent_xml(rng, content)
    raw = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(raw) or 1)
        raw[at : at + rng.choice((0, 1, 1, 1, 4))] = rng.randbytes(rng.choice((0, 1, 1, 1, 4)))
    return bytes(raw)


def _bent_xml(rng: random.Random, content: bytes) -> bytes:
    pieces = content.replace(b"<", b"\0<").split(b"\0")
    at = rng.randrange(len(pieces))
    match rng.randrange(5):
        case 0:
            pieces[at : at + 1] = []
        case 1:
            pieces.insert(at, pieces[at])
        case 2:
            other = rng.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        case 3:
            pieces[at : at + 1] = [pieces[at]] * rng.choice((3, 60, 900))
        case _:
            words = pieces[at].replace(b'"', b'"\0').replace(b" ", b" \0").split(b"\0")
            words[rng.randrange(len(words))] = rng.choice(_NUMBERS)
            pieces[at] = b"".join(words)
    return b"".join(pieces)


def _change_entries(rng: random.Random, originals: list[Parts]) -> bytes:
    """Entries named twice, left out, in another order, under other names, or added."""
    entries = list(rng.choice(originals).items())
    at = rng.randrange(len(entries))
    name, content = entries[at]
    match rng.randrange(6):
        case 0:
            entries.append((name, _bent(rng, content, name)))
        case 1:
            entries.pop(at)
        case 2:
            rng.shuffle(entries)
        case 3:
            entries[at] = (
                rng.choice((name.lower(), f"./{name}", f"/{name}", name.replace("/", "\\"))),
                content,
            )
        case 4:
            entries.insert(at, (f"Doc_0/{rng.randrange(99)}.xml", rng.randbytes(20)))
        case _:
            entries.append((f"{name}/", b""))
    return pack(entries)


def _cross(rng: random.Random, originals: list[Parts]) -> bytes:
    """Parts of one sealed file in another: seals and signatures lifted."""
    parts, other = dict(rng.choice(originals)), rng.choice(originals)
    names = rng.sample(list(other), rng.randint(1, 6))
    return pack(list((parts | {name: other[name] for name in names}).items()))


_MUTATIONS: list[Mutation] = [_flip_file, _cut_file, _change_part, _change_entries, _cross]
_WEIGHTS = (15, 5, 55, 15, 10)


def _keep(found: Found) -> str:
    """The folder of failing files; empty when there are none."""
    if not found.failed:
        return ""
    folder = Path(tempfile.mkdtemp(prefix="ofd-fuzz-"))
    for case, _ in found.failed[:50]:
        (folder / f"{case}.ofd").write_bytes(mutated(case))
    return str(folder)


def _judge(found: Found, load: list[Figure], cases: int, seconds: float, folder: str) -> Result:
    names = {
        "valid": "与原件内容相同",
        "invalid": "判为无效",
        "unknown": "无法确认",
        "unreadable": "拒绝读取",
    }
    return Result(
        name="ofd-fuzz",
        figures=(
            *load,
            Figure("cases", "变异文件", cases),
            *(Figure(key, label, found.verdicts[key]) for key, label in names.items()),
            Figure("shown", "其中绘出的页", found.shown),
            Figure("slowest_s", "最慢一个(处理器时间)", round(found.slowest, 3), " 秒"),
            Figure("failed", "崩溃、超时或误判", len(found.failed)),
            Figure("seconds", "用时", round(seconds), " 秒"),
        ),
        limit=None,
        ratio=None,
        target={"failed": 0, "slowest_s": MOST_SECONDS},
        met=not found.failed and sum(found.verdicts.values()) == cases,
        notes=tuple(chain((f"{case}: {why}" for case, why in found.failed[:20]), [folder] if folder else [])),
    )
