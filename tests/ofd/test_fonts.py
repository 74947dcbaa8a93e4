"""Fonts: coverage, the rare-character fallback, subsets."""

from pathlib import Path

import pytest
import uharfbuzz as hb

from proofless.ofd.errors import FontsNotInstalled, MissingGlyph
from proofless.ofd.fonts import Family, FontLibrary, Style, default_library

SANS, SERIF = Style(Family.SANS), Style(Family.SERIF)


@pytest.mark.parametrize("character", ["𠮷", "㛃", "·", "龘", "䶮", "𪚥", "〇", "A", "㎡"])
@pytest.mark.parametrize("style", [SANS, SERIF], ids=["sans", "serif"])
def test_a_character_that_occurs_in_names_has_a_glyph(style: Style, character: str) -> None:
    faces, advances = default_library().measure(style, character)
    assert faces[0].outline(character) and advances[0] > 0


def test_only_the_rare_character_changes_its_font() -> None:
    faces, _ = default_library().measure(SANS, "吉𠮷")
    assert faces[0].name == "Noto Sans SC" and faces[1].name.startswith("HanaMin")


@pytest.mark.parametrize("text", ["ཀ", "\x07", "\ue000", "张\U000e0100", "\t"])
def test_what_cannot_be_drawn_is_refused(text: str) -> None:
    with pytest.raises(MissingGlyph):
        default_library().measure(SANS, text)
    assert not default_library().covers(text)


def test_a_subset_holds_its_characters_only_and_is_always_the_same() -> None:
    face = default_library().face(SERIF)
    subset = face.subset("张三")
    assert subset == face.subset("三张三")
    assert set(hb.Face(hb.Blob(subset)).unicodes) == {ord("张"), ord("三")}
    assert len(subset) < 4000 and subset[:4] == b"\x00\x01\x00\x00", "TrueType outlines"


def test_missing_fonts_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontsNotInstalled, match="npm install"):
        FontLibrary(tmp_path).face(SANS)


def test_fonts_may_lie_flat_in_one_folder(tmp_path: Path) -> None:
    source = (
        default_library().roots[0] / "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"
    )
    (tmp_path / source.name).symlink_to(source)
    assert FontLibrary(tmp_path).face(SANS).advance("张") == 1.0
