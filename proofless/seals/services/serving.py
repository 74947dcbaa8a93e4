"""盖章服务: sealing documents that departments' systems and officers bring, singly or many at once. Nothing is kept:
the entry holds the digests of what came in and what went out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from proofless import ledger
from proofless.gm import sm3
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, Refusal
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ofd import placing
from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotOfd, SealRefused
from proofless.ofd.package import Package, pack, unpack
from proofless.ofd.reader import Reader
from proofless.ofd.sealing import Place
from proofless.seals.affixing import choose, put
from proofless.seals.errors import DocumentRefused

DOCUMENT = "document"  # the kind of document custody names for what is no certificate
LEAST_MM, MOST_MM = 10.0, 60.0


@dataclass(frozen=True, slots=True)
class AtPoint:
    """The picture's middle at (x, y) mm on a page from 1."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class AtWords:
    """Over the ``nth`` place (from 1; -1 the last) where the words stand."""

    words: str
    nth: int = -1


@dataclass(frozen=True, slots=True)
class AcrossEdges:
    """骑缝: a slice on every page, its middle at this share of the height."""

    at: float = 0.5


@dataclass(frozen=True, slots=True)
class SealWish:
    """How a document is to be sealed. ``side`` is the picture's size in mm; ``close`` admits no further seal."""

    where: AtPoint | AtWords | AcrossEdges
    side: float = 42.0
    close: bool = True


@dataclass(frozen=True, slots=True)
class FileSealed:
    """``data`` is the sealed file, ``source`` the SM3 of what was brought, in hex."""

    data: bytes
    source: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of a batch: sealed, or the refusal that says why not."""

    name: str
    sealed: FileSealed | None
    refusal: Refusal | None


def seal_file(*, actor: Actor, data: bytes, wish: SealWish) -> FileSealed:
    """The file under the seal of the actor's department.

    Raises DocumentRefused for a file that cannot be sealed so, SealNotActive, SealForbidden, SignerLocked and
    SignerFailed as every sealing does; then nothing was entered and nothing is left.
    """
    actor.check(Permission.SEAL_KEEP)
    if not actor.department_code:
        raise Forbidden("盖章须以部门身份进行")
    package = _opened(data)
    places = _places(package, data, wish)
    with ledger.act(None, actor) as act:
        chosen = choose(actor, [(actor.department_code, DOCUMENT)])[actor.department_code, DOCUMENT]
        sealed = pack(put(package, chosen, places, clock.now(), close=wish.close))
        source = sm3.digest(data).hex()
        act.enter(
            Kind.SEAL_USED,
            object_kind="document",
            object_id=source,
            detail={"seal": chosen.view.code, "type": DOCUMENT, "sealed": sm3.digest(sealed).hex()},
        )
    return FileSealed(sealed, source)


def seal_files(*, actor: Actor, files: Sequence[tuple[str, bytes]], wish: SealWish) -> list[FileResult]:
    """Several (name, data), each in an act of its own: what was sealed stays, the rest can be sent again."""
    results = []
    for name, data in files:
        try:
            results.append(FileResult(name, seal_file(actor=actor, data=data, wish=wish), None))
        except Refusal as refusal:
            results.append(FileResult(name, None, refusal))
    return results


def _opened(data: bytes) -> Package:
    try:
        return unpack(data)
    except NotOfd as error:
        raise DocumentRefused(f"不是可以盖章的 OFD 文件：{error}") from error


def _places(package: Package, data: bytes, wish: SealWish) -> tuple[Place, ...]:
    if not LEAST_MM <= wish.side <= MOST_MM:
        raise DocumentRefused(f"印章大小应在 {LEAST_MM:.0f} 到 {MOST_MM:.0f} 毫米之间")
    match wish.where:
        case AtPoint(page, x, y):
            return (_at_point(package, page, x, y, wish.side),)
        case AtWords(words, nth):
            return (_at_words(package, data, words, nth, wish.side),)
        case AcrossEdges(at):
            if not 0.0 <= at <= 1.0:
                raise DocumentRefused("骑缝章的位置应在页面之内")
            try:
                return placing.across_edges(package, wish.side, at=at)
            except SealRefused as error:
                raise DocumentRefused(str(error)) from error


def _at_point(package: Package, page: int, x: float, y: float, side: float) -> Place:
    if not 1 <= page <= len(package.pages):
        raise DocumentRefused(f"文件只有 {len(package.pages)} 页，没有第 {page} 页")
    size = package.pages[page - 1]
    box = Box(x - side / 2, y - side / 2, side, side)
    if box.x < 0 or box.y < 0 or box.x + side > size.width or box.y + side > size.height:
        raise DocumentRefused("印章超出了页面，请把位置往里移")
    return Place(page, box)


def _at_words(package: Package, data: bytes, words: str, nth: int, side: float) -> Place:
    spots = Reader(data).find(words)
    if not spots:
        raise DocumentRefused(f"文件里没有找到“{words[:20]}”")
    if nth == 0 or abs(nth) > len(spots):
        raise DocumentRefused(f"“{words[:20]}”只出现了 {len(spots)} 次")
    return placing.over(spots[nth - 1 if nth > 0 else nth], side, package)
