"""A package as other programs write them: its own prefix, absolute paths, CFF fonts, glyph numbers, clips, notes."""

from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from PIL import Image

Parts = dict[str, bytes]
NS = "http://www.ofdspec.org/2016"


@cache
def cff_font() -> bytes:
    """An OpenType font with CFF outlines: A is a square, B a triangle; neither has an `i`."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "A", "B"])
    builder.setupCharacterMap({65: "A", 66: "B"})
    shapes = {
        ".notdef": [],
        "A": [(0, 0), (800, 0), (800, 800), (0, 800)],
        "B": [(0, 0), (800, 0), (400, 800)],
    }
    strings = {}
    for name, points in shapes.items():
        pen = T2CharStringPen(1000, None)
        if points:
            pen.moveTo(points[0])
            for point in points[1:]:
                pen.lineTo(point)
            pen.closePath()
        strings[name] = pen.getCharString()
    builder.setupCFF("Shapes", {"FullName": "Shapes"}, strings, {})
    builder.setupHorizontalMetrics(dict.fromkeys(shapes, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Shapes", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


@cache
def bare_cff() -> bytes:
    """The CFF table alone, as converters from PDF embed it."""
    table: bytes = TTFont(BytesIO(cff_font())).reader["CFF "]
    return table


def bare_cff_with(**entries: object) -> bytes:
    """The bare CFF with these entries in its Top DICT."""
    font = TTFont(BytesIO(cff_font()), recalcBBoxes=False)
    table = font["CFF "].cff
    for name, value in entries.items():
        setattr(table[table.fontNames[0]], name, value)
    out = BytesIO()
    font.save(out)
    found: bytes = TTFont(BytesIO(out.getvalue())).reader["CFF "]
    return found


@cache
def calling_cff(subroutines: int, calls: int) -> bytes:
    """A bare CFF whose B calls a subroutine that calls the next, each ``calls`` times."""
    font = TTFont(BytesIO(cff_font()), recalcBBoxes=False)  # else building runs what reading must not
    table = font["CFF "].cff
    top = table[table.fontNames[0]]
    # 107 is added to the number of a subroutine where a font has fewer than 1 240 (Technical Note 5177, 16).
    steps = [
        ["return"],
        *([number - 107, "callgsubr"] * calls + ["return"] for number in range(subroutines - 1)),
    ]
    for step in steps:
        table.GlobalSubrs.append(T2CharString(program=step, globalSubrs=table.GlobalSubrs))
    top.CharStrings["B"].setProgram([subroutines - 1 - 107, "callgsubr", "endchar"])
    out = BytesIO()
    font.save(out)
    found: bytes = TTFont(BytesIO(out.getvalue())).reader["CFF "]
    return found


@cache
def picture(kind: str, color: tuple[int, ...] = (200, 120, 20), mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (8, 8), color).save(out, kind)
    return out.getvalue()


ENTRY = f"""<?xml version="1.0" encoding="UTF-8"?><OFD xmlns="{NS}" Version="1.0" DocType="OFD"><DocBody>
<DocInfo><DocID>f</DocID><Title>外来文件</Title></DocInfo><DocRoot>/Doc_0/Document.xml</DocRoot></DocBody></OFD>"""

DOCUMENT = f"""<Document xmlns="{NS}"><CommonData><MaxUnitID>99</MaxUnitID>
<PageArea><PhysicalBox>0 0 200 150</PhysicalBox></PageArea>
<PublicRes>/Doc_0/PublicRes.xml</PublicRes><DocumentRes>DocumentRes.xml</DocumentRes>
<TemplatePage ID="90" BaseLoc="/Doc_0/Tpls/Tpl_0/Content.xml" ZOrder="Foreground"/></CommonData>
<Pages><Page ID="1" BaseLoc="/Doc_0/Pages/Page_0/Content.xml"/></Pages>
<Annotations>/Doc_0/Annots/Annotations.xml</Annotations>
<Attachments>Attachs/Attachments.xml</Attachments></Document>"""

PUBLIC = f"""<Res xmlns="{NS}" BaseLoc="./Res"><ColorSpaces><ColorSpace ID="20" Type="CMYK"/>
<ColorSpace ID="21" Type="RGB"><Palette><CV>10 20 30</CV><CV>#00 #80 #FF</CV></Palette></ColorSpace></ColorSpaces>
<DrawParams><DrawParam ID="30" LineWidth="2" Cap="Round"><StrokeColor Value="0 0 255"/></DrawParam>
<DrawParam ID="31" Relative="30" Join="Round" DashPattern="3 1"/></DrawParams>
<Fonts><Font ID="40" FontName="Shapes"><FontFile>shapes.otf</FontFile></Font>
<Font ID="41" FontName="Shapes"><FontFile>/Doc_0/Res/bare.cff</FontFile></Font>
<Font ID="42" FontName="宋体" FamilyName="SimSun"/></Fonts></Res>"""

MEDIA = f"""<Res xmlns="{NS}" BaseLoc="/Doc_0/Res"><MultiMedias>
<MultiMedia ID="50" Type="Image"><MediaFile>a.jpg</MediaFile></MultiMedia>
<MultiMedia ID="51" Type="Image"><MediaFile>a.bmp</MediaFile></MultiMedia>
<MultiMedia ID="52" Type="Image"><MediaFile>a.jb2</MediaFile></MultiMedia>
<MultiMedia ID="53" Type="Image"><MediaFile>A.TIF</MediaFile></MultiMedia></MultiMedias>
<CompositeGraphicUnits><CompositeGraphicUnit ID="60" Width="10" Height="10"><Content>
<PathObject ID="61" Boundary="0 0 10 10" Fill="true" Stroke="false"><FillColor Value="0 128 0"/>
<AbbreviatedData>M 0 0 L 10 0 L 10 10 L 0 10 C</AbbreviatedData></PathObject></Content></CompositeGraphicUnit>
</CompositeGraphicUnits></Res>"""

SQUARE = "<AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</AbbreviatedData>"

PAGE = f"""<Page xmlns="{NS}"><Template TemplateID="90"/><Content>
<Layer ID="2" DrawParam="31"><PathObject ID="3" Boundary="5 5 100 4"><AbbreviatedData>M 0 2 L 100 2</AbbreviatedData>
</PathObject></Layer>
<Layer ID="4" Type="Foreground"><PathObject ID="5" Boundary="5 15 20 20" Fill="true" Stroke="false">
<FillColor ColorSpace="20" Value="0 255 255 0"/>{SQUARE}</PathObject>
<PathObject ID="6" Boundary="30 15 20 20" Fill="true" Stroke="false"><FillColor Value="0" Alpha="128"/>{SQUARE}
</PathObject>
<PathObject ID="7" Boundary="55 15 20 20" Fill="true" Stroke="false"><FillColor><AxialShd StartPoint="0 0"
EndPoint="20 0"><Segment Position="0"><Color Value="255 0 0"/></Segment><Segment Position="1"><Color Value="0 0 255"/>
</Segment></AxialShd></FillColor>{SQUARE}</PathObject>
<PathObject ID="8" Boundary="80 15 20 20" Fill="true" Stroke="false"><FillColor ColorSpace="21" Index="1"/>
<Clips><Clip><Area><Path Boundary="0 0 20 20"><AbbreviatedData>M 10 0 L 20 20 L 0 20 C</AbbreviatedData></Path></Area>
</Clip></Clips>{SQUARE}</PathObject>
<PathObject ID="9" Boundary="105 15 10 10" Fill="true" Stroke="false"><FillColor Value="255 0 255"/>{SQUARE}
</PathObject>
<CompositeObject ID="10" Boundary="120 15 20 20" CTM="2 0 0 2 0 0" ResourceID="60"/>
<TextObject ID="11" Boundary="5 40 60 10" Font="40" Size="10"><TextCode X="0" Y="9" DeltaX="12">AB</TextCode>
</TextObject>
<TextObject ID="12" Boundary="70 40 60 10" Font="41" Size="10"><FillColor Value="200 0 0"/><CGTransform CodePosition="0"
CodeCount="1" GlyphCount="2"><Glyphs>2 1</Glyphs></CGTransform><TextCode X="0" Y="9" DeltaX="12">？</TextCode>
</TextObject>
<TextObject ID="13" Boundary="5 55 60 10" Font="42" Size="6"><TextCode X="0" Y="6" DeltaX="g 2 7 7">电子发票A</TextCode>
</TextObject>
<TextObject ID="14" Boundary="150 40 20 60" Font="42" Size="6"><TextCode X="0" Y="6" DeltaY="g 2 7">竖排字</TextCode>
</TextObject>
<TextObject ID="15" Boundary="165 40 20 60" Font="42" Size="6" CTM="0.707 0.707 -0.707 0.707 5 0" HScale="0.5">
<TextCode X="0" Y="6" DeltaX="g 3 4">斜体字乙</TextCode></TextObject>
<ImageObject ID="16" Boundary="5 70 30 20" CTM="30 0 0 20 0 0" ResourceID="50" Alpha="128"/>
<ImageObject ID="17" Boundary="40 70 30 20" CTM="0 20 -30 0 30 0" ResourceID="51"/>
<ImageObject ID="18" Boundary="75 70 40 20" CTM="40 0 0 20 0 0" ResourceID="52"/>
<ImageObject ID="19" Boundary="120 70 20 20" CTM="40 0 0 40 0 0" ResourceID="53"/>
</Layer></Content></Page>"""

TEMPLATE = f"""<Page xmlns="{NS}"><Content><Layer ID="91"><PathObject ID="92" Boundary="5 100 20 20" Fill="true">
<FillColor Value="255 255 0"/><StrokeColor Value="0 0 0"/>{SQUARE}</PathObject></Layer></Content></Page>"""

NOTES = f"""<Annotations xmlns="{NS}"><Page PageID="1"><FileLoc>Page_0/Annotation.xml</FileLoc></Page></Annotations>"""
NOTE = f"""<PageAnnot xmlns="{NS}"><Annot ID="80" Type="Stamp" Creator="x" LastModDate="2020-01-01">
<Appearance Boundary="150 100 20 20"><PathObject ID="81" Boundary="0 0 20 20" Fill="true" Stroke="false">
<FillColor Value="0 200 200"/>{SQUARE}</PathObject></Appearance></Annot>
<Annot ID="82" Type="Link" Visible="false"><Appearance Boundary="0 0 200 150"><PathObject ID="83"
Boundary="0 0 200 150" Fill="true"><FillColor Value="1 2 3"/>{SQUARE}</PathObject></Appearance></Annot></PageAnnot>"""

ATTACHMENTS = f"""<Attachments xmlns="{NS}"><Attachment ID="a1" Name="原始数据" Format="xml" Size="0.1"
CreationDate="2020-01-01"><FileLoc>/Doc_0/Attachs/data.xml</FileLoc></Attachment>
<Attachment ID="a2" Name="缺失" Format="pdf"><FileLoc>no.pdf</FileLoc></Attachment></Attachments>"""


def parts() -> Parts:
    texts = {
        "OFD.xml": ENTRY,
        "Doc_0/Document.xml": DOCUMENT,
        "Doc_0/PublicRes.xml": PUBLIC,
        "Doc_0/DocumentRes.xml": MEDIA,
        "Doc_0/Pages/Page_0/Content.xml": PAGE,
        "Doc_0/Tpls/Tpl_0/Content.xml": TEMPLATE,
        "Doc_0/Annots/Annotations.xml": NOTES,
        "Doc_0/Annots/Page_0/Annotation.xml": NOTE,
        "Doc_0/Attachs/Attachments.xml": ATTACHMENTS,
        "Doc_0/Attachs/data.xml": "<data/>",
    }
    return {name: text.encode() for name, text in texts.items()} | {
        "Doc_0/Res/shapes.otf": cff_font(),
        "Doc_0/Res/bare.cff": bare_cff(),
        "Doc_0/Res/a.jpg": picture("JPEG"),
        "Doc_0/Res/a.bmp": picture("BMP", (10, 200, 10)),
        "Doc_0/Res/a.jb2": b"\x97JB2\r\n\x1a\n" + bytes(40),
        "Doc_0/Res/a.tif": picture("TIFF", (128,), "L"),
    }
