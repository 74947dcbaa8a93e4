"""Setting a text in a box: nothing is lost, nothing sticks out, marks stand where Chinese setting wants them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from proofless.ofd.drawing import Box, TextRun
from proofless.ofd.errors import TextOverflow
from proofless.ofd.layout import Align, Template, Text, fill, wrap

TEXTS = st.text(st.sampled_from("张三李四，。、（）“”《》abcXYZ0189-. \n𠮷·"), min_size=1, max_size=120)


def widths(content: str) -> list[float]:
    return [0.5 if character.isascii() else 1.0 for character in content]


@given(TEXTS, st.floats(1.0, 40.0))
def test_rows_hold_every_character_once_and_none_is_too_wide(content: str, width: float) -> None:
    rows = wrap(content, widths(content), width)
    assert rows is not None
    assert "".join(content[start:stop] for start, stop in rows) == content.replace("\n", "")
    assert all(sum(widths(content[start:stop])) <= width + 1e-6 for start, stop in rows)


@given(TEXTS, st.floats(8.0, 40.0))
def test_no_closing_mark_opens_a_row_when_it_can_be_helped(content: str, width: float) -> None:
    rows = wrap(content, widths(content), width) or []
    for (start, stop), (following, _) in pairwise(rows):
        first = content[following : following + 1]
        if stop == following and first and first in "，。、）”》":
            # Unavoidable only where the whole row before it offers no other place.
            assert all(
                content[cut] in "，。、）”》.-·"
                or content[cut - 1] in "（“《"
                or content[cut - 1 : cut + 1].isascii()
                for cut in range(start + 1, stop)
            )


def test_a_word_and_a_number_stay_whole() -> None:
    rows = wrap("东风路ABC123号", widths("东风路ABC123号"), 5.0)
    assert rows == [(0, 3), (3, 10)]


@given(TEXTS, st.sampled_from(list(Align)), st.floats(12.0, 80.0), st.floats(6.0, 40.0))
def test_a_filled_text_lies_inside_its_box(content: str, align: Align, width: float, height: float) -> None:
    box = Box(10, 20, width, height)
    template = Template(200, 200, (Text(box, field="value", align=align, min_size=1.0),))
    try:
        page = fill(template, {"value": content})
    except TextOverflow:
        return
    assert page.text_of("value") == content.replace("\n", "")
    for run in page.body:
        assert isinstance(run, TextRun)
        for line in run.lines:
            assert box.x - 1e-6 <= line.x
            assert line.x + sum(line.advances) <= box.x + box.w + 1e-6
            assert box.y - 1e-6 <= line.baseline - 0.88 * run.size
            assert line.baseline + 0.12 * run.size <= box.y + box.h + 1e-6
