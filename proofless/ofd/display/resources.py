"""资源: fonts, pictures, colour spaces, draw parameters and composite units a page refers to by ID (GB/T 33190 7.9).

A part is looked for where its location says, then where careless writers put it: beside the document, at the root
of the package, in other letter case. Nothing outside the package is ever looked for.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from proofless.ofd.container import parse_xml
from proofless.ofd.errors import NotOfd
from proofless.ofd.package import Package, tag

MAX_TEMPLATES = 16  # on one page

_MAX_RELATIVES = 8
_MAX_ENTRIES = 20_000
_MAX_LISTS = 16
_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class FontEntry:
    """A font as declared; `data` None when it is not embedded (or its file is missing)."""

    name: str
    data: bytes | None
    bold: bool = False
    serif: bool = False


@dataclass(frozen=True, slots=True)
class ColorSpace:
    """`kind` is GRAY, RGB or CMYK; `palette` gives whole colours for an index."""

    kind: str
    bits: int = 8
    palette: tuple[str, ...] = ()


RGB = ColorSpace("RGB")

_KINDS = ("Font", "MultiMedia", "ColorSpace", "DrawParam", "CompositeGraphicUnit")


@dataclass(slots=True)
class Resources:
    """Everything by ID, of the document and (through `with_page`) of one page."""

    parts: Mapping[str, bytes]
    folder: str
    fonts: dict[str, FontEntry] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    spaces: dict[str, ColorSpace] = field(default_factory=dict)
    params: dict[str, etree._Element] = field(default_factory=dict)
    units: dict[str, etree._Element] = field(default_factory=dict)
    sizes: dict[etree._Element, int] = field(default_factory=dict)
    default_space: str = ""
    _folded: dict[str, str] = field(default_factory=dict)

    def find(self, location: str | None, base: str) -> str | None:
        """The name of the part a location means, or None."""
        text = (location or "").strip().replace("\\", "/")
        if not text or text.endswith("/"):
            return None
        beside = text[1:] if text.startswith("/") else posixpath.join(posixpath.dirname(base), text)
        tries = (beside, posixpath.join(self.folder, text.lstrip("/")), text.lstrip("/"))
        for path in map(posixpath.normpath, tries):
            if path in self.parts:
                return path
        if not self._folded:
            self._folded = {name.casefold(): name for name in self.parts}
        return self._folded.get(posixpath.normpath(beside).casefold())

    def load(self, path: str) -> None:
        """Take in one Res part."""
        root = parse_xml(self.parts[path], path)
        if sum(1 for _ in root.iter(*map(tag, _KINDS))) > _MAX_ENTRIES:
            raise NotOfd(f"资源过多：{path}")
        base = posixpath.join(posixpath.dirname(path), root.get("BaseLoc", "").strip().strip("/"), "_")
        if root.get("BaseLoc", "").strip().startswith("/"):
            base = posixpath.join(root.get("BaseLoc", "").strip().strip("/"), "_")
        for node in root.iter(tag("Font")):
            self.fonts[node.get("ID", "")] = self._font(node, base)
        for node in root.iter(tag("MultiMedia")):
            found = self.find(node.findtext(tag("MediaFile")), base)
            if found is not None:
                self.media[node.get("ID", "")] = self.parts[found]
        for node in root.iter(tag("ColorSpace")):
            self.spaces[node.get("ID", "")] = _color_space(node)
        for kind, known in (("DrawParam", self.params), ("CompositeGraphicUnit", self.units)):
            found_nodes = list(root.iter(tag(kind)))
            known |= {node.get("ID", ""): node for node in found_nodes}
            self.sizes |= {node: len(etree.tostring(node)) for node in found_nodes}

    def _font(self, node: etree._Element, base: str) -> FontEntry:
        found = self.find(node.findtext(tag("FontFile")), base)
        name = " ".join(node.get(key, "")[:_NAME_CHARACTERS] for key in ("FontName", "FamilyName"))
        data = None if found is None else self.parts[found]
        return FontEntry(name, data, node.get("Bold") == "true", node.get("Serif") == "true")

    def with_page(self, page: etree._Element, path: str) -> "Resources":
        """The same with the resources a page names for itself."""
        own = _distinct(self.find(node.text, path) for node in page.iterfind(tag("PageRes")))
        if not own:
            return self
        both = Resources(
            self.parts, self.folder, dict(self.fonts), dict(self.media), dict(self.spaces), dict(self.params),
            dict(self.units), dict(self.sizes), self.default_space, self._folded,
        )  # fmt: skip
        for name in own:
            both.load(name)
        return both

    def draw_params(self, identifier: str | None) -> Iterator[etree._Element]:
        """A draw parameter and what it is relative to, nearest first."""
        for _ in range(_MAX_RELATIVES):
            node = self.params.get(identifier or "")
            if node is None:
                return
            yield node
            identifier = node.get("Relative")

    def size_of(self, node: etree._Element) -> int:
        """Bytes of a draw parameter or unit."""
        return self.sizes.get(node, 0)

    def space(self, identifier: str | None) -> ColorSpace:
        return self.spaces.get(identifier or self.default_space, RGB)


def _distinct(paths: Iterable[str | None]) -> list[str]:
    """Each list once, however often it is named."""
    found = list(dict.fromkeys(path for path in paths if path is not None))
    if len(found) > _MAX_LISTS:
        raise NotOfd("资源列表过多")
    return found


def _color_space(node: etree._Element) -> ColorSpace:
    bits = node.get("BitsPerComponent", "8")
    colors = node.iterfind(f"{tag('Palette')}/{tag('CV')}")
    palette = tuple((color.text or "").strip() for color in colors)
    return ColorSpace(
        node.get("Type", "RGB").upper(), int(bits) if bits in ("1", "2", "4", "8", "16") else 8, palette
    )


def load(package: Package, root: str, document: etree._Element) -> Resources:
    """The document's resources (`root` is the path of Document.xml). A Res part that is missing is passed over."""
    contents = {name: part.data for name, part in package.parts.items()}
    found = Resources(contents, posixpath.dirname(root))
    common = document.find(tag("CommonData"))
    if common is None:
        raise NotOfd("文档缺少公共数据")
    nodes = (node for kind in ("PublicRes", "DocumentRes") for node in common.iterfind(tag(kind)))
    for path in _distinct(found.find(node.text, root) for node in nodes):
        found.load(path)
    found.default_space = (common.findtext(tag("DefaultCS")) or "").strip()
    return found
