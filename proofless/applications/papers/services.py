"""文书用印: papers that wait are sealed, one after another, by the node or by a keeper from her queue.

The intent stands since the act it tells of; sealing is one transaction of its own and happens once. What cannot be
sealed now keeps its words and says why, and is tried again.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from proofless import ledger
from proofless.access.actors import official_actor, system_actor
from proofless.applications import queries
from proofless.applications.models import OfficePaper
from proofless.applications.papers.drawing import SEAL_SIDE, as_ofd, as_pdf, seal_spot
from proofless.applications.papers.queries import pinned, words_of
from proofless.applications.papers.wording import Paper, PaperKind
from proofless.applications.sealing import paper_context
from proofless.files import services as files
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.seals.services.lettering import LetterSealer
from proofless.seals.wishes import AtPoint, SealWish
from proofless.vault import cipher

_log = logging.getLogger("proofless.applications.papers")
OFFICE_PAPER = "office_paper"  # the kind of document that custody and seals name
LABEL = "办件文书用印"
BATCH, ROUND_SECONDS = 50, 3.0


@dataclass(frozen=True, slots=True)
class Sealing:
    """How many papers got their seal; ``stopped`` is why no more of them did."""

    sealed: int
    stopped: Refusal | None = None


class _SealedMeanwhile(Exception):
    """Somebody else sealed it first: nothing is written."""


def seal_waiting() -> Mapping[str, int]:
    """Seal what waits, department by department, a few seconds at a time so that other tasks have their turn. Run
    every few seconds; safe to run twice.
    """
    until = time.monotonic() + ROUND_SECONDS
    waiting = OfficePaper.objects.filter(state=OfficePaper.State.WAITING)
    counts = {"sealed": 0, "left": 0}
    codes = waiting.order_by("department_code").values_list("department_code", flat=True).distinct()
    for code in list(codes):
        hindered: set[Actor] = set()
        # Those nobody tried so far come first: their words are pinned even while the seal is away.
        for row in waiting.filter(department_code=code).order_by("reason", "made_at")[:BATCH]:
            if time.monotonic() > until:
                return counts
            who = _by(row)
            if row.words_sealed and who in hindered:
                continue
            if _try(who, row):
                counts["sealed"] += 1
            else:
                counts["left"] += 1
                hindered.add(who)
    return counts


def seal_own(*, actor: Actor) -> Sealing:
    """An official seals what waits in her department, until all is done or the seal refuses, which is in the result."""
    actor.check(Permission.ISSUE)
    waiting = OfficePaper.objects.filter(state=OfficePaper.State.WAITING)
    done = 0
    for row in waiting.filter(department_code=actor.department_code or "-").order_by("made_at")[:BATCH]:
        paper = _words(row)
        try:
            done += _seal(actor, row, paper)
        except Refusal as refusal:
            _wait(actor, row, paper, refusal)
            return Sealing(done, refusal)
    return Sealing(done)


def _by(row: OfficePaper) -> Actor:
    """In whose hand the seal is: of the official whose act the paper tells of, else of the node itself."""
    mine = official_actor(row.made_by) if row.made_by else None
    if mine is not None and mine.department_code == row.department_code and mine.may(Permission.ISSUE):
        return mine
    return system_actor(Permission.ISSUE, department_code=row.department_code, label=LABEL)


def _try(who: Actor, row: OfficePaper) -> bool:
    try:
        paper = _words(row)
        try:
            return _seal(who, row, paper)
        except Refusal as refusal:
            _wait(who, row, paper, refusal)
    except Exception:  # one broken case must not keep everybody else's papers
        _log.exception("paper cannot be made", extra={"paper": str(row.id)})
    return False


def _words(row: OfficePaper) -> Paper:
    """What the paper says: pinned when it was first tried, else from the case, a read by the department's duty."""
    if row.words_sealed:
        return pinned(row)
    reader = system_actor(Permission.HANDLE, department_code=row.department_code, label=LABEL)
    with ledger.reading():
        case = queries.open_for_papers(reader, row.application_id)
    return words_of(case, PaperKind(row.kind), row.sequence)


def _seal(who: Actor, row: OfficePaper, paper: Paper) -> bool:
    """Whether the paper got its seal now; one sealed meanwhile is left as it is."""
    demo, at = env.home().demo, clock.now()
    spot = seal_spot(paper, demo=demo)
    wish = SealWish(AtPoint(spot.page, spot.x, spot.y), SEAL_SIDE)
    try:
        with ledger.act(None, who) as act:
            sealer = LetterSealer(
                actor=who, department_code=row.department_code, type_code=OFFICE_PAPER, within=act
            )
            mine = OfficePaper.objects.filter(id=row.id, holder_id=row.holder_id)
            if mine.select_for_update().get().state != OfficePaper.State.WAITING:
                raise _SealedMeanwhile()
            plain = [(make(paper, at, demo=demo), wish) for make in (as_ofd, as_pdf)]
            done = sealer.seal(row.id, plain, at)
            ofd, pdf = files.store_many(files=done.files, within=act)
            mine.update(
                state=OfficePaper.State.SEALED,
                ofd_address=ofd.address,
                pdf_address=pdf.address,
                seal_code=done.seal_code,
                seal_name=done.seal_name,
                sealed_at=at,
                words_sealed=None,
                reason="",
                hint="",
            )
            _enter(act, Kind.PAPER_SEALED, row, seal=done.seal_code, file=ofd.address)
    except _SealedMeanwhile:
        return False
    return True


def _wait(who: Actor, row: OfficePaper, paper: Paper, refusal: Refusal) -> None:
    """The paper keeps its words and says why it has no seal; the same reason is not entered again."""
    told = (
        refusal.message if refusal.message != refusal.code.text else f"{refusal.message}。{refusal.next_step}"
    )
    why = {"reason": refusal.code.name, "hint": told[:200]}
    if (row.reason, row.hint) == (why["reason"], why["hint"]):
        return
    words = row.words_sealed or cipher.seal(msgspec.json.encode(paper), paper_context(row.id))
    mine = OfficePaper.objects.filter(id=row.id, holder_id=row.holder_id, state=OfficePaper.State.WAITING)
    with ledger.act(None, who) as act:
        mine.update(words_sealed=words, **why)
        _enter(act, Kind.PAPER_WAITS, row, reason=refusal.code.name)


def _enter(act: ledger.Act, kind: Kind, row: OfficePaper, **detail: object) -> None:
    act.enter(
        kind,
        object_kind="paper",
        object_id=row.id,
        holders=[row.holder_id],
        detail={"paper": row.kind, "department": row.department_code, **detail},
    )
