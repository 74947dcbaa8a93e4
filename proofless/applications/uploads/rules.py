"""采集检查: what a brought file is and whether a clerk can read it: the same checks at capture and at the desk. Pure.

Type, size, pages and safety refuse; sharpness, light, completeness and size in pixels only warn, since a worn paper
may be the only one there is. How large and how sharp is the city's to say: ``Bounds`` is what it said, and goes along
to the browser, which measures the same way before the photo leaves.
"""

import io
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageFilter, ImageStat, UnidentifiedImageError

from proofless.files.rules import media_type_of

MAX_PIXELS = 60_000_000
# How a picture is measured: in grey, its longer side scaled to ``SIDE``, the outermost ``BAND`` of it for print that
# runs into the border; more ink than ``SURROUND`` there is the table. These three belong to the measuring itself.
SIDE, BAND, SURROUND = 480, 0.015, 0.6
PDF, PHOTO, SCAN, SCREENSHOT = "pdf", "photo", "scan", "screenshot"
KINDS = {PDF: "PDF 文件", PHOTO: "照片", SCAN: "扫描件", SCREENSHOT: "屏幕截图"}
HINTS = {
    "resolution": "图片太小，字可能看不清，请靠近一些重拍",
    "sharp": "图片有些模糊，请拿稳手机、对好焦再拍",
    "bright": "图片太暗或反光，请到亮处、避开灯光直射再拍",
    "contrast": "图片几乎是空白，请核对是不是拍错了",
    "whole": "纸张的边可能没有拍全，请把四个角都拍进去",
}
CHECKED = {  # (found good, found wanting)
    "resolution": ("图片够大", "图片太小，字可能看不清"),
    "sharp": ("没有模糊", "可能模糊"),
    "bright": ("明暗合适", "太暗或反光"),
    "contrast": ("不是空白", "几乎是空白"),
    "whole": ("四边拍全", "纸张的边可能没有拍全"),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is taken (``megabytes``, ``pages`` of a PDF) and what gets a hint: ``kit.limits``, in the same units."""

    megabytes: int
    pages: int
    short_px: int
    sharp: int
    dark: int
    light: int
    contrast: int
    cut_percent: int

    @property
    def max_bytes(self) -> int:
        return self.megabytes << 20

    @property
    def photo(self) -> Mapping[str, int]:
        """What the browser measures by."""
        names = ("short_px", "sharp", "dark", "light", "contrast", "cut_percent")
        return {name: getattr(self, name) for name in names}


class Unreadable(ValueError):
    """The file cannot be taken; the text says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What capture found. ``checks`` maps a name of HINTS to True (good) or False (a hint is due)."""

    media_type: str
    kind: str
    size: int
    pages: int
    checks: Mapping[str, bool]

    @property
    def marks(self) -> list[str]:
        return [f"{name}={'ok' if good else 'warn'}" for name, good in self.checks.items()]

    @property
    def hints(self) -> tuple[str, ...]:
        return hints_of(self.marks)


def hints_of(marks: Iterable[str]) -> tuple[str, ...]:
    """Chinese hints for ``name=warn`` marks."""
    pairs = (mark.partition("=") for mark in marks)
    return tuple(HINTS[name] for name, _, verdict in pairs if verdict == "warn" and name in HINTS)


def checks_of(marks: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """(what was found, good) for a clerk's page."""
    pairs = (mark.partition("=") for mark in marks)
    return tuple(
        (CHECKED[name][verdict != "ok"], verdict == "ok") for name, _, verdict in pairs if name in CHECKED
    )


def inspect(data: bytes, bounds: Bounds) -> Inspection:
    """Raises Unreadable for a file that is too large, of another type, broken, or has too many pages."""
    if len(data) > bounds.max_bytes:
        raise Unreadable(f"文件超过 {bounds.megabytes}MB，请压缩后再上传")
    media_type = media_type_of(data)
    if not media_type:
        raise Unreadable("只收图片（JPG、PNG）和 PDF")
    return _pdf(data, bounds) if media_type == "application/pdf" else _picture(data, media_type, bounds)


def _pdf(data: bytes, bounds: Bounds) -> Inspection:
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable("PDF 打不开或有密码，请另存为没有密码的 PDF 再上传") from error
    if not 1 <= pages <= bounds.pages:
        raise Unreadable(f"PDF 最多{bounds.pages}页，请只上传需要的几页")
    return Inspection("application/pdf", PDF, len(data), pages, {})


def _picture(data: bytes, media_type: str, bounds: Bounds) -> Inspection:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise Unreadable("图片太大，请用手机重新拍一张")
                camera = bool(opened.getexif().get(0x010F))  # Exif Make
                size, grey = opened.size, opened.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, Warning) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("图片打不开，请重新拍照或另选一份") from error
    return Inspection(media_type, _kind(size, media_type, camera), len(data), 1, measure(grey, size, bounds))


def measure(grey: Image.Image, size: tuple[int, int], bounds: Bounds) -> dict[str, bool]:
    """The checks of a picture. The same steps are in ``web/capture.js``."""
    small = grey.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    stat = ImageStat.Stat(small)
    mean, spread = stat.mean[0], stat.stddev[0]
    return {
        "resolution": min(size) >= bounds.short_px,
        "sharp": _sharpness(small) >= bounds.sharp,
        "bright": bounds.dark <= mean <= bounds.light,
        "contrast": spread >= bounds.contrast,
        "whole": not bounds.cut_percent / 100 < _cut(small, mean - 1.2 * spread) < SURROUND,
    }


def _sharpness(small: Image.Image) -> float:
    """Variance of the Laplacian: edges of print are steep where the picture is in focus."""
    if min(small.size) < 3:
        return 0.0
    kernel = ImageFilter.Kernel((3, 3), [0, 1, 0, 1, -4, 1, 0, 1, 0], scale=1, offset=128)
    inner = small.filter(kernel).crop((1, 1, small.width - 1, small.height - 1))
    return float(ImageStat.Stat(inner).var[0])


def _cut(small: Image.Image, ink: float) -> float:
    """The share of ink in the outermost band: print that runs into the border is cut off. A band that is dark all
    round is the table the paper lies on.
    """
    width, height = small.size
    band = max(2, round(BAND * min(width, height)))
    if min(width, height) <= 2 * band:
        return 0.0
    inked = small.point(lambda value: 255 if value < ink else 0)
    whole = ImageStat.Stat(inked).sum[0]
    inner = ImageStat.Stat(inked.crop((band, band, width - band, height - band))).sum[0]
    area = width * height - (width - 2 * band) * (height - 2 * band)
    return float((whole - inner) / 255 / area)


def _kind(size: tuple[int, int], media_type: str, camera: bool) -> str:
    if camera:
        return PHOTO
    long, short = max(size), max(min(size), 1)
    if media_type == "image/png" and long / short >= 1.7:
        return SCREENSHOT
    # A4 and its halves are √2 to 1; a scanner keeps to it within a few per cent.
    return SCAN if abs(long / short - 1.4142) < 0.03 else PHOTO
