"""What an archive asks of a file (OFD-A, GB/T 42133): it must look the same in thirty years, on any reader, alone.

The rules are those our reference knows; a file's live seal is the one thing OFD-A does without.
"""

import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import uharfbuzz as hb
from lxml import etree

from proofless.ofd import sealing
from proofless.ofd.declarations import template_of
from proofless.ofd.drawing import picture_kind
from proofless.ofd.layout import fill_pages
from proofless.ofd.package import pack, resolve, unpack
from proofless.ofd.writer import write
from tests.ofd.test_make import TEMPLATE, courses

from .test_affix import BOX
from .test_compose import SPEC, VALUES, about
from .test_render import certificate

ROOT = Path(__file__).parents[2]
NS = {"o": "http://www.ofdspec.org/2016"}
DOCUMENT_ORDER = [
    "CommonData", "Pages", "Outlines", "Permissions", "Actions", "VPreferences", "Bookmarks", "Annotations",
    "CustomTags", "Attachments", "Extensions",
]  # fmt: skip
COMMON_ORDER = ["MaxUnitID", "PageArea", "PublicRes", "DocumentRes", "TemplatePage", "DefaultCS"]
FORBIDDEN = {
    "Extensions", "Actions", "Action", "Permissions", "VPreferences", "Bookmarks", "Annotations", "Movie", "Sound",
    "GotoA", "URI", "Pattern", "Encryptions",
}  # fmt: skip
Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def files(city: Any) -> dict[str, Parts]:
    template = template_of(TEMPLATE, Path()).template
    values = {"name": "张三𠮷", "link": "https://example.cn/v/1"}
    pages = fill_pages(template, values, tables={"courses": courses(60)})
    _, package = certificate("吉𠮷㛃")
    at = city.now - timedelta(days=1)
    sealed = sealing.seal(package, city.seal_der, city.signer, 1, BOX, at)
    made = {"sealed certificate": sealed, "list over pages": pack(write(pages, about(VALUES, SPEC)))}
    return {name: {n: part.data for n, part in unpack(data).parts.items()} for name, data in made.items()}


@pytest.fixture(params=["sealed certificate", "list over pages"])
def parts(request: pytest.FixtureRequest, files: dict[str, Parts]) -> Parts:
    return files[request.param]


def trees(parts: Parts) -> dict[str, Any]:
    return {name: etree.fromstring(data) for name, data in parts.items() if name.endswith(".xml")}


def test_every_character_has_its_glyph_in_a_font_inside_the_file(parts: Parts) -> None:
    """Else the look depends on what the reader's machine has installed."""
    roots = trees(parts)
    fonts = {}
    for font in roots["Doc_0/PublicRes.xml"].iterfind(".//o:Font", NS):
        data = parts[f"Doc_0/Res/{font.findtext('o:FontFile', namespaces=NS)}"]
        assert data[:4] == b"\0\1\0\0", "TrueType"
        fonts[font.get("ID")] = set(hb.Face(hb.Blob(data)).unicodes)
    used: dict[str, set[int]] = {}
    for root in roots.values():
        for item in root.iterfind(".//o:TextObject", NS):
            text = "".join(item.xpath("o:TextCode/text()", namespaces=NS))
            used.setdefault(item.get("Font"), set()).update(map(ord, text))
    assert used and all(characters <= fonts[font] for font, characters in used.items())
    assert sum(map(len, fonts.values())) < 2 * sum(map(len, used.values())) + 10, "subsets"


def test_nothing_in_the_file_acts_or_leads_outside(parts: Parts) -> None:
    for name, root in trees(parts).items():
        kinds = {etree.QName(node).localname for node in root.iter() if isinstance(node.tag, str)}
        assert not kinds & FORBIDDEN, name
        for node in root.iter():
            assert not str(node.text or "").startswith(("http:", "https:", "file:")) or name.endswith(
                ("Content.xml", "certificate.xml", "OFD.xml")
            )


def test_every_place_named_is_in_the_file_and_every_part_is_named(parts: Parts) -> None:
    roots, named = trees(parts), {"OFD.xml"}
    kinds = {
        "DocRoot",
        "PublicRes",
        "DocumentRes",
        "CustomTags",
        "Attachments",
        "Signatures",
        "FileLoc",
        "SignedValue",
    }
    for name, root in roots.items():
        base = name
        if root.get("BaseLoc"):
            base = resolve(f"{root.get('BaseLoc')}/_", name)
        for node in root.iter():
            kind = etree.QName(node).localname
            if kind in kinds and not len(node) and (node.text or "").strip():
                named.add(resolve(node.text, name))
            elif kind in ("FontFile", "MediaFile"):
                named.add(resolve(node.text, base))
            elif node is not root and node.get("BaseLoc"):
                named.add(resolve(node.get("BaseLoc"), name))
            elif kind == "BaseLoc":
                named.add(resolve(node.text, name))
    assert named == set(parts)


def test_children_stand_in_the_standards_order(parts: Parts) -> None:
    """Readers that check against the schema refuse another order."""
    document = trees(parts)["Doc_0/Document.xml"]
    for node, order in ((document, DOCUMENT_ORDER), (document.find("o:CommonData", NS), COMMON_ORDER)):
        places = [order.index(etree.QName(child).localname) for child in node]
        assert places == sorted(places)


def test_colours_are_rgb_and_pictures_png_or_jpeg(parts: Parts) -> None:
    for root in trees(parts).values():
        for node in root.iterfind(".//o:FillColor", NS):
            assert node.get("ColorSpace") is None and len(node.get("Value", "").split()) == 3
    media = trees(parts)["Doc_0/DocumentRes.xml"].iterfind(".//o:MultiMedia", NS)
    for item in media:
        assert item.get("Type") == "Image"
        data = parts[f"Doc_0/Res/{item.findtext('o:MediaFile', namespaces=NS)}"]
        assert picture_kind(data) == item.get("Format")


PROGRAM = """
import sys
from hashlib import sha256
from tests.ofd.test_render import certificate
from proofless.ofd.package import pack
print(sha256(pack(certificate("吉𠮷㛃")[1])).hexdigest())
"""


def test_another_process_makes_the_same_bytes() -> None:
    """An auditor recomputes a certificate on another day: neither clock nor the order of a set may show."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TZ": "America/Lima"},
    )  # fmt: skip
    assert done.stdout.strip() == sha256(pack(certificate("吉𠮷㛃")[1])).hexdigest()
