"""The file: objects, cross-reference table, metadata and output intent of PDF/A-2b (ISO 19005-2)."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

from PIL import ImageCms

from proofless.gm import sm3
from proofless.ofd.drawing import Background, Drawing, Picture
from proofless.ofd.package import escape
from proofless.ofd.pdf.content import Resources, content
from proofless.ofd.pdf.pictures import picture_of

PRODUCER = "Proofless"
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_POINTS = 72 / 25.4
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_SRGB = "sRGB IEC61966-2.1"


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself; `made_at` (aware) is the only time in it."""

    title: str = ""
    author: str = ""
    made_at: datetime = _EPOCH


class Document:
    """One file in the making."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._objects: list[bytes] = []

    def add(self, head: str, stream: bytes | None) -> int:
        """One more object, its number: a whole object, or the entries of a stream's dictionary with its data."""
        body = head.encode()
        if stream is not None:
            named = "" if "/Filter" in head or "/Subtype/XML" in head else " /Filter/FlateDecode"
            body = f"<<{head}{named} /Length {len(stream)}>>\nstream\n".encode() + stream + b"\nendstream"
        self._objects.append(body)
        return len(self._objects)

    def finish(self, pages: Sequence[Drawing]) -> bytes:
        """The bytes of the file with these pages."""
        resources = Resources()
        # Numbered ahead, as forms, pages and the tree name each other.
        shared = self._reserve()
        forms: dict[Background, int] = {}
        streams: dict[int, int] = {}  # by drawing: the same one may stand on many pages
        for page in pages:
            if id(page) in streams:
                continue
            if page.background.primitives and page.background not in forms:
                forms[page.background] = self._form(page)
            ground = f" /B{forms[page.background]} Do" if page.background in forms else ""
            turn = f"{_POINTS:.6f} 0 0 {-_POINTS:.6f} 0 {page.height * _POINTS:.4f} cm"
            body = f"q {turn}{ground}\n{content(page.body, resources)}\nQ"
            streams[id(page)] = self.add("", zlib.compress(body.encode("ascii"), 1))
        grounds = [f"/B{form} {form} 0 R" for form in forms.values()]
        self._objects[shared - 1] = self._resources(resources, grounds).encode()
        tree = len(self._objects) + 1 + len(pages)
        kids = [self._page(page, streams[id(page)], shared, tree) for page in pages]
        self.add(f"<</Type/Pages /Count {len(kids)} /Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>", None)
        return self._file(self._catalog(tree), self._info())

    def _reserve(self) -> int:
        self._objects.append(b"")
        return len(self._objects)

    def _form(self, page: Drawing) -> int:
        """The background with resources of its own, so that all files of one template share its bytes."""
        resources = Resources()
        text = _deflated(content(page.background.primitives, resources))
        own = self.add(self._resources(resources, []), None)
        head = (
            f"/Type/XObject /Subtype/Form /BBox[0 0 {page.width:g} {page.height:g}] /Resources {own} 0 R "
            "/Group<</S/Transparency /CS/DeviceRGB>>"
        )
        return self.add(head, text)

    def _page(self, page: Drawing, stream: int, shared: int, tree: int) -> int:
        box = f"0 0 {page.width * _POINTS:.4f} {page.height * _POINTS:.4f}"
        return self.add(
            f"<</Type/Page /Parent {tree} 0 R /MediaBox[{box}] /Contents {stream} 0 R "
            f"/Resources {shared} 0 R /Group<</S/Transparency /CS/DeviceRGB>>>>",
            None,
        )

    def _resources(self, resources: Resources, grounds: Sequence[str]) -> str:
        fonts = [f"/{font.name} {font.write(self.add)} 0 R" for font in resources.fonts.values()]
        pictures = [f"/{name} {self._picture(picture)} 0 R" for name, picture in resources.pictures.values()]
        alphas = [
            f"/{name}<</ca {value / 255:.4f} /CA {value / 255:.4f}>>"
            for value, name in resources.alphas.items()
        ]
        return (
            f"<</Font<<{' '.join(fonts)}>> /XObject<<{' '.join([*pictures, *grounds])}>> "
            f"/ExtGState<<{' '.join(alphas)}>>>>"
        )

    def _picture(self, picture: Picture) -> int:
        found = picture_of(picture)
        size = f"/Type/XObject /Subtype/Image /Width {found.width} /Height {found.height} /BitsPerComponent 8"
        mask = ""
        if found.mask is not None:
            number = self.add(f"{size} /ColorSpace/DeviceGray /Filter/FlateDecode", found.mask)
            mask = f" /SMask {number} 0 R"
        return self.add(f"{size} /ColorSpace{found.space} /Filter{found.filter}{mask}", found.data)

    def _catalog(self, tree: int) -> int:
        metadata = self.add("/Type/Metadata /Subtype/XML", _xmp(self._about))
        profile = self.add("/N 3", _srgb())
        intent = (
            f"<</Type/OutputIntent /S/GTS_PDFA1 /OutputConditionIdentifier({_SRGB}) /Info({_SRGB}) "
            f"/DestOutputProfile {profile} 0 R>>"
        )
        return self.add(
            f"<</Type/Catalog /Pages {tree} 0 R /Metadata {metadata} 0 R /OutputIntents[{intent}] /Lang(zh-CN) "
            "/ViewerPreferences<</DisplayDocTitle true>>>>",
            None,
        )

    def _info(self) -> int:
        day = f"D:{self._about.made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
        author = f" /Author{_string(self._about.author)}" if self._about.author else ""
        return self.add(
            f"<</Title{_string(self._about.title)}{author} /Producer{_string(PRODUCER)} "
            f"/CreationDate({day}) /ModDate({day})>>",
            None,
        )

    def _file(self, root: int, info: int) -> bytes:
        out, offsets = [_HEAD], []
        at = len(_HEAD)
        for number, body in enumerate(self._objects, 1):
            piece = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            offsets.append(at)
            out.append(piece)
            at += len(piece)
        count = len(self._objects) + 1
        table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        identity = sm3.digest(b"".join(out))[:16].hex().upper()
        trailer = f"<</Size {count} /Root {root} 0 R /Info {info} 0 R /ID[<{identity}><{identity}>]>>"
        out.append(b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (count, table))
        out.append(f"{trailer}\nstartxref\n{at}\n%%EOF\n".encode())
        return b"".join(out)


@lru_cache(maxsize=64)
def _deflated(text: str) -> bytes:
    return zlib.compress(text.encode("ascii"), 9)


def _string(text: str) -> str:
    """A text string (ISO 32000-1 7.9.2.2) in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _xmp(about: About) -> bytes:
    day = f"{about.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    creator = (
        f"<dc:creator><rdf:Seq><rdf:li>{escape(about.author)}</rdf:li></rdf:Seq></dc:creator>"
        if about.author
        else ""
    )
    title = (
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>'
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        f"{title}{creator}<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>"
        f"<pdf:Producer>{PRODUCER}</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


@cache
def _srgb() -> bytes:
    """The profile of sRGB as Little CMS makes it, with the day of its making fixed; deflated."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = b"\x04\x20\x00\x00"
    profile[24:36] = b"\x07\xe4\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00"
    return zlib.compress(bytes(profile))
