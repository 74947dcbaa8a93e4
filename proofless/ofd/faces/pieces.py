"""Pieces that several faces share: paper and border, watermark, QR with identifier, authority and date."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from proofless.ofd.drawing import Box, Color, Shape, n
from proofless.ofd.faces.spec import IDENTIFIER, QR, FaceSpec
from proofless.ofd.fonts import Family, Style
from proofless.ofd.guilloche import border, rosette
from proofless.ofd.layout import Align, Element, Line, Path, Qr, Rect, Text, Valign

SERIF, SERIF_BOLD = Style(Family.SERIF), Style(Family.SERIF, bold=True)
SANS, SANS_BOLD = Style(Family.SANS), Style(Family.SANS, bold=True)
SEAL_MM = 42.0
_FOOT_MM = 19.6
DEMO_MARK = "演示·无效"
DEMO_FOOTER = "演示·无效　　本文件由演示系统生成，仅供展示，不具有任何法律效力"

INK = Color(38, 34, 32)
FAINT = Color(120, 112, 104)
_WATERMARK = Color(170, 40, 40, 24)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one face: the title and frame, the fine curves, the paper, the rules under values."""

    main: Color
    fine: Color
    paper: Color
    rule: Color


RED = Palette(Color(152, 30, 34), Color(222, 178, 150), Color(254, 251, 243), Color(214, 196, 176))
GOLD = Palette(Color(128, 84, 20), Color(216, 184, 118), Color(254, 252, 244), Color(216, 202, 168))
BLUE = Palette(Color(30, 70, 120), Color(168, 194, 216), Color(250, 252, 254), Color(188, 204, 218))
GREEN = Palette(Color(24, 92, 74), Color(164, 206, 188), Color(250, 254, 251), Color(186, 212, 200))


def paper(width: float, height: float, palette: Palette) -> list[Element]:
    """The ground, a rosette in the middle, a guilloche border between two frames."""
    page, outer = Box(0, 0, width, height), Box(7, 7, width - 14, height - 14)
    ground = replace(palette.fine, alpha=105)
    return [
        Rect(page, fill=palette.paper),
        *(Path(s) for s in rosette(width / 2, height / 2, min(width, height) * 0.36, ground)),
        *(Path(s) for s in border(outer, palette.fine, depth=6.0, pitch=10.0, strands=4)),
        Rect(outer, stroke=palette.main, width=0.7),
        Rect(outer.inset(6.0), stroke=palette.main, width=0.35),
        Rect(outer.inset(7.2), stroke=palette.fine, width=0.2),
    ]


def demo_marks(spec: FaceSpec, width: float, height: float, foot_mm: float = _FOOT_MM) -> list[Element]:
    """In a demo home: a large translucent mark across the page, and a line at the foot."""
    if not spec.demo:
        return []
    span = min(width * 0.82, height * 1.15)
    size = span / 5.2
    box = Box(width / 2 - span / 2, height / 2 - size, span, 2 * size)
    mark = Text(
        box, DEMO_MARK, size=size, style=SANS_BOLD, color=_WATERMARK, align=Align.CENTER, wrap=False, turn=-24
    )
    foot = Text(
        Box(width * 0.1, height - foot_mm, width * 0.8, 3.6), DEMO_FOOTER, size=2.7,
        color=Color(170, 40, 40), align=Align.CENTER, wrap=False,
    )  # fmt: skip
    return [mark, foot]


def title(box: Box, content: str, palette: Palette, size: float) -> Text:
    """The name of the certificate. A short one is spaced out, a long one shrinks, in at most two lines."""
    if len(content) <= 6:
        needed = len(content) * size * 1.6
        box = Box(box.x + (box.w - needed) / 2, box.y, needed, box.h)
        return Text(
            box, content, size=size, style=SERIF_BOLD, color=palette.main, align=Align.SPREAD, wrap=False
        )
    return Text(
        box, content, size=size, min_size=5.0, style=SERIF_BOLD, color=palette.main, align=Align.CENTER,
        leading=1.25,
    )  # fmt: skip


def flourish(x: float, y: float, width: float, palette: Palette) -> list[Element]:
    """A rule with a lozenge in its middle, centred on (x, y)."""
    half, r = width / 2, 1.1
    lozenge = f"M {x - r:g} {y:g} L {x:g} {y - r:g} L {x + r:g} {y:g} L {x:g} {y + r:g} C"
    return [
        Line(x - half, y, x - 2.4, y, palette.main, 0.3),
        Line(x + 2.4, y, x + half, y, palette.main, 0.3),
        Path(Shape(lozenge, fill=palette.main)),
    ]


def label(box: Box, content: str, size: float = 4.0, color: Color = FAINT) -> Text:
    """The name of a field, spread over its column as Chinese forms do; long ones wrap and shrink."""
    fits = len(content) * size <= box.w
    return Text(
        box, content, size=size, style=SANS, color=color, wrap=not fits, leading=1.2,
        align=Align.SPREAD if fits and 1 < len(content) <= 6 else Align.LEFT,
    )  # fmt: skip


def value(box: Box, field: str, size: float = 4.6, **look: object) -> Text:
    """A field's value."""
    base = Text(box, field=field, size=size, style=SERIF, color=INK, leading=1.3)
    return replace(base, **look)  # type: ignore[arg-type]


def qr_block(x: float, y: float, side: float, text_width: float) -> list[Element]:
    """The QR symbol, and beside its foot the certificate identifier."""
    beside = Box(x + side + 2, y, text_width, side)
    return [
        Rect(Box(x, y, side, side), fill=Color(255, 255, 255)),
        Qr(Box(x, y, side, side), field=QR),
        Text(
            Box(beside.x, y + side - 12.5, text_width, 3.4), "电子证照标识", size=2.5, color=FAINT, wrap=False
        ),
        Text(
            Box(beside.x, y + side - 9, text_width, 8.6), field=IDENTIFIER, size=2.5, min_size=1.6,
            style=SERIF, color=INK, valign=Valign.TOP, leading=1.3,
        ),
    ]  # fmt: skip


def authority_block(
    spec: FaceSpec, box: Box, names: Sequence[str] = ("发证机关", "发证日期")
) -> list[Element]:
    """Authority above date; the seal is laid over them."""
    wide, half = 21.0, box.h / 2
    rows = zip(names, (spec.authority, spec.issued), (box.y, box.y + half), strict=True)
    out: list[Element] = []
    for name, field, y in rows:
        out.append(label(Box(box.x, y, wide - 3, half), name, 4.0))
        out.append(value(Box(box.x + wide, y, box.w - wide, half), field, 4.4, min_size=2.2))
    return out


def seal_over(box: Box, label_width: float = 21.0) -> Box:
    """The box of a 42 mm seal centred on the values of an authority block, clear of its labels."""
    return Box(
        box.x + label_width + (box.w - label_width - SEAL_MM) / 2,
        box.y + (box.h - SEAL_MM) / 2,
        SEAL_MM,
        SEAL_MM,
    )


def silhouette(box: Box) -> list[Element]:
    """A plain outline of head and shoulders, where no photograph is held."""
    cx, head, r = box.x + box.w / 2, box.y + box.h * 0.38, box.w * 0.21
    k = r * 0.5523

    def path(first: tuple[float, float], *curves: tuple[float, ...]) -> str:
        parts = [f"M {n(first[0])} {n(first[1])}"]
        return " ".join([*parts, *("B " + " ".join(map(n, curve)) for curve in curves), "C"])

    circle = path(
        (cx - r, head),
        (cx - r, head - k, cx - k, head - r, cx, head - r),
        (cx + k, head - r, cx + r, head - k, cx + r, head),
        (cx + r, head + k, cx + k, head + r, cx, head + r),
        (cx - k, head + r, cx - r, head + k, cx - r, head),
    )
    w, bottom, top = box.w * 0.4, box.y + box.h, box.y + box.h * 0.68
    shoulders = path(
        (cx - w, bottom),
        (cx - w, top, cx - w * 0.5, top, cx, top),
        (cx + w * 0.5, top, cx + w, top, cx + w, bottom),
    )
    tone = Color(196, 210, 218)
    ground = Rect(box, fill=Color(226, 234, 239))
    return [ground, Path(Shape(circle, fill=tone)), Path(Shape(shoulders, fill=tone))]
