"""Migrations import no code of ours: they must run the same in ten years."""

from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "proofless"


def test_migrations_import_no_app_code() -> None:
    for path in PACKAGE.glob("*/migrations/*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import proofless" not in text and "from proofless" not in text, path
