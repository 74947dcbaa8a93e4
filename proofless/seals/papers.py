"""待盖章文件: OFD and PDF files somebody brings to be sealed: where the picture goes, and the sealing itself."""

from collections.abc import Sequence
from datetime import datetime

from proofless.gm.errors import GmError
from proofless.gm.ses import parse_seal
from proofless.ofd import placing
from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotOfd, NotPdf, OfdError, SealRefused
from proofless.ofd.package import Package, pack, unpack
from proofless.ofd.pdf import viewing
from proofless.ofd.pdf.viewing import PdfPage
from proofless.ofd.reader import Reader, Spot
from proofless.ofd.sealing import Place, check_open
from proofless.seals.affixing import Chosen, put
from proofless.seals.errors import DocumentRefused, SealNotActive, SignerFailed
from proofless.seals.models import Authority, AuthorityRole
from proofless.seals.pictures import fitted
from proofless.seals.wishes import AcrossEdges, AtPoint, AtWords, InBox, SealWish

LEAST_MM, MOST_MM = 10.0, 60.0


class OfdPaper:
    """An OFD file. Raises DocumentRefused."""

    suffix, content_type = "ofd", "application/ofd"

    def __init__(self, data: bytes, wish: SealWish) -> None:
        self._wish = wish
        try:
            self._package = unpack(data)
        except NotOfd as error:
            why = f"：{error}" if data.startswith(b"PK") else "，文件损坏或格式不对"
            raise DocumentRefused(f"不是可以盖章的 OFD 或 PDF 文件{why}") from error
        self._places = _ofd_places(self._package, data, wish)

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page, mm."""
        return [(one.width, one.height) for one in self._package.pages]

    def check_open(self) -> None:
        """Raises DocumentRefused for a file that admits no further seal."""
        try:
            check_open(self._package)
        except OfdError as error:
            raise DocumentRefused(f"不能加盖印章的文件：{error}") from error

    def seal(self, chosen: Chosen, at: datetime) -> bytes:
        picture = parse_seal(chosen.view.seal).picture
        places = [
            place if place.clip else Place(place.page, fitted(place.box, picture)) for place in self._places
        ]
        return pack(put(self._package, chosen, places, at, close=self._wish.close))


class PdfPaper:
    """A PDF file: the seal's key signs it (PAdES with SM2), the seal's picture shows it. Raises DocumentRefused."""

    suffix, content_type = "pdf", "application/pdf"

    def __init__(self, data: bytes, wish: SealWish) -> None:
        self._data, self._wish = data, wish
        try:
            pages = viewing.read_pages(data)
        except NotPdf as error:
            raise DocumentRefused("不是可以盖章的 PDF 文件，可能已加密或损坏") from error
        self._place = _pdf_place(pages, wish)
        self.sizes = [(page.width, page.height) for page in pages]

    def check_open(self) -> None:
        """Raises DocumentRefused for a file that admits no further seal."""
        from proofless.ofd.pdf.signing import check_signable  # loads pyHanko, half a second

        try:
            check_signable(self._data)
        except OfdError as error:
            raise DocumentRefused(f"不能加盖印章的文件：{error}") from error

    def seal(self, chosen: Chosen, at: datetime) -> bytes:
        """Raises SealNotActive, SignerFailed, DocumentRefused."""
        from proofless.ofd.pdf.signing import Shown, sign_pdf  # loads pyHanko, half a second
        from proofless.ofd.pdf.stamping import stamp_across_edges

        if not chosen.view.valid_from <= at <= chosen.view.valid_to:
            raise SealNotActive("印章不在使用期内", seal=chosen.view.code)
        picture = parse_seal(chosen.view.seal).picture
        chain = [bytes(row.certificate) for row in Authority.objects.filter(role=AuthorityRole.SUB)]
        try:
            data, shown = self._data, None
            if isinstance(self._wish.where, AcrossEdges):
                data = stamp_across_edges(data, picture.data, self._wish.side, at=self._wish.where.at)
            elif self._place is not None:
                shown = Shown(picture.data, self._place.page, fitted(self._place.box, picture))
            return sign_pdf(data, chosen.signer, at, chain=chain, shown=shown, closing=self._wish.close)
        except SealRefused as error:
            raise DocumentRefused(str(error)) from error
        except NotPdf as error:
            raise DocumentRefused("这份 PDF 的结构不能加盖印章，请另存为普通 PDF 后再试") from error
        except (GmError, OSError) as error:
            raise SignerFailed(seal=chosen.view.code) from error


Paper = OfdPaper | PdfPaper


def suffix_of(data: bytes) -> str:
    """``pdf`` or ``ofd``, the end of a file's name and of its media type."""
    return PdfPaper.suffix if viewing.is_pdf(data) else OfdPaper.suffix


def open_paper(data: bytes, wish: SealWish) -> Paper:
    """The file, looked at: what cannot be sealed so is refused before any seal is chosen. Raises DocumentRefused."""
    if not LEAST_MM <= wish.side <= MOST_MM:
        raise DocumentRefused(f"印章大小应在 {LEAST_MM:.0f} 到 {MOST_MM:.0f} 毫米之间")
    if isinstance(wish.where, AcrossEdges) and not 0.0 <= wish.where.at <= 1.0:
        raise DocumentRefused("骑缝章的位置应在页面之内")
    return PdfPaper(data, wish) if viewing.is_pdf(data) else OfdPaper(data, wish)


def _ofd_places(package: Package, data: bytes, wish: SealWish) -> tuple[Place, ...]:
    match wish.where:
        case AtPoint(page, x, y):
            sizes = [(one.width, one.height) for one in package.pages]
            return (Place(page, _around(sizes, page, x, y, wish.side)),)
        case AtWords(words, nth):
            return (placing.over(_spot(Reader(data).find(words), words, nth), wish.side, package),)
        case InBox(page, x, y, w, h):
            return (Place(page, Box(x, y, w, h)),)
        case AcrossEdges(at):
            try:
                return placing.across_edges(package, wish.side, at=at)
            except SealRefused as error:
                raise DocumentRefused(str(error)) from error


def _pdf_place(pages: Sequence[PdfPage], wish: SealWish) -> Place | None:
    """None for slices across the edges, which have places of their own."""
    if not all(page.upright for page in pages):
        raise DocumentRefused("这份 PDF 的页面经过旋转或裁切，请另存为普通 PDF 后再盖章")
    sizes = [(page.width, page.height) for page in pages]
    match wish.where:
        case AtPoint(number, x, y):
            return Place(number, _around(sizes, number, x, y, wish.side))
        case AtWords(words, nth):
            spot = _spot(viewing.find(pages, words), words, nth)
            width, height = sizes[spot.page - 1]
            middle_x, middle_y = spot.box.x + spot.box.w / 2, spot.box.y + spot.box.h / 2
            half = wish.side / 2
            # Moved back into the page where it would leave it, as on an OFD page.
            x = min(max(middle_x, half), max(width - half, half))
            y = min(max(middle_y, half), max(height - half, half))
            return Place(spot.page, _around(sizes, spot.page, x, y, wish.side))
        case InBox(number, x, y, w, h):
            return Place(number, Box(x, y, w, h))
        case AcrossEdges():
            return None


def _around(sizes: Sequence[tuple[float, float]], number: int, x: float, y: float, side: float) -> Box:
    if not 1 <= number <= len(sizes):
        raise DocumentRefused(f"文件只有 {len(sizes)} 页，没有第 {number} 页")
    width, height = sizes[number - 1]
    box = Box(x - side / 2, y - side / 2, side, side)
    if box.x < 0 or box.y < 0 or box.x + side > width or box.y + side > height:
        raise DocumentRefused("印章超出了页面，请把位置往里移")
    return box


def _spot(spots: Sequence[Spot], words: str, nth: int) -> Spot:
    if not spots:
        raise DocumentRefused(f"文件里没有找到“{words[:20]}”")
    if nth == 0 or abs(nth) > len(spots):
        raise DocumentRefused(f"“{words[:20]}”只出现了 {len(spots)} 次")
    return spots[nth - 1 if nth > 0 else nth]
