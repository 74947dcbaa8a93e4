"""阅读: what an OFD file holds: pages to show, text in reading order, metadata, indexed fields, attachments.

Reading says nothing about truth: `verify` does. Files come in through `container`, so that what is read here is what
every other reader sees. Every refusal is `NotOfd`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot

from lxml import etree

from proofless.ofd import container, package, svg
from proofless.ofd.display.resources import MAX_TEMPLATES, Resources
from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotOfd
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import ENTRY, Package, tag

_MAX_OBJECTS = 100_000
_MAX_WORDS, _MAX_CHARACTERS = 300_000, 10_000_000  # of all pages: a file may show one part on each
_SAME_LINE = 0.5
_WORD_GAP = 0.35
LINE_HEIGHT = 1.2


@dataclass(frozen=True, slots=True)
class Fields:
    """What the file says of itself, as (name, value) in file order; a name may repeat (several holders).

    `metadata` are the CustomDatas of OFD.xml (short names of GB/T 36903-2018, `KZ_` for the face), `face` the words
    drawn on the page for each tag of the data index (CustomTags, GB/T 36905-2018).
    """

    metadata: tuple[tuple[str, str], ...]
    face: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file within the file. `data` is None when the part it names is missing."""

    name: str
    format: str
    path: str
    data: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, from 1, with its size in mm."""

    number: int
    width: float
    height: float
    _package: Package = field(repr=False)

    def svg(self, *, title: str = "", stamps: bool = True, library: FontLibrary | None = None) -> str:
        """The page as one SVG, safe to stand in an HTML page. Raises `NotOfd`."""
        return svg.render_svg(self._package, self.number, stamps, title=title, library=library)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where words were found: page from 1, box in mm."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """A line's characters without blanks, and the left edge of each; lengths in mm on its page, from 1."""

    page: int
    text: str
    lefts: tuple[float, ...]
    right: float
    top: float
    height: float

    def find(self, wanted: str) -> Iterator[Spot]:
        """Where the characters stand in this line."""
        at = -1
        while (at := self.text.find(wanted, at + 1)) >= 0:
            edges = (*self.lefts, self.right)
            left, right = edges[at], edges[at + len(wanted)]
            yield Spot(self.page, Box(left, self.top, right - left, self.height))


@dataclass(frozen=True, slots=True)
class _Word:
    """A run of text: where its baseline starts and ends (mm, page coordinates), its em, its object's id."""

    text: str
    x: float
    y: float
    end: float
    size: float
    object_id: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one page."""

    id: str
    words: tuple[_Word, ...]


class Reader:
    """An opened file. Opening reads the container; pages are parsed when asked for."""

    def __init__(self, data: bytes) -> None:
        """Raises `NotOfd`."""
        self._data = data
        self._sheets: dict[str, tuple[list[str], list[_Word]]] = {}
        self._parts = container.unpack(data)
        self._entry = self._xml(ENTRY)
        bodies = self._entry.findall(tag("DocBody"))
        if self._entry.tag != tag("OFD") or len(bodies) != 1:
            raise NotOfd("OFD.xml 应当恰好含有一个文档")
        self._body = bodies[0]
        self._document_path = container.resolve(self._body.findtext(tag("DocRoot")), ENTRY)
        self._document = self._xml(self._document_path)
        self._places = Resources(self._parts, self._document_path.rpartition("/")[0])

    @property
    def title(self) -> str:
        """What the file calls itself (DocInfo/Title), or an empty text."""
        return (self._body.findtext(f"{tag('DocInfo')}/{tag('Title')}") or "").strip()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages in order, to be shown. Raises `NotOfd`."""
        whole = package.unpack(self._data)
        sizes = enumerate(whole.pages, 1)
        return tuple(Page(number, size.width, size.height, whole) for number, size in sizes)

    def text(self) -> str:
        """All words, line by line from the top, pages parted by an empty line. Template pages count as theirs."""
        return "\n\n".join("\n".join(_lines(page.words)) for page in self._written())

    def lines(self) -> tuple[Line, ...]:
        """The words with where they stand, page by page from the top."""
        return tuple(
            line
            for number, page in enumerate(self._written(), 1)
            for words in _rows(page.words)
            if (line := _line(number, words)).text
        )

    def find(self, wanted: str) -> tuple[Spot, ...]:
        """Every place where the words stand on one line, page by page from the top; blanks do not count."""
        wanted = "".join(wanted.split())
        return tuple(spot for line in self.lines() for spot in line.find(wanted)) if wanted else ()

    def fields(self) -> Fields:
        """Metadata and indexed fields."""
        items = self._body.iterfind(f"{tag('DocInfo')}/{tag('CustomDatas')}/{tag('CustomData')}")
        metadata = tuple((item.get("Name", ""), (item.text or "").strip()) for item in items)
        return Fields(metadata, tuple(self._indexed()))

    def attachments(self) -> tuple[Attachment, ...]:
        """The files within the file (GB/T 33190 clause 20), in the order listed."""
        listing = self._places.find(self._document.findtext(tag("Attachments")), self._document_path)
        if listing is None:
            return ()
        return tuple(
            _attachment(node, listing, self._places)
            for node in self._xml(listing).iterfind(tag("Attachment"))
        )

    def _find(self, location: str | None) -> str:
        """The part a location of the document means, also where a careless writer put it."""
        found = self._places.find(location, self._document_path)
        return container.resolve(location, self._document_path) if found is None else found

    def _xml(self, path: str) -> etree._Element:
        if path not in self._parts:
            raise NotOfd(f"缺少部件 {path}")
        return container.parse_xml(self._parts[path], path)

    def _written(self) -> Iterator[_Words]:
        templates = {
            template.get("ID", ""): self._find(template.get("BaseLoc"))
            for template in self._document.iterfind(f"{tag('CommonData')}/{tag('TemplatePage')}")
        }
        pages = self._document.findall(f"{tag('Pages')}/{tag('Page')}")
        if len(pages) > container.MAX_ENTRIES:
            raise NotOfd("页数过多")
        count = characters = 0
        for page in pages:
            used, own = self._sheet(self._find(page.get("BaseLoc")))
            words: list[_Word] = []
            for identifier in used:
                path = templates.get(identifier)
                if path is None:
                    raise NotOfd("页面引用的模板不存在")
                words += self._sheet(path)[1]
            words += own
            count, characters = count + len(words), characters + sum(len(word.text) for word in words)
            if count > _MAX_WORDS or characters > _MAX_CHARACTERS:
                raise NotOfd("文件内容过多")
            yield _Words(page.get("ID", ""), tuple(words))

    def _sheet(self, path: str) -> tuple[list[str], list[_Word]]:
        """(templates used, words) of a page or template; one that many pages use is read once."""
        if path not in self._sheets:
            root = self._xml(path)
            used = [node.get("TemplateID", "") for node in root.iterfind(tag("Template"))]
            if len(used) > MAX_TEMPLATES:
                raise NotOfd("页面引用的模板过多")
            self._sheets[path] = used, _words(root)
        return self._sheets[path]

    def _indexed(self) -> Iterator[tuple[str, str]]:
        """(tag, words drawn for it) from every CustomTag file; a leaf names its text objects by page and id."""
        location = self._document.findtext(tag("CustomTags"))
        if location is None:
            return
        list_path = container.resolve(location, self._document_path)
        drawn, characters = self._drawn(), 0
        listed = self._xml(list_path).iterfind(tag("CustomTag"))
        paths = [container.resolve(custom.findtext(tag("FileLoc")), list_path) for custom in listed]
        for tree in map(self._xml, dict.fromkeys(paths)):
            for leaf in tree.iter():
                references = leaf.findall(tag("ObjectRef"))
                if references:
                    keys = [(ref.get("PageRef", ""), (ref.text or "").strip()) for ref in references]
                    words = [drawn.get(key, "") for key in keys]
                    characters += sum(map(len, words))
                    if characters > _MAX_CHARACTERS:
                        raise NotOfd("文件内容过多")
                    yield etree.QName(leaf).localname, "".join(words)

    def _drawn(self) -> Mapping[tuple[str, str], str]:
        """Words by (page id, object id), the lines of one object joined."""
        found: dict[tuple[str, str], list[str]] = {}
        for page in self._written():
            for word in page.words:
                found.setdefault((page.id, word.object_id), []).append(word.text)
        return {key: "".join(words) for key, words in found.items()}


def _attachment(node: etree._Element, listing: str, found: Resources) -> Attachment:
    location = node.findtext(tag("FileLoc"))
    path = found.find(location, listing)
    data = None if path is None else found.parts[path]
    return Attachment(node.get("Name", ""), node.get("Format", ""), path or (location or "").strip(), data)


def text(data: bytes) -> str:
    """The words of a file in reading order. Raises `NotOfd`."""
    return Reader(data).text()


def fields(data: bytes) -> Fields:
    """The metadata and indexed fields of a file. Raises `NotOfd`."""
    return Reader(data).fields()


def _words(page: etree._Element) -> list[_Word]:
    words: list[_Word] = []
    for item in page.iter(tag("TextObject")):
        words += _object_words(item)
        if len(words) > _MAX_OBJECTS:
            raise NotOfd("页面内容过多")
    return words


def _object_words(item: etree._Element) -> Iterator[_Word]:
    left, top, *_ = _numbers(item.get("Boundary", ""), 4)
    size = _numbers(item.get("Size", ""), 1)[0]
    a, b, c, d, e, f = _numbers(item.get("CTM", "1 0 0 1 0 0"), 6)
    x = y = 0.0
    for code in item.iterfind(tag("TextCode")):
        # X and Y keep their last value when absent (GB/T 33190 clause 11.3).
        x = _numbers(code.get("X", str(x)), 1)[0]
        y = _numbers(code.get("Y", str(y)), 1)[0]
        content = (code.text or "").strip("\r\n")
        width = _advance(code.get("DeltaX", "")) + size
        px, py = left + a * x + c * y + e, top + b * x + d * y + f
        yield _Word(content, px, py, px + a * width, size * hypot(c, d), item.get("ID", ""))


def _advance(delta: str) -> float:
    """The sum of the steps, with the run-length form `g count value`."""
    total, steps = 0.0, iter(delta.split())
    for step in steps:
        repeated = step == "g"
        count = _numbers(next(steps, ""), 1)[0] if repeated else 1.0
        total += count * _numbers(next(steps, "") if repeated else step, 1)[0]
    return total


def _numbers(value: str, count: int) -> list[float]:
    try:
        found = [float(number) for number in value.split()]
    except ValueError as error:
        raise NotOfd("页面上的数值不正确") from error
    if len(found) != count or not all(abs(number) < 1e6 for number in found):
        raise NotOfd("页面上的数值不正确")
    return found


def _lines(words: tuple[_Word, ...]) -> Iterator[str]:
    return map(_joined, _rows(words))


def _rows(words: tuple[_Word, ...]) -> Iterator[list[_Word]]:
    """Words whose baselines are near each other are one line, read from the left."""
    line: list[_Word] = []
    for word in sorted(words, key=lambda word: (word.y, word.x)):
        if line and abs(word.y - line[0].y) > _SAME_LINE * min(word.size, line[0].size):
            yield sorted(line, key=lambda word: word.x)
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda word: word.x)


def _line(number: int, words: list[_Word]) -> Line:
    """A row of words by its characters, blanks aside; within a run they are taken as evenly spaced."""
    marks = [
        (character, word.x + (word.end - word.x) * index / len(word.text))
        for word in words
        for index, character in enumerate(word.text)
        if not character.isspace()
    ]
    size = max((word.size for word in words), default=0.0)
    return Line(
        page=number,
        text="".join(character for character, _ in marks),
        lefts=tuple(left for _, left in marks),
        right=max((word.end for word in words), default=0.0),
        top=min((word.y - word.size for word in words), default=0.0),
        height=size * LINE_HEIGHT,
    )


def _joined(line: list[_Word]) -> str:
    parts: list[str] = []
    end: float | None = None
    for word in line:
        if end is not None and word.x - end > _WORD_GAP * word.size:
            parts.append(" ")
        parts.append(word.text)
        end = word.end
    return "".join(parts)
