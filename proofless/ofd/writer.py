"""Writing a drawing and its metadata as the parts of an OFD document (GB/T 33190-2016).

The shared background becomes a template page, so that its bytes, its fonts and their digests are made
once for a type of certificate. The body of one document is its own page content with its own font
subsets. Of the rules of OFD-A (GB/T 42133-2022) all but the live seal are kept: fonts embedded as
subsets, no extensions, actions, permissions or preferences, RGB colours, PNG and JPEG pictures, a text
attachment. The same input gives the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Written:
    """Objects as XML, with what they need: resources, and the text object ids of each field."""

    content: str
    fonts: str
    media: str
    parts: dict[str, Part]
    field_objects: dict[str, list[int]]
    last_id: int


_backgrounds: WeakKeyDictionary[Background, tuple[_Written, Part]] = WeakKeyDictionary()


def write(drawing: Drawing, metadata: Metadata) -> Package:
    """The unsealed package: `sealing.seal` closes it, `package.pack` writes it as it is."""
    size = f"0 0 {n(drawing.width)} {n(drawing.height)}"
    background, template = _background(drawing.background, size)
    body = _write_objects(drawing.body, background.last_id + 1, size, Packing.STORED)
    attachment = Part(_attachment(metadata))
    layer = body.last_id + 1
    page = (
        f'{_HEAD}<ofd:Page {_XMLNS}><ofd:Template TemplateID="{_TEMPLATE_ID}" ZOrder="Background"/>'
        f"<ofd:Area><ofd:PhysicalBox>{size}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{body.content}</ofd:Layer></ofd:Content>'
        "</ofd:Page>"
    )
    identity = sm3.digest(attachment.data + page.encode())[:16].hex()
    parts = {
        "OFD.xml": Part(_entry(metadata, identity)),
        "Doc_0/Document.xml": shared(_document(size, layer)),
        "Doc_0/PublicRes.xml": shared(_resources("Fonts", background.fonts + body.fonts)),
        "Doc_0/DocumentRes.xml": shared(_resources("MultiMedias", background.media + body.media)),
        "Doc_0/Tpls/Tpl_0/Content.xml": template,
        "Doc_0/Pages/Page_0/Content.xml": Part(page.encode()),
        **background.parts,
        **body.parts,
        "Doc_0/Tags/CustomTags.xml": _TAG_LIST,
        "Doc_0/Tags/Tag_0.xml": Part(_tags(metadata, body.field_objects)),
        "Doc_0/Attachs/Attachments.xml": shared(_attachment_list(metadata)),
        ATTACHMENT: attachment,
    }
    return Package(MappingProxyType(parts), (PageRef(_PAGE_ID, drawing.width, drawing.height),))


def _background(background: Background, size: str) -> tuple[_Written, Part]:
    found = _backgrounds.get(background)
    if found is None:
        written = _write_objects(background.primitives, _FIRST_ID + 1, size, Packing.TIGHT)
        page = (
            f'{_HEAD}<ofd:Page {_XMLNS}><ofd:Content><ofd:Layer ID="{_FIRST_ID}" Type="Background">'
            f"{written.content}</ofd:Layer></ofd:Content></ofd:Page>"
        )
        found = _backgrounds[background] = (written, Part(page.encode(), Packing.TIGHT))
    return found


# Objects


def _write_objects(
    primitives: Sequence[Primitive], next_id: int, page_box: str, packing: Packing
) -> _Written:
    """XML of the objects; ids run on from `next_id`: fonts, pictures, then objects."""
    texts = [p for p in primitives if isinstance(p, TextRun)]
    faces = list({id(run.font): run.font for run in texts}.values())
    font_ids = {id(face): next_id + index for index, face in enumerate(faces)}
    next_id += len(faces)
    pictures = list({p.data: p for p in primitives if isinstance(p, Picture)}.values())
    media_ids = {picture.data: next_id + index for index, picture in enumerate(pictures)}
    next_id += len(pictures)
    parts = {f"{_FOLDER}font_{font_ids[id(face)]}.ttf": Part(_subset(face, texts), packing) for face in faces}
    for picture in pictures:
        parts[f"{_FOLDER}{_media_name(picture, media_ids)}"] = Part(picture.data, Packing.STORED)
    field_objects: dict[str, list[int]] = {}
    out: list[str] = []
    for number, primitive in enumerate(primitives, next_id):
        match primitive:
            case TextRun():
                out.append(_text_object(primitive, number, font_ids[id(primitive.font)]))
                if primitive.field is not None:
                    field_objects.setdefault(primitive.field, []).append(number)
            case Shape():
                out.append(_path_object(primitive, number, page_box))
            case Picture():
                out.append(_image_object(primitive, number, media_ids[primitive.data]))
    fonts = "".join(_font(face, font_ids[id(face)]) for face in faces)
    media = "".join(_media(picture, media_ids) for picture in pictures)
    return _Written("".join(out), fonts, media, parts, field_objects, next_id + len(primitives) - 1)


def _subset(face: FontFace, texts: Iterable[TextRun]) -> bytes:
    return face.subset({c for run in texts if run.font is face for line in run.lines for c in line.text})


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


def _color(name: str, color: Color) -> str:
    alpha = "" if color.alpha == 255 else f' Alpha="{color.alpha}"'
    return f'<ofd:{name} Value="{color.red} {color.green} {color.blue}"{alpha}/>'


def _text_object(run: TextRun, number: int, font: int) -> str:
    left = min(line.x for line in run.lines)
    top = min(line.baseline for line in run.lines) - run.size
    width = max(line.x + sum(line.advances) for line in run.lines) - left
    height = max(line.baseline for line in run.lines) + 0.3 * run.size - top
    box, matrix = f"{n(left)} {n(top)} {n(width)} {n(height)}", ""
    if run.matrix is not None:
        box, matrix = _turned(run.matrix, left, top, width, height)
    codes = "".join(_text_code(line, left, top) for line in run.lines)
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="{font}" Size="{n(run.size)}"{matrix}>'
        f"{_color('FillColor', run.color)}{codes}</ofd:TextObject>"
    )


def _text_code(line: GlyphLine, left: float, top: float) -> str:
    steps = _delta(line.advances[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    place = f'X="{n(line.x - left)}" Y="{n(line.baseline - top)}"'
    return f"<ofd:TextCode {place}{delta}>{escape(line.text)}</ofd:TextCode>"


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


def _entry(metadata: Metadata, identity: str) -> bytes:
    entries = "".join(
        f'<ofd:CustomData Name="{escape(name)}">{escape(value)}</ofd:CustomData>'
        for name, value in metadata.entries()
    )
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


def _document(size: str, last_id: int) -> bytes:
    return (
        f"{_HEAD}<ofd:Document {_XMLNS}><ofd:CommonData><ofd:MaxUnitID>{last_id}</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>{size}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
        f'<ofd:TemplatePage ID="{_TEMPLATE_ID}" ZOrder="Background" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        f'</ofd:CommonData><ofd:Pages><ofd:Page ID="{_PAGE_ID}" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages>"
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


def _tags(metadata: Metadata, field_objects: dict[str, list[int]]) -> bytes:
    """数据标引: each value on the face by its short name, with the text objects that draw it, in order."""
    names = {datum.field: datum.tag for datum in metadata.face}
    leaves = []
    for field, objects in field_objects.items():
        refs = "".join(f'<ofd:ObjectRef PageRef="{_PAGE_ID}">{number}</ofd:ObjectRef>' for number in objects)
        name = names.get(field, field)
        leaves.append(f"<{name}>{refs}</{name}>")
    return (
        f'{_HEAD}<Certificate xmlns="{CERTIFICATE_NAMESPACE}" {_XMLNS}>{"".join(leaves)}</Certificate>'
    ).encode()


def _attachment_list(metadata: Metadata) -> bytes:
    day = metadata.created_at.date() if metadata.created_at else metadata.issued_on
    return (
        f'{_HEAD}<ofd:Attachments {_XMLNS}><ofd:Attachment ID="1" Name="certificate" Format="xml" '
        f'CreationDate="{day}" Visible="false"><ofd:FileLoc>certificate.xml</ofd:FileLoc></ofd:Attachment>'
        "</ofd:Attachments>"
    ).encode()


def _attachment(metadata: Metadata) -> bytes:
    """The structured copy: the metadata and the face as data, values as they are stored."""
    items = "".join(
        f'<Item name="{escape(name)}">{escape(value)}</Item>'
        for name, value in metadata.entries()
        if not name.startswith("KZ_")
    )
    fields = "".join(
        f'<Field name="{escape(datum.field)}" tag="{escape(datum.tag)}" label="{escape(datum.label)}">'
        f"{escape(datum.value)}</Field>"
        for datum in metadata.face
    )
    return (
        f'{_HEAD}<Certificate xmlns="{CERTIFICATE_NAMESPACE}"><Metadata>{items}</Metadata>'
        f"<Face>{fields}</Face></Certificate>"
    ).encode()
