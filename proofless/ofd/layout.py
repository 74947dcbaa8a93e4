"""Templates in millimetres, and putting values into them.

A `Template` is a page and its elements (`elements`). What is the same on every document of the template is its shared
background; `fill` adds one document's values. A template whose table may run over names the page that carries the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from proofless.ofd import drawing
from proofless.ofd.drawing import Background, Drawing, Primitive, Shape, TextRun
from proofless.ofd.elements import (
    PAGE_NUMBER,
    Align,
    Element,
    Image,
    Line,
    Path,
    Photo,
    Qr,
    Rect,
    Table,
    Text,
    Valign,
)
from proofless.ofd.errors import BadPicture, BadTemplate, MissingValue, TextOverflow
from proofless.ofd.fonts import FontLibrary, default_library
from proofless.ofd.photos import check_picture, fit_photo
from proofless.ofd.qr import qr_picture
from proofless.ofd.tables import Row, set_table
from proofless.ofd.typesetting import set_text, wrap

__all__ = [
    "PAGE_NUMBER", "Align", "Element", "Image", "Line", "Path", "Photo", "Qr", "Rect", "Table", "Template", "Text",
    "Valign", "fill", "fill_pages", "wrap",
]  # fmt: skip

Waiting = Text | Image | Photo | Qr | Table
Tables = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, eq=False)
class Template:
    """A page and its elements, drawn in order. Compared by identity: make one per type and keep it.

    `more` is the page that carries the rows a table of this one has no room for, as often as it takes (when it names no
    other itself); `following` is the page after that.
    """

    width: float
    height: float
    elements: tuple[Element, ...]
    more: "Template | None" = None
    following: "Template | None" = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The values `fill` needs, in the order of the page (pictures and tables not among them)."""
        names = (
            e.field for e in self.elements if isinstance(e, Text | Qr) and e.field not in (None, PAGE_NUMBER)
        )
        return tuple(dict.fromkeys(name for name in names if name is not None))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(e for e in self.elements if isinstance(e, Table))


def fill(
    template: Template,
    values: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    library: FontLibrary | None = None,
) -> Drawing:
    """The one page of a template without tables.

    Raises `MissingValue`, `MissingGlyph`, `TextOverflow`, `BadPicture`.
    """
    return _fill(template, values, pictures or {}, library or default_library())


def fill_pages(
    template: Template,
    values: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    tables: Tables | None = None,
    library: FontLibrary | None = None,
) -> tuple[Drawing, ...]:
    """Every page. Raises what `fill` does, and `BadTemplate` for rows that no page of the template can carry."""
    library, tables = library or default_library(), tables or {}
    sheets = _sheets(template, tables, library)
    drawn = []
    for number, (sheet, rows) in enumerate(sheets, 1):
        numbered = {**values, PAGE_NUMBER: f"第 {number} 页  共 {len(sheets)} 页"}
        page = _fill(sheet, numbered, pictures or {}, library)
        drawn.append(Drawing(page.width, page.height, page.background, (*page.body, *rows)))
    return tuple(drawn)


def _sheets(
    template: Template, tables: Tables, library: FontLibrary
) -> list[tuple[Template, list[Primitive]]]:
    """The pages in order, each with what of the tables stands on it."""
    sheets: list[tuple[Template, list[Primitive]]] = []
    done: dict[str, int] = {}
    sheet, carrier, following = template, None, template.following
    while True:
        before = dict(done)
        sheets.append((sheet, _rows(sheet, tables, done, library)))
        left = [field for field, stop in done.items() if stop < len(tables[field])]
        if left:
            if sheet is carrier and done == before and any(e.field in left for e in sheet.tables):
                raise TextOverflow(left[0], sum(map(len, tables[left[0]][done[left[0]]].values())))
            carrier = sheet.more or carrier
            if carrier is None or not any(e.field in left for e in carrier.tables):
                raise BadTemplate("more", "表格的行放不下，模板没有可用的续页")
            sheet = carrier
        elif following is None:
            return sheets
        else:
            sheet, carrier, following = following, None, following.following


def _rows(sheet: Template, tables: Tables, done: dict[str, int], library: FontLibrary) -> list[Primitive]:
    """A page's share of its tables; `done` is carried on."""
    drawn: list[Primitive] = []
    for table in sheet.tables:
        if table.field not in tables:
            raise MissingValue(table.field)
        rows, first = tables[table.field], done.get(table.field)
        if first is None or first < len(rows):
            part, done[table.field] = set_table(table, rows, first or 0, library)
            drawn += part
    return drawn


def _fill(
    template: Template, values: Mapping[str, str], pictures: Mapping[str, bytes], library: FontLibrary
) -> Drawing:
    background, waiting = _prepare(template, library)
    body: list[Primitive] = []
    for place in waiting:
        match element := place.element:
            case Text():
                if content := _value(values, element.field):
                    body += _set(place, content)
            case Qr():
                if content := _value(values, element.field):
                    body.append(qr_picture(element, content))
            case Image():
                if data := pictures.get(element.field or ""):
                    body.append(_picture(element.box, data))
            case Photo():
                if data := pictures.get(element.field):
                    body.append(drawing.Picture(element.box, fit_photo(data, element.box), "JPEG"))
    return Drawing(template.width, template.height, background, tuple(body))


def _value(values: Mapping[str, str], field: str | None) -> str:
    content = values.get(field or "")
    if content is None:
        raise MissingValue(field or "")
    return content


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """An element that waits for a value. Compared by identity: an element's own comparison reads all it holds."""

    element: Waiting
    library: FontLibrary


@lru_cache(maxsize=4096)
def _set(place: _Place, content: str) -> Sequence[TextRun]:
    """The text set in its place. Departments, days, kinds and sexes come again and again."""
    assert isinstance(place.element, Text)
    return tuple(set_text(place.element, content, place.library))


@lru_cache(maxsize=1024)
def _prepare(template: Template, library: FontLibrary) -> tuple[Background, tuple[_Place, ...]]:
    """The shared background, and the elements that wait for a value."""
    fixed: list[Primitive] = []
    waiting: list[_Place] = []
    for element in template.elements:
        if isinstance(element, Text | Image | Photo | Qr | Table) and element.field is not None:
            waiting.append(_Place(element, library))
        else:
            fixed += _fixed(element, library)
    return Background(tuple(fixed)), tuple(waiting)


def _fixed(element: Element, library: FontLibrary) -> Sequence[Primitive]:
    match element:
        case Text():
            return set_text(element, element.content, library)
        case Line(x1, y1, x2, y2, color, width):
            path = f"M {drawing.n(x1)} {drawing.n(y1)} L {drawing.n(x2)} {drawing.n(y2)}"
            return [Shape(path, stroke=color, width=width)]
        case Rect(box, fill_color, stroke, width):
            return [Shape(drawing.rectangle(box), fill_color, stroke, width)]
        case Path(shape):
            return [shape]
        case Image():
            return [_picture(element.box, element.data)]
        case Qr():
            return [qr_picture(element, element.content)]
        case _:
            raise AssertionError("a photo or a table always waits for a value")


def _picture(box: drawing.Box, data: bytes) -> drawing.Picture:
    kind = drawing.picture_kind(data)
    if kind is None:
        raise BadPicture("图片只接受 PNG 或 JPEG")
    check_picture(data)
    return drawing.Picture(box, data, kind)
