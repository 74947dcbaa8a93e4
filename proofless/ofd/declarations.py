"""模板声明: templates written down as JSON or TOML, checked key by key, every refusal in Chinese with its place.

A declaration is a page `{"page": {"width": …, "height": …}, "elements": […]}`; `more` and `following` are pages of the
same form (see `layout.Template`). Lengths are millimetres; docs/ofd.md lists the elements with their keys.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from proofless.ofd import guilloche, layout
from proofless.ofd.drawing import BLACK, Box, Color, Shape, checked_path
from proofless.ofd.elements import Align, Column, Element, Image, Line, Photo, Qr, Rect, Table, Text, Valign
from proofless.ofd.errors import BadTemplate
from proofless.ofd.fonts import Family, Style
from proofless.ofd.layout import Template

_COLOR = re.compile(r"#([0-9A-Fa-f]{6})([0-9A-Fa-f]{2})?")
_FAR_MM = 2000.0
_MOST_ELEMENTS = 5000
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Declared:
    """A template with its title and what the fields of its texts are called."""

    title: str
    template: Template
    labels: Mapping[str, str]


def read_template(path: Path) -> Declared:
    """The template of a .json or .toml file; pictures are looked for beside it. Raises `BadTemplate`, OSError."""
    return template_of(read_data(path), path.parent)


def read_data(path: Path) -> Any:
    """The value in a .json or .toml file. Raises `BadTemplate`, OSError."""
    try:
        text = path.read_text("utf-8")
        return tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadTemplate(path.name, "不是合法的 JSON 或 TOML") from error


def template_of(declared: Any, folder: Path) -> Declared:
    """The template of a declaration. Raises `BadTemplate`."""
    labels: dict[str, str] = {}
    whole = Node(declared, "模板")
    title = whole.text("title", "")
    return Declared(title, _page(whole, folder, labels), labels)


class Node:
    """An object of a declaration with its place; keys asked for are ticked, `finish` refuses the others."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise BadTemplate(place, "应为对象")
        self.place, self._value, self._known = place, value, set[str]()

    def has(self, key: str) -> bool:
        self._known.add(key)
        return self._value.get(key) is not None

    def raw(self, key: str) -> Any:
        self._known.add(key)
        value = self._value.get(key)
        if value is None:
            raise BadTemplate(f"{self.place}.{key}", "缺少")
        return value

    def finish(self) -> None:
        for key in self._value.keys() - self._known:
            raise BadTemplate(f"{self.place}.{key}", "不认识的项")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._or(key, default)
        if not isinstance(value, str):
            raise BadTemplate(f"{self.place}.{key}", "应为文字")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._or(key, default)
        if not isinstance(value, bool):
            raise BadTemplate(f"{self.place}.{key}", "应为 true 或 false")
        return value

    def number(
        self, key: str, default: float | None = None, *, least: float = 0.0, most: float = _FAR_MM
    ) -> float:
        return self._number(self._or(key, default), key, least, most)

    def numbers(self, key: str, count: int) -> list[float]:
        values = self.raw(key)
        if not isinstance(values, list) or len(values) != count:
            raise BadTemplate(f"{self.place}.{key}", f"应为 {count} 个数")
        return [self._number(value, key, -_FAR_MM, _FAR_MM) for value in values]

    def box(self, key: str = "box") -> Box:
        x, y, w, h = self.numbers(key, 4)
        if w <= 0 or h <= 0:
            raise BadTemplate(f"{self.place}.{key}", "宽和高应大于 0")
        return Box(x, y, w, h)

    def color(self, key: str, default: Color | None) -> Color | None:
        if not self.has(key):
            return default
        match = _COLOR.fullmatch(self.text(key))
        if match is None:
            raise BadTemplate(f"{self.place}.{key}", "颜色应写作 #RRGGBB 或 #RRGGBBAA")
        red, green, blue = bytes.fromhex(match[1])
        return Color(red, green, blue, int(match[2] or "ff", 16))

    def ink(self, key: str = "color") -> Color:
        return self.color(key, None) or BLACK

    def choice(self, key: str, kinds: type[Choice], default: Choice) -> Choice:
        try:
            return kinds(self.text(key, default.value))
        except ValueError:
            raise BadTemplate(f"{self.place}.{key}", f"应为 {'、'.join(kinds)} 之一") from None

    def style(self, default: Family = Family.SANS) -> Style:
        return Style(self.choice("font", Family, default), self.flag("bold", False))

    def nodes(self, key: str) -> "list[Node]":
        values = self.raw(key)
        if not isinstance(values, list) or len(values) > _MOST_ELEMENTS:
            raise BadTemplate(f"{self.place}.{key}", f"应为列表，至多 {_MOST_ELEMENTS} 项")
        return [Node(value, f"{self.place}.{key}[{index}]") for index, value in enumerate(values)]

    def texts(self, key: str) -> dict[str, str]:
        """A table of texts; absent is empty."""
        return self._texts(self._or(key, {}), f"{self.place}.{key}")

    def tables(self, key: str) -> dict[str, list[dict[str, str]]]:
        """Lists of rows by name; absent is empty."""
        found = self._or(key, {})
        if not isinstance(found, dict) or not all(isinstance(rows, list) for rows in found.values()):
            raise BadTemplate(f"{self.place}.{key}", "应为列表的对象")
        return {
            name: [self._texts(row, f"{self.place}.{key}.{name}[{index}]") for index, row in enumerate(rows)]
            for name, rows in found.items()
        }

    def day(self, key: str) -> date:
        value = self.raw(key)
        try:
            return value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise BadTemplate(f"{self.place}.{key}", "应为日期，如 2026-03-05") from None

    def node(self, key: str) -> "Node":
        return Node(self.raw(key), f"{self.place}.{key}")

    @staticmethod
    def _texts(value: Any, place: str) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise BadTemplate(place, "应为文字的对象")
        return value

    def _or(self, key: str, default: Any) -> Any:
        if default is not None and not self.has(key):
            return default
        return self.raw(key)

    def _number(self, value: Any, key: str, least: float, most: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise BadTemplate(f"{self.place}.{key}", f"应为 {least:g} 到 {most:g} 之间的数")
        return float(value)


def _page(node: Node, folder: Path, labels: dict[str, str]) -> Template:
    size = node.node("page")
    width, height = size.number("width", least=5), size.number("height", least=5)
    size.finish()
    elements: list[Element] = []
    for child in node.nodes("elements"):
        kind = child.text("type")
        if kind not in _KINDS:
            raise BadTemplate(f"{child.place}.type", f"应为 {'、'.join(_KINDS)} 之一")
        elements += _KINDS[kind](child, folder)
        if kind in ("text", "qr") and child.has("field"):
            labels.setdefault(child.text("field"), child.text("label", child.text("field")))
        child.finish()
    more = _page(node.node("more"), folder, labels) if node.has("more") else None
    following = _page(node.node("following"), folder, labels) if node.has("following") else None
    node.finish()
    return Template(width, height, tuple(elements), more, following)


def _filling(node: Node) -> tuple[str, str | None]:
    """Fixed content or the name of a field: one of them."""
    if node.has("content") == node.has("field"):
        raise BadTemplate(node.place, "content 和 field 应恰好有一个")
    return (node.text("content"), None) if node.has("content") else ("", node.text("field"))


def _text(node: Node, _: Path) -> Sequence[Element]:
    content, field = _filling(node)
    size = node.number("size", 4.2, least=0.5, most=200)
    return [
        Text(
            node.box(),
            content,
            field,
            size=size,
            min_size=node.number("min_size", min(1.8, size), least=0.3, most=size),
            style=node.style(),
            color=node.ink(),
            align=node.choice("align", Align, Align.LEFT),
            valign=node.choice("valign", Valign, Valign.MIDDLE),
            leading=node.number("leading", 1.45, least=0.8, most=5),
            wrap=node.flag("wrap", True),
            turn=node.number("turn", 0.0, least=-360, most=360),
        )
    ]


def _line(node: Node, _: Path) -> Sequence[Element]:
    (x1, y1), (x2, y2) = node.numbers("from", 2), node.numbers("to", 2)
    return [Line(x1, y1, x2, y2, node.ink(), node.number("width", 0.2, least=0.01, most=50))]


def _rect(node: Node, _: Path) -> Sequence[Element]:
    width = node.number("width", 0.2, least=0.01, most=50)
    return [Rect(node.box(), node.color("fill", None), node.color("stroke", None), width)]


def _path(node: Node, _: Path) -> Sequence[Element]:
    try:
        path = checked_path(node.text("path"))
    except ValueError as error:
        raise BadTemplate(f"{node.place}.path", "应为 M L Q B A C 及其坐标，以空格隔开") from error
    width = node.number("width", 0.2, least=0.01, most=50)
    return [layout.Path(Shape(path, node.color("fill", None), node.color("stroke", None), width))]


def _image(node: Node, folder: Path) -> Sequence[Element]:
    if node.has("file") == node.has("field"):
        raise BadTemplate(node.place, "file 和 field 应恰好有一个")
    if node.has("field"):
        return [Image(node.box(), field=node.text("field"))]
    return [Image(node.box(), read_picture(folder, node.text("file"), f"{node.place}.file"))]


def read_picture(folder: Path, name: str, place: str) -> bytes:
    """A picture beside a declaration; nothing above its folder is read. Raises `BadTemplate`."""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BadTemplate(place, "图片应在同一目录之下")
        return path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name, a loop of links
        raise BadTemplate(place, f"无法读取图片 {name}") from error


def _photo(node: Node, _: Path) -> Sequence[Element]:
    return [Photo(node.box(), node.text("field"))]


def _qr(node: Node, _: Path) -> Sequence[Element]:
    content, field = _filling(node)
    return [Qr(node.box(), content, field, node.ink())]


def _border(node: Node, _: Path) -> Sequence[Element]:
    shapes = guilloche.border(
        node.box(),
        node.ink(),
        depth=node.number("depth", 4.0, least=0.5, most=50),
        pitch=node.number("pitch", 8.0, least=1, most=100),
        strands=int(node.number("strands", 3, least=1, most=12)),
    )
    return [layout.Path(shape) for shape in shapes]


def _rosette(node: Node, _: Path) -> Sequence[Element]:
    x, y = node.numbers("center", 2)
    petals = int(node.number("petals", 24, least=3, most=120))
    rings = int(node.number("rings", 2, least=1, most=2))
    radius = node.number("radius", least=1)
    return [layout.Path(s) for s in guilloche.rosette(x, y, radius, node.ink(), petals=petals, rings=rings)]


def _table(node: Node, _: Path) -> Sequence[Element]:
    columns = []
    for child in node.nodes("columns"):
        field = child.text("field")
        share = child.number("share", 1.0, least=0.05, most=100)
        columns.append(
            Column(child.text("title", field), field, share, child.choice("align", Align, Align.LEFT))
        )
        child.finish()
    if not columns:
        raise BadTemplate(f"{node.place}.columns", "至少一列")
    return [
        Table(
            node.box(),
            node.text("field"),
            tuple(columns),
            size=node.number("size", 3.6, least=0.5, most=50),
            leading=node.number("leading", 1.4, least=0.8, most=5),
            row=node.number("row", 8.0, least=1, most=200),
            style=node.style(Family.SERIF),
            color=node.ink(),
            rule=node.color("rule", None) or Color(120, 120, 120),
            head_fill=node.color("head_fill", Color(240, 240, 236)),
        )
    ]


_KINDS: dict[str, Callable[[Node, Path], Sequence[Element]]] = {
    "text": _text,
    "line": _line,
    "rect": _rect,
    "path": _path,
    "image": _image,
    "photo": _photo,
    "qr": _qr,
    "border": _border,
    "rosette": _rosette,
    "table": _table,
}
