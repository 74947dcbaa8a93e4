"""页面: one page of a package with its templates, annotations and the seals that stand on it, as a `Page`."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree

from proofless.gm import GmError, ses
from proofless.ofd import package as packages
from proofless.ofd.container import parse_xml
from proofless.ofd.display import pictures, resources, values
from proofless.ofd.display.model import IDENTITY, Clip, Group, ImageMark, Mark, Page
from proofless.ofd.display.objects import Budget, Painter, rectangle
from proofless.ofd.display.resources import MAX_TEMPLATES, Resources
from proofless.ofd.drawing import Box
from proofless.ofd.errors import NotOfd, OfdError
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.package import ENTRY, Package, document_entry, tag

_MAX_SEALS, _MAX_STAMPS = 64, 100  # in a file; pictures of them on one page


def read_page(package: Package, page: int, library: FontLibrary, *, within: Budget | None = None) -> Page:
    """Page `page` (from 1). Raises `NotOfd`. `within`: this file is itself a seal's picture on a page with that
    budget, and its own seals are not drawn."""
    if not 1 <= page <= len(package.pages):
        raise NotOfd(f"没有第 {page} 页")
    root = document_entry(package.parts)
    document = parse_xml(package.parts[root].data, root)
    entry = document.findall(f"{tag('Pages')}/{tag('Page')}")[page - 1]
    found = resources.load(package, root, document)
    size = package.pages[page - 1]
    path, sheet = _sheet(found, entry.get("BaseLoc"), root)
    painter = Painter(found, library, within or Budget())
    marks = [*_sheets(document, root, path, sheet, painter)]
    marks += _annotations(document, root, str(size.id), painter)
    seals = () if within is not None else tuple(islice(_seals(package, size.id, painter), _MAX_STAMPS + 1))
    if len(seals) > _MAX_STAMPS:
        raise NotOfd("页面上的印章过多")
    return Page(size.width, size.height, tuple(marks), seals)


def _sheet(found: Resources, location: str | None, base: str) -> tuple[str, etree._Element]:
    path = found.find(location, base)
    if path is None:
        raise NotOfd(f"缺少页面内容 {(location or '')[:100]}")
    return path, parse_xml(found.parts[path], path)


def _sheets(
    document: etree._Element, root: str, path: str, sheet: etree._Element, painter: Painter
) -> Iterator[Mark]:
    """Templates behind, the page's own layers, templates before."""
    known = {
        item.get("ID", ""): item for item in document.iterfind(f"{tag('CommonData')}/{tag('TemplatePage')}")
    }
    behind: list[Mark] = []
    before: list[Mark] = []
    uses = sheet.findall(tag("Template"))
    if len(uses) > MAX_TEMPLATES:
        raise NotOfd("页面引用的模板过多")
    for use in uses:
        template = known.get(use.get("TemplateID", ""))
        if template is None:
            raise NotOfd("页面引用的模板不存在")
        order = use.get("ZOrder") or template.get("ZOrder") or "Background"
        place, content = _sheet(painter.resources, template.get("BaseLoc"), root)
        marks = _layers(content, place, painter)
        (before if order == "Foreground" else behind).extend(marks)
    yield from behind
    yield from _layers(sheet, path, painter)
    yield from before


def _layers(sheet: etree._Element, path: str, painter: Painter) -> list[Mark]:
    own = replace(painter, resources=painter.resources.with_page(sheet, path))
    layers = own.layers(sheet.find(tag("Content")))
    return [*layers["Background"], *layers["Body"], *layers["Foreground"]]


def _annotations(document: etree._Element, root: str, page_id: str, painter: Painter) -> Iterator[Mark]:
    """What annotations show on the page (GB/T 33190 clause 15); a list that is missing shows nothing."""
    found = painter.resources
    listing = found.find(document.findtext(tag("Annotations")), root)
    if listing is None:
        return
    entries = parse_xml(found.parts[listing], listing).iterfind(tag("Page"))
    paths = (
        found.find(one.findtext(tag("FileLoc")), listing) for one in entries if one.get("PageID") == page_id
    )
    for path in dict.fromkeys(path for path in paths if path is not None):
        for note in parse_xml(found.parts[path], path).iter(tag("Annot")):
            appearance = note.find(tag("Appearance"))
            if appearance is None or not values.flag(note, "Visible", True):
                continue
            box = values.box(appearance.get("Boundary")) if appearance.get("Boundary") else Box(0, 0, 0, 0)
            marks = tuple(painter.block(appearance))
            if marks:
                yield Group(marks, matrix=(1.0, 0.0, 0.0, 1.0, box.x, box.y))


# Seals


def _seals(package: Package, page_id: int, painter: Painter) -> Iterator[Group]:
    """The pictures of the seals that stand on a page, in the order of signing. Nothing is verified here."""
    location = parse_xml(package.parts[ENTRY].data, ENTRY).findtext(f"{tag('DocBody')}/{tag('Signatures')}")
    found = Resources({name: part.data for name, part in package.parts.items()}, "")
    listing = found.find(location, ENTRY)
    if listing is None:
        return
    records = parse_xml(found.parts[listing], listing).findall(tag("Signature"))
    seen: set[str] = set()
    for number, record in enumerate(records[:_MAX_SEALS], 1):
        path = found.find(record.get("BaseLoc"), listing)
        if path is not None and path not in seen:
            seen.add(path)
            yield from _stamps(found, path, str(page_id), number, painter)


def _stamps(found: Resources, path: str, page_id: str, number: int, painter: Painter) -> Iterator[Group]:
    description = parse_xml(found.parts[path], path)
    stamps = [stamp for stamp in description.iter(tag("StampAnnot")) if stamp.get("PageRef") == page_id]
    value = found.find(description.findtext(tag("SignedValue")), path)
    if not stamps or value is None:
        return
    try:
        seal = ses.parse_signature(found.parts[value]).seal
    except GmError:
        # A seal we cannot read is not drawn; whether it is any good is for `verify` to say.
        return
    for stamp in stamps:
        painter.budget.spend(marks=1)
        box = values.box(stamp.get("Boundary"))
        clips: tuple[Clip, ...] = ()
        if stamp.get("Clip"):
            cut = values.box(stamp.get("Clip"))
            clips = (Clip(((rectangle(Box(box.x + cut.x, box.y + cut.y, cut.w, cut.h)), IDENTITY),)),)
        yield Group((_picture(seal, box, painter),), clips, title=seal.name, seal=number)


def _picture(seal: ses.Seal, box: Box, painter: Painter) -> Mark:
    """The seal's picture in its box: a raster, or the first page of the small OFD several makers store."""
    data = seal.picture.data
    if data[:4] == b"PK\x03\x04":
        try:
            package = packages.unpack(data)
            painter.budget.spend(picture=sum(len(part.data) for part in package.parts.values()))
            inner = read_page(package, 1, painter.library, within=painter.budget)
        except OfdError:
            return ImageMark(None, (box.w, 0.0, 0.0, box.h, box.x, box.y))
        scale = (box.w / inner.width, 0.0, 0.0, box.h / inner.height, box.x, box.y)
        page = rectangle(Box(0.0, 0.0, inner.width, inner.height))
        return Group(inner.marks, (Clip(((page, scale),)),), scale)
    raster = pictures.raster(data)
    painter.budget.spend_raster(raster)
    return ImageMark(raster, (box.w, 0.0, 0.0, box.h, box.x, box.y))
