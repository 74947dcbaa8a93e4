"""Writing a drawing and its metadata as the parts of an OFD document (GB/T 33190-2016).

A shared background becomes a template page, so that its bytes, its fonts and their digests are made
once for a type of certificate. The bodies of one document are its own page contents with its own font
subsets. Of the rules of OFD-A (GB/T 42133-2022) all but the live seal are kept: fonts embedded as
subsets, no extensions, actions, permissions or preferences, RGB colours, PNG and JPEG pictures, a text
attachment. The same input gives the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from weakref import WeakKeyDictionary

from proofless.gm import sm3
from proofless.ofd.drawing import (
    Background,
    Color,
    Drawing,
    GlyphLine,
    Matrix,
    Picture,
    Primitive,
    Shape,
    TextRun,
    n,
)
from proofless.ofd.fonts import FontFace
from proofless.ofd.metadata import Metadata
from proofless.ofd.package import NAMESPACE, Package, Packing, PageRef, Part, escape, shared

CERTIFICATE_NAMESPACE = "urn:proofless:ofd:certificate:1"
ATTACHMENT = "Doc_0/Attachs/certificate.xml"

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = f'xmlns:ofd="{NAMESPACE}"'
_PAGE_ID, _TEMPLATE_ID, _FIRST_ID = 1, 2, 10
_CREATOR = "Proofless"
_FOLDER = "Doc_0/Res/"
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_.\-\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Written:
    """Objects as XML by page, with what they need: resources, and the (page, object) ids of each field."""

    contents: list[str]
    fonts: str
    media: str
    parts: dict[str, Part]
    field_objects: dict[str, list[tuple[int, int]]]
    last_id: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """A background as the template page it becomes."""

    id: int
    written: _Written
    page: Part


# By background, size of the page and first id: the second background of a document is numbered on from the first.
_grounds: WeakKeyDictionary[Background, dict[tuple[str, int], _Ground]] = WeakKeyDictionary()


def write(pages: Drawing | Sequence[Drawing], metadata: Metadata) -> Package:
    """The unsealed package: `sealing.seal` closes it, `package.pack` writes it as it is."""
    sheets = [pages] if isinstance(pages, Drawing) else list(pages)
    sizes = [f"0 0 {n(sheet.width)} {n(sheet.height)}" for sheet in sheets]
    grounds, next_id = _write_grounds(sheets, sizes)
    page_ids = [_PAGE_ID, *range(next_id, next_id + len(sheets) - 1)]
    bodies = list(zip(page_ids, [sheet.body for sheet in sheets], sizes, strict=True))
    body = _write_objects(bodies, next_id + len(sheets) - 1, Packing.STORED)
    items = [(name, escape(value)) for name, value in metadata.entries()]
    attachment = Part(_attachment(metadata, items), Packing.STORED)
    contents = {
        f"Doc_0/Pages/Page_{index}/Content.xml": _page(
            grounds[sheet.background, size], size, body.contents[index], body.last_id + 1 + index
        )
        for index, (sheet, size) in enumerate(zip(sheets, sizes, strict=True))
    }
    identity = sm3.digest(b"".join(part.digest for part in (attachment, *contents.values())))[:16].hex()
    every = [ground.written for ground in grounds.values()] + [body]
    parts = {
        "OFD.xml": Part(_entry(metadata, items, identity), Packing.STORED),
        "Doc_0/Document.xml": shared(
            _document(sizes[0], page_ids, list(grounds.values()), body.last_id + len(sheets))
        ),
        "Doc_0/PublicRes.xml": shared(_resources("Fonts", "".join(written.fonts for written in every))),
        "Doc_0/DocumentRes.xml": shared(
            _resources("MultiMedias", "".join(written.media for written in every))
        ),
        **{
            f"Doc_0/Tpls/Tpl_{index}/Content.xml": ground.page
            for index, ground in enumerate(grounds.values())
        },
        **contents,
        **{name: part for written in every for name, part in written.parts.items()},
        "Doc_0/Tags/CustomTags.xml": _TAG_LIST,
        "Doc_0/Tags/Tag_0.xml": shared(_tags(metadata, body.field_objects)),
        "Doc_0/Attachs/Attachments.xml": shared(_attachment_list(metadata)),
        ATTACHMENT: attachment,
    }
    refs = [
        PageRef(number, sheet.width, sheet.height) for number, sheet in zip(page_ids, sheets, strict=True)
    ]
    return Package(MappingProxyType(parts), tuple(refs))


def _write_grounds(
    sheets: Sequence[Drawing], sizes: Sequence[str]
) -> tuple[dict[tuple[Background, str], _Ground], int]:
    """The template pages in the order they come up, and the next free id."""
    found: dict[tuple[Background, str], _Ground] = {}
    next_id = _FIRST_ID
    for sheet, size in zip(sheets, sizes, strict=True):
        if (sheet.background, size) not in found:
            ground = found[sheet.background, size] = _ground(
                sheet.background, size, next_id, is_first=not found
            )
            next_id = ground.written.last_id + 1
    return found, next_id


def _ground(background: Background, size: str, first_id: int, *, is_first: bool) -> _Ground:
    kept = _grounds.setdefault(background, {})
    found = kept.get((size, first_id))
    if found is None:
        # The first keeps the number it always had; a further one takes the next.
        number, layer = (_TEMPLATE_ID, first_id) if is_first else (first_id, first_id + 1)
        written = _write_objects([(number, background.primitives, size)], layer + 1, Packing.TIGHT)
        page = (
            f'{_HEAD}<ofd:Page {_XMLNS}><ofd:Content><ofd:Layer ID="{layer}" Type="Background">'
            f"{written.contents[0]}</ofd:Layer></ofd:Content></ofd:Page>"
        )
        found = kept[size, first_id] = _Ground(number, written, Part(page.encode(), Packing.TIGHT))
    return found


def _page(ground: _Ground, size: str, content: str, layer: int) -> Part:
    page = (
        f'{_HEAD}<ofd:Page {_XMLNS}><ofd:Template TemplateID="{ground.id}" ZOrder="Background"/>'
        f"<ofd:Area><ofd:PhysicalBox>{size}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{content}</ofd:Layer></ofd:Content></ofd:Page>'
    )
    return Part(page.encode(), Packing.STORED)


# Objects


def _write_objects(
    pages: Sequence[tuple[int, Sequence[Primitive], str]], next_id: int, packing: Packing
) -> _Written:
    """XML of the objects of pages (id, primitives, box); ids run on from `next_id`: fonts, pictures, objects."""
    everything = [p for _, primitives, _ in pages for p in primitives]
    texts = [p for p in everything if isinstance(p, TextRun)]
    faces = list({id(run.font): run.font for run in texts}.values())
    font_ids = {id(face): next_id + index for index, face in enumerate(faces)}
    next_id += len(faces)
    pictures = list({p.data: p for p in everything if isinstance(p, Picture)}.values())
    media_ids = {picture.data: next_id + index for index, picture in enumerate(pictures)}
    number = next_id + len(pictures)
    parts = {f"{_FOLDER}font_{font_ids[id(face)]}.ttf": Part(_subset(face, texts), packing) for face in faces}
    for picture in pictures:
        parts[f"{_FOLDER}{_media_name(picture, media_ids)}"] = Part(picture.data, Packing.STORED)
    field_objects: dict[str, list[tuple[int, int]]] = {}
    contents: list[str] = []
    for page_id, primitives, page_box in pages:
        out: list[str] = []
        for primitive in primitives:
            match primitive:
                case TextRun():
                    out.append(_text_object(primitive, number, font_ids[id(primitive.font)]))
                    if primitive.field is not None:
                        field_objects.setdefault(primitive.field, []).append((page_id, number))
                case Shape():
                    out.append(_path_object(primitive, number, page_box))
                case Picture():
                    out.append(_image_object(primitive, number, media_ids[primitive.data]))
            number += 1
        contents.append("".join(out))
    fonts = "".join(_font(face, font_ids[id(face)]) for face in faces)
    media = "".join(_media(picture, media_ids) for picture in pictures)
    return _Written(contents, fonts, media, parts, field_objects, number - 1)


def _subset(face: FontFace, texts: Iterable[TextRun]) -> bytes:
    return face.subset("".join([line.text for run in texts if run.font is face for line in run.lines]))


def _font(face: FontFace, number: int) -> str:
    name = escape(face.name)
    return (
        f'<ofd:Font ID="{number}" FontName="{name}" FamilyName="{name}">'
        f"<ofd:FontFile>font_{number}.ttf</ofd:FontFile></ofd:Font>"
    )


def _media_name(picture: Picture, media_ids: dict[bytes, int]) -> str:
    return f"image_{media_ids[picture.data]}.{picture.kind.lower()}"


def _media(picture: Picture, media_ids: dict[bytes, int]) -> str:
    return (
        f'<ofd:MultiMedia ID="{media_ids[picture.data]}" Type="Image" Format="{picture.kind}">'
        f"<ofd:MediaFile>{_media_name(picture, media_ids)}</ofd:MediaFile></ofd:MultiMedia>"
    )


@lru_cache(maxsize=1024)
def _color(name: str, color: Color) -> str:
    alpha = "" if color.alpha == 255 else f' Alpha="{color.alpha}"'
    return f'<ofd:{name} Value="{color.red} {color.green} {color.blue}"{alpha}/>'


def _text_object(run: TextRun, number: int, font: int) -> str:
    box, rest = _text_parts(run)
    return f'<ofd:TextObject ID="{number}" {box} Font="{font}" {rest}'


@lru_cache(maxsize=4096)
def _text_parts(run: TextRun) -> tuple[str, str]:
    """What of a text object does not depend on its number and its font's: before and after the latter."""
    lines, size = run.lines, run.size
    if len(lines) == 1 and run.matrix is None:
        line = lines[0]
        box = f"{n(line.x)} {n(line.baseline - size)} {n(sum(line.advances))} {n(1.3 * size)}"
        codes, matrix = _text_code(line, "0", n(size)), ""
    else:
        left = min(line.x for line in lines)
        top = min(line.baseline for line in lines) - size
        width = max(line.x + sum(line.advances) for line in lines) - left
        height = max(line.baseline for line in lines) + 0.3 * size - top
        box, matrix = f"{n(left)} {n(top)} {n(width)} {n(height)}", ""
        if run.matrix is not None:
            box, matrix = _turned(run.matrix, left, top, width, height)
        codes = "".join(_text_code(line, n(line.x - left), n(line.baseline - top)) for line in lines)
    color = _color("FillColor", run.color)
    return f'Boundary="{box}"', f'Size="{n(size)}"{matrix}>{color}{codes}</ofd:TextObject>'


def _text_code(line: GlyphLine, x: str, y: str) -> str:
    steps = _delta(line.advances[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    return f'<ofd:TextCode X="{x}" Y="{y}"{delta}>{escape(line.text)}</ofd:TextCode>'


def _delta(steps: Sequence[float]) -> str:
    """Steps between glyphs; equal ones, as in plain Chinese, as `g count value` (GB/T 33190 11.3)."""
    if len(steps) > 2 and steps.count(steps[0]) == len(steps):
        return f"g {len(steps)} {n(steps[0])}"
    return " ".join(map(n, steps))


def _turned(matrix: Matrix, left: float, top: float, width: float, height: float) -> tuple[str, str]:
    """Boundary round a turned text whose own box starts at (left, top), and its CTM within that boundary."""
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (left, left + width) for y in (top, top + height)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    origin = (a * left + c * top + e - min(xs), b * left + d * top + f - min(ys))
    box = f"{n(min(xs))} {n(min(ys))} {n(max(xs) - min(xs))} {n(max(ys) - min(ys))}"
    return box, f' CTM="{_matrix((a, b, c, d, *origin))}"'


def _matrix(matrix: Matrix) -> str:
    # Finer than a length: a QR symbol multiplies it by its modules, a turned text by its place.
    return " ".join(f"{round(value, 6):.9g}" for value in matrix)


def _path_object(shape: Shape, number: int, page_box: str) -> str:
    # The boundary is the page: strokes are clipped to it, and coordinates stay those of the page.
    stroke, fill = "true" if shape.stroke else "false", "true" if shape.fill else "false"
    matrix = f' CTM="{_matrix(shape.matrix)}"' if shape.matrix else ""
    colors = (_color("StrokeColor", shape.stroke) if shape.stroke else "") + (
        _color("FillColor", shape.fill) if shape.fill else ""
    )
    return (
        f'<ofd:PathObject ID="{number}" Boundary="{page_box}" LineWidth="{n(shape.width)}" Stroke="{stroke}" '
        f'Fill="{fill}"{matrix}>{colors}<ofd:AbbreviatedData>{shape.path}</ofd:AbbreviatedData></ofd:PathObject>'
    )


def _image_object(picture: Picture, number: int, resource: int) -> str:
    box = picture.box
    boundary = f"{n(box.x)} {n(box.y)} {n(box.w)} {n(box.h)}"
    return (
        f'<ofd:ImageObject ID="{number}" Boundary="{boundary}" CTM="{n(box.w)} 0 0 {n(box.h)} 0 0" '
        f'ResourceID="{resource}"/>'
    )


# Document parts


def _entry(metadata: Metadata, items: Sequence[tuple[str, str]], identity: str) -> bytes:
    entries = "".join([f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in items])
    day = metadata.created_at.date() if metadata.created_at else metadata.issued_on
    info = (
        f"<ofd:DocID>{identity}</ofd:DocID><ofd:Title>{escape(metadata.title)}</ofd:Title>"
        f"<ofd:Author>{escape(metadata.authority)}</ofd:Author><ofd:CreationDate>{day}</ofd:CreationDate>"
        f"<ofd:Creator>{_CREATOR}</ofd:Creator><ofd:CustomDatas>{entries}</ofd:CustomDatas>"
    )
    return (
        f'{_HEAD}<ofd:OFD {_XMLNS} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo>{info}</ofd:DocInfo>'
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    ).encode()


def _document(size: str, page_ids: Sequence[int], grounds: Sequence[_Ground], last_id: int) -> bytes:
    templates = "".join(
        f'<ofd:TemplatePage ID="{ground.id}" ZOrder="Background" BaseLoc="Tpls/Tpl_{index}/Content.xml"/>'
        for index, ground in enumerate(grounds)
    )
    pages = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{index}/Content.xml"/>'
        for index, number in enumerate(page_ids)
    )
    return (
        f"{_HEAD}<ofd:Document {_XMLNS}><ofd:CommonData><ofd:MaxUnitID>{last_id}</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>{size}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
        f"{templates}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>"
        "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>"
    ).encode()


def _resources(kind: str, entries: str) -> bytes:
    inside = f"<ofd:{kind}>{entries}</ofd:{kind}>" if entries else ""
    return f'{_HEAD}<ofd:Res {_XMLNS} BaseLoc="Res">{inside}</ofd:Res>'.encode()


_TAG_LIST = Part(
    (
        f'{_HEAD}<ofd:CustomTags {_XMLNS}><ofd:CustomTag NameSpace="{CERTIFICATE_NAMESPACE}">'
        "<ofd:FileLoc>Tag_0.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
    ).encode()
)


def _tags(metadata: Metadata, field_objects: dict[str, list[tuple[int, int]]]) -> bytes:
    """数据标引: each value on the face by its short name, with the text objects that draw it, in order."""
    names = {datum.field: datum.tag for datum in metadata.face}
    leaves = []
    for field, objects in field_objects.items():
        refs = "".join(
            f'<ofd:ObjectRef PageRef="{page}">{number}</ofd:ObjectRef>' for page, number in objects
        )
        name = names.get(field) or _element_name(field)
        leaves.append(f"<{name}>{refs}</{name}>")
    return (
        f'{_HEAD}<Certificate xmlns="{CERTIFICATE_NAMESPACE}" {_XMLNS}>{"".join(leaves)}</Certificate>'
    ).encode()


@lru_cache(maxsize=4096)
def _element_name(field: str) -> str:
    """A field's name as an XML name: `@page` and names with blanks would not be one."""
    name = _NOT_A_NAME.sub("_", field)
    return name if name[:1].isalpha() else f"_{name}"


def _attachment_list(metadata: Metadata) -> bytes:
    day = metadata.created_at.date() if metadata.created_at else metadata.issued_on
    return (
        f'{_HEAD}<ofd:Attachments {_XMLNS}><ofd:Attachment ID="1" Name="certificate" Format="xml" '
        f'CreationDate="{day}" Visible="false"><ofd:FileLoc>certificate.xml</ofd:FileLoc></ofd:Attachment>'
        "</ofd:Attachments>"
    ).encode()


def _attachment(metadata: Metadata, items: Sequence[tuple[str, str]]) -> bytes:
    """The structured copy: the metadata and the face (the last of the items) as data, values as they are stored."""
    count = len(items) - len(metadata.face)
    about = "".join([f'<Item name="{name}">{value}</Item>' for name, value in items[:count]])
    fields = "".join(
        [
            f'<Field name="{_known(datum.field)}" tag="{tag}" label="{_known(datum.label)}">{value}</Field>'
            for datum, (tag, value) in zip(metadata.face, items[count:], strict=True)
        ]
    )
    return (
        f'{_HEAD}<Certificate xmlns="{CERTIFICATE_NAMESPACE}"><Metadata>{about}</Metadata>'
        f"<Face>{fields}</Face></Certificate>"
    ).encode()


@lru_cache(maxsize=4096)
def _known(name: str) -> str:
    """A name of the type's, escaped: there are few of them."""
    return escape(name)
