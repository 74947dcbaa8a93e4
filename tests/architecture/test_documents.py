"""The table of faults in ``docs/security.md`` names tests there are: a promise without its test is a wish."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TABLE = TESTS.parent / "docs" / "security.md"


def rows() -> list[str]:
    text = TABLE.read_text(encoding="utf-8")
    part = text.split("## Bad input and faults")[1].split("\n## ")[0]
    return [line.rsplit("|", 2)[1] for line in part.splitlines() if line.startswith("| ")][1:]


def test_every_fault_of_the_table_has_its_test() -> None:
    for cell in rows():
        files = re.findall(r"`([\w/]+\.py)`", cell)
        source = "".join((TESTS / name).read_text(encoding="utf-8") for name in files)
        assert files and "def test_" in source
        missing = [word for word in re.findall(r"(\w+)…", cell) if f"def test_{word}" not in source]
        assert not missing, f"{missing} are no tests of {files}"
    assert len(rows()) >= 20


@pytest.mark.parametrize(("document", "room"), [("items.md", "items"), ("waterfall.md", "applications")])
def test_every_claim_of_a_document_names_a_test_there_is(document: str, room: str) -> None:
    text = (TABLE.parent / document).read_text(encoding="utf-8")
    part = text.split("## Where each claim is shown")[1].split("\n## ")[0]
    source = "".join(path.read_text(encoding="utf-8") for path in (TESTS / room).glob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", part))
    assert len(named) >= 10
    assert not [name for name in named if f"def {name}(" not in source]
