"""Somebody with a template, a list of data and the command line makes files that hold all of it."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proofless.gm import sm3
from proofless.ofd import reader
from proofless.ofd.cli import main
from proofless.ofd.declarations import template_of
from proofless.ofd.drawing import Box, Picture
from proofless.ofd.errors import BadPicture, BadTemplate, MissingValue, TextOverflow
from proofless.ofd.layout import Photo, Template, fill, fill_pages
from proofless.ofd.package import unpack

COLUMNS = [
    {"field": "name", "title": "姓名", "share": 2},
    {"field": "day", "title": "日期", "align": "center"},
    {"field": "note", "title": "说明", "share": 4},
]
PAGE = {"width": 210, "height": 297}
TEMPLATE: dict[str, Any] = {
    "title": "培训证明",
    "page": PAGE,
    "elements": [
        {"type": "border", "box": [8, 8, 194, 281], "color": "#d8b090", "depth": 5},
        {"type": "rosette", "center": [105, 150], "radius": 60, "color": "#d8b09060"},
        {"type": "text", "box": [30, 25, 150, 16], "content": "培训证明", "size": 10, "font": "serif", "bold": True,
         "align": "center", "color": "#961e22"},
        {"type": "text", "box": [30, 50, 100, 8], "field": "name", "label": "姓名", "size": 5, "font": "serif"},
        {"type": "photo", "box": [150, 50, 29, 38], "field": "photo"},
        {"type": "rect", "box": [150, 50, 29, 38], "stroke": "#c0c0c0"},
        {"type": "line", "from": [30, 59], "to": [130, 59]},
        {"type": "path", "path": "M 30 62 Q 80 66 130 62", "stroke": "#961e22"},
        {"type": "qr", "box": [30, 66, 22, 22], "field": "link"},
        {"type": "table", "box": [20, 95, 170, 170], "field": "courses", "columns": COLUMNS},
        {"type": "text", "box": [20, 272, 170, 6], "field": "@page", "size": 3, "align": "center"},
    ],
    "more": {
        "page": PAGE,
        "elements": [
            {"type": "table", "box": [20, 20, 170, 245], "field": "courses", "columns": COLUMNS},
            {"type": "text", "box": [20, 272, 170, 6], "field": "@page", "size": 3, "align": "center"},
        ],
    },
}  # fmt: skip


def courses(count: int) -> list[dict[str, str]]:
    return [{"name": f"课程{i}", "day": "2026-03-05", "note": "内容" * (i % 40)} for i in range(count)]


def data(count: int) -> dict[str, Any]:
    return {
        "values": {"name": "张三", "link": "https://example.cn/v/1"},
        "tables": {"courses": courses(count)},
        "pictures": {"photo": "zhang.jpg"},
        "certificate": {"issued_on": "2026-03-05", "authority": "某协会", "holders": [{"name": "张三"}]},
    }


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a template, its data and a photograph."""
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE), "utf-8")
    (tmp_path / "data.json").write_text(json.dumps(data(60)), "utf-8")
    Image.new("RGB", (600, 600), (120, 140, 160)).save(tmp_path / "zhang.jpg")
    return tmp_path


def make(desk: Path, name: str, *more: str) -> int:
    return main(["make", str(desk / "template.json"), str(desk / "data.json"), "-o", str(desk / name), *more])


def test_a_list_of_sixty_courses_runs_over_pages_and_none_is_lost(desk: Path) -> None:
    assert make(desk, "list.ofd") == 0
    made = (desk / "list.ofd").read_bytes()
    text = reader.text(made)
    assert all(f"课程{i}" in text for i in range(60))
    pages = len(unpack(made).pages)
    assert pages == 4 and "第 4 页  共 4 页" in text
    assert text.count("说明") == pages, "the heading is on every page"
    face = dict(reader.fields(made).face)
    assert face["KZ_XM"] == "张三" and face["courses.59.name"] == "课程59", "rows can be read by machines"


def test_the_three_outputs_and_the_copies_of_a_file(desk: Path) -> None:
    for name in ("a.pdf", "a.svg", "a.png", "a.ofd"):
        assert make(desk, name, "--dpi", "40") == 0
    assert len(pypdfium2.PdfDocument((desk / "a.pdf").read_bytes())) == 4
    assert main(["pdf", str(desk / "a.ofd"), "-o", str(desk / "b.pdf")]) == 0
    last = pypdfium2.PdfDocument((desk / "b.pdf").read_bytes())[3].get_textpage().get_text_bounded()
    assert "课程59" in last
    assert main(["png", str(desk / "a.ofd"), "--page", "2", "--dpi", "40", "-o", str(desk / "b.png")]) == 0
    assert Image.open(desk / "b.png").size == pytest.approx((331, 468), abs=1)
    assert main(["svg", str(desk / "a.ofd"), "-o", str(desk / "b.svg")]) == 0
    assert (desk / "b.svg").read_text().startswith("<svg ")


def test_what_was_made_is_told_to_programs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script takes name, size and digest from one line, for every verb that writes a file."""
    for verb in ("make", "svg", "png", "pdf"):
        place = desk / ("a.ofd" if verb == "make" else f"b.{verb}")
        run = (
            make(desk, place.name, "--json")
            if verb == "make"
            else main([verb, str(desk / "a.ofd"), "-o", str(place), "--json"])
        )
        told, written = json.loads(capsys.readouterr().out), place.read_bytes()
        assert run == 0 and told["output"] == str(place)
        assert (told["bytes"], told["sm3"]) == (len(written), sm3.digest(written).hex())
    assert main(["svg", str(desk / "a.ofd"), "--json"]) == 64


def test_the_same_template_and_data_give_the_same_file(desk: Path) -> None:
    assert make(desk, "a.ofd") == make(desk, "b.ofd") == 0
    assert (desk / "a.ofd").read_bytes() == (desk / "b.ofd").read_bytes()


def test_toml_serves_as_well(desk: Path) -> None:
    (desk / "t.toml").write_text(
        'title = "通知"\n[page]\nwidth = 100\nheight = 60\n[[elements]]\ntype = "text"\nbox = [5, 5, 90, 20]\n'
        'field = "who"\n'
    )
    (desk / "d.toml").write_text('[values]\nwho = "李四"\n[certificate]\nissued_on = 2026-03-05\n')
    assert main(["make", str(desk / "t.toml"), str(desk / "d.toml"), "-o", str(desk / "n.ofd")]) == 0
    assert "李四" in reader.text((desk / "n.ofd").read_bytes())


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"page": None}, "模板.page"),
        ({"elements": [{"type": "text", "box": [0, 0, 9], "content": "x"}]}, "模板.elements[0].box"),
        ({"elements": [{"type": "text", "box": [0, 0, 9, 9], "content": "x", "colour": "#fff"}]}, "elements[0].colour"),
        ({"elements": [{"type": "text", "box": [0, 0, 9, 9], "content": "x", "color": "red"}]}, "elements[0].color"),
        ({"elements": [{"type": "text", "box": [0, 0, 9, 9]}]}, "elements[0]"),
        ({"elements": [{"type": "star"}]}, "elements[0].type"),
        ({"elements": [{"type": "path", "path": "M 0 0 X 1 1"}]}, "elements[0].path"),
        ({"elements": [{"type": "image", "box": [0, 0, 9, 9], "file": "../../etc/passwd"}]}, "elements[0].file"),
        ({"elements": [{"type": "table", "box": [0, 0, 9, 9], "field": "x", "columns": []}]}, "elements[0].columns"),
        ({"more": {"page": {"width": 1e9, "height": 2}}}, "模板.more.page.width"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_is_told_with_its_place(
    desk: Path, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(BadTemplate) as refusal:
        template_of(TEMPLATE | change, desk)
    assert place in str(refusal.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["page", "elements", "type", "box", "columns", "width", "height", "field", "more"]
                ),
                inner,
            )
        ),
    )
)
def test_no_declaration_does_anything_but_work_or_be_refused(declared: Any) -> None:
    """A template uploaded by a stranger must not bring the maker down."""
    with pytest.raises(BadTemplate):
        template_of(declared, Path())


def test_the_command_line_tells_what_is_wrong(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "data.json").write_text(json.dumps(data(3) | {"values": {"name": "张ཀ三", "link": "x"}}))
    assert make(desk, "a.ofd") == 1
    assert "U+0F40" in capsys.readouterr().err and not (desk / "a.ofd").exists()
    (desk / "data.json").write_text("{")
    assert make(desk, "a.ofd") == 1 and "JSON" in capsys.readouterr().err
    assert make(desk, "a.docx") == 1
    assert main(["pdf", str(desk / "template.json"), "-o", str(desk / "a.pdf")]) == 3
    assert main(["pdf", str(desk / "nothing.ofd"), "-o", str(desk / "a.pdf")]) == 3
    with pytest.raises(SystemExit) as usage:
        make(desk, "a.png", "--dpi", "1e9")
    assert usage.value.code == 64


def test_a_row_higher_than_its_page_and_rows_without_a_page_are_refused(desk: Path) -> None:
    template = template_of(TEMPLATE, desk).template
    values = {"name": "张三", "link": "x"}
    with pytest.raises(TextOverflow):
        fill_pages(template, values, tables={"courses": [{"name": "长" * 5000, "day": "", "note": ""}]})
    lone = template_of({**TEMPLATE, "more": None}, desk).template
    with pytest.raises(BadTemplate, match="续页"):
        fill_pages(lone, values, tables={"courses": courses(60)})
    with pytest.raises(MissingValue, match=r"courses\.note"):
        fill_pages(template, values, tables={"courses": [{"name": "x", "day": ""}]})
    with pytest.raises(MissingValue, match="courses"):
        fill_pages(template, values)


@given(st.lists(st.text("张三李四，。abc 12", max_size=80), max_size=60))
def test_every_cell_comes_out_once_in_order(notes: list[str]) -> None:
    template = template_of(TEMPLATE, Path()).template
    rows = [{"name": "x", "day": "", "note": note} for note in notes]
    pages = fill_pages(template, {"name": "张三", "link": "x"}, tables={"courses": rows})
    for index, note in enumerate(notes):
        assert "".join(page.text_of(f"courses.{index}.note") for page in pages) == note


def test_a_photograph_is_cut_not_squeezed_and_forgets_where_it_was_taken(desk: Path) -> None:
    exif = Image.Exif()
    exif[0x8825] = {2: (36.0, 40.0, 0.0)}  # where 张三 lives
    exif[0x0112] = 6  # held sideways
    photo = Image.new("RGB", (4000, 3000), "white")
    photo.paste("red", (0, 0, 4000, 1500))
    out = BytesIO()
    photo.save(out, "JPEG", exif=exif)
    box = Box(10, 10, 29, 38)
    picture = fill(Template(60, 60, (Photo(box, "photo"),)), {}, {"photo": out.getvalue()}).body[0]
    assert isinstance(picture, Picture) and picture.box == box and len(picture.data) < 20_000
    with Image.open(BytesIO(picture.data)) as seen:
        assert seen.size == (343, 449) and not seen.getexif()
        left, right = seen.getpixel((20, 200)), seen.getpixel((320, 200))
    assert right[0] > 240 and right[1] < 20 and min(left) > 240, "turned upright"


def test_what_is_no_photograph_is_refused() -> None:
    with pytest.raises(BadPicture):
        fill(Template(60, 60, (Photo(Box(0, 0, 9, 9), "photo"),)), {}, {"photo": b"GIF89a"})
