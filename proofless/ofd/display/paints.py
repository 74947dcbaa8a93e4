"""颜色与线型: colours, shadings and pens of an object, with what its draw parameters and its layer add (GB/T 33190
clauses 8.2 and 8.3). A mesh, which we do not draw, becomes a translucent grey, so that it is seen; so does a pattern
as the colour of a line; inside of objects `objects` draws its cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from proofless.ofd.display import values
from proofless.ofd.display.model import Gradient, Paint, Pen
from proofless.ofd.display.resources import ColorSpace, Resources
from proofless.ofd.drawing import BLACK, Color
from proofless.ofd.errors import NotOfd
from proofless.ofd.package import tag

_UNDRAWN = Color(128, 128, 128, 64)
_CAPS = {"Butt": "butt", "Round": "round", "Square": "square"}
_JOINS = {"Miter": "miter", "Round": "round", "Bevel": "bevel"}
_SPREADS = {"Direct": "pad", "Repeat": "repeat", "Reflect": "reflect"}
_MAX_DASHES, _MAX_STOPS = 64, 256


@dataclass(frozen=True, slots=True)
class Style:
    """Where an object's look is looked up, nearest first; `alpha` (0 to 1) is that of everything around it, `borrowed`
    the bytes of what it shares with others."""

    nodes: tuple[etree._Element, ...]
    resources: Resources
    alpha: float = 1.0
    borrowed: int = 0

    def attribute(self, name: str, default: str) -> str:
        return next((node.get(name, "") for node in self.nodes if node.get(name)), default)

    def number(self, name: str, default: float) -> float:
        text = self.attribute(name, "")
        return values.numbers(text, 1)[0] if text else default

    def _color_node(self, name: str) -> etree._Element | None:
        return next((found for node in self.nodes if (found := node.find(tag(name))) is not None), None)

    def pattern(self) -> tuple[etree._Element, float] | None:
        """The pattern that fills the object, with its opacity; None when it is filled otherwise."""
        node = self._color_node("FillColor")
        found = None if node is None else node.find(tag("Pattern"))
        return None if node is None or found is None else (found, self.alpha * opacity(node))

    def paint(self, name: str, default: Color | None) -> Paint | None:
        """The FillColor or StrokeColor that counts."""
        node = self._color_node(name)
        if node is not None:
            return _paint(node, self.resources, self.alpha)
        return None if default is None else _faded(default, self.alpha)

    def pen(self) -> Pen | None:
        paint = self.paint("StrokeColor", BLACK)
        if paint is None:
            return None
        dash = tuple(abs(value) for value in values.numbers(self.attribute("DashPattern", ""))[:_MAX_DASHES])
        return Pen(
            paint,
            abs(self.number("LineWidth", 0.353)),
            _CAPS.get(self.attribute("Cap", "Butt"), "butt"),
            _JOINS.get(self.attribute("Join", "Miter"), "miter"),
            max(1.0, self.number("MiterLimit", 3.528)),
            dash if any(dash) else (),
            self.number("DashOffset", 0.0),
        )


def style_of(node: etree._Element, layer: etree._Element | None, resources: Resources, alpha: float) -> Style:
    """The style of an object on a layer (None inside a unit)."""
    shared = [*resources.draw_params(node.get("DrawParam"))]
    if layer is not None:
        shared += resources.draw_params(layer.get("DrawParam"))
    borrowed = sum(resources.size_of(one) for one in shared)
    return Style((node, *shared), resources, alpha * opacity(node), borrowed)


def opacity(node: etree._Element) -> float:
    """An Alpha attribute as 0 to 1."""
    return min(255.0, max(0.0, values.number(node, "Alpha", 255.0))) / 255


def _faded(color: Color, alpha: float) -> Color:
    return Color(color.red, color.green, color.blue, round(color.alpha * alpha))


def _paint(node: etree._Element, resources: Resources, alpha: float) -> Paint | None:
    alpha *= opacity(node)
    for child in node:
        kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if kind in ("AxialShd", "RadialShd"):
            return _gradient(child, kind, resources, alpha)
        if kind in ("Pattern", "GouraudShd", "LaGourandShd", "LaGouraudShd"):
            return _faded(_UNDRAWN, alpha)
    return _faded(_color(node, resources), alpha)


def _color(node: etree._Element, resources: Resources) -> Color:
    space = resources.space(node.get("ColorSpace"))
    text = node.get("Value")
    if text is None and node.get("Index"):
        index = values.number(node, "Index", 0.0)
        text = space.palette[int(index)] if 0 <= index < len(space.palette) else None
    parts = [_component(word, space) for word in (text or "").split()]
    match parts:
        case [gray]:
            return Color(gray, gray, gray)
        case [red, green, blue]:
            return Color(red, green, blue)
        case [c, m, y, k]:
            dark = (255 - k) / 255
            return Color(round((255 - c) * dark), round((255 - m) * dark), round((255 - y) * dark))
        case _:
            return BLACK


def _component(word: str, space: ColorSpace) -> int:
    """One component as 0 to 255; hexadecimal when it begins with #."""
    try:
        value = int(word[1:], 16) if word.startswith("#") else float(word)
    except ValueError as error:
        raise NotOfd("颜色不合法") from error
    most = (1 << space.bits) - 1
    return round(min(float(most), max(0.0, value)) * 255 / most) if value == value else 0


def _gradient(node: etree._Element, kind: str, resources: Resources, alpha: float) -> Paint:
    stops = tuple(_stops(node, resources, alpha))
    if not stops:
        return _faded(_UNDRAWN, alpha)
    x1, y1 = values.numbers(node.get("StartPoint"), 2)
    x2, y2 = values.numbers(node.get("EndPoint"), 2)
    radii = None
    if kind == "RadialShd":
        radii = abs(values.number(node, "StartRadius", 0.0)), abs(values.number(node, "EndRadius", 0.0))
    spread = _SPREADS.get(node.get("MapType", "Direct"), "pad")
    return Gradient((x1, y1), (x2, y2), radii, stops, spread)


def _stops(node: etree._Element, resources: Resources, alpha: float) -> Iterator[tuple[float, Color]]:
    segments = node.findall(tag("Segment"))[:_MAX_STOPS]
    for index, segment in enumerate(segments):
        color = segment.find(tag("Color"))
        if color is not None:
            even = index / max(1, len(segments) - 1)
            place = min(1.0, max(0.0, values.number(segment, "Position", even)))
            yield place, _faded(_color(color, resources), alpha * opacity(color))
