"""版式查看: what ``ui.viewer`` needs besides pages, so that a file can be searched in the browser."""

from proofless.ofd.errors import OfdError
from proofless.ofd.reader import Reader

MOST_LINES = 5_000
Searchable = list[tuple[int, str, list[float], float, float]]


def searchable(data: bytes) -> Searchable:
    """(page, characters, left edges with the right end last, top, height) of each line; empty for a file nobody reads.

    Lengths in mm, to a tenth: enough to mark a word.
    """
    try:
        lines = Reader(data).lines()[:MOST_LINES]
    except OfdError:
        return []
    return [
        (
            line.page,
            line.text,
            [round(edge, 1) for edge in (*line.lefts, line.right)],
            round(line.top, 1),
            round(line.height, 1),
        )
        for line in lines
    ]
