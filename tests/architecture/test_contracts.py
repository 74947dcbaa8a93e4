"""The house keeps its walls: import contracts hold, and the seam of ``act`` cannot be gone around unseen."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_no_room_imports_a_room_above_it() -> None:
    """A room that reaches upward would drag the whole house into a change of one room."""
    assert lint_imports(config_filename=str(ROOT / ".importlinter"), cache_dir=None) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize(
    ("path", "complaints"), [("proofless/items/services.py", 1), ("proofless/ledger/acts.py", 0)]
)
def test_a_service_that_opens_its_own_transaction_is_refused(path: str, complaints: int) -> None:
    """Otherwise a change of 张三's record could be committed without its line in her ledger."""
    planted = (
        "from django.db.transaction import atomic\n\n\ndef act() -> None:\n    with atomic():\n        ...\n"
    )
    said = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--stdin-filename", path, "-"],
        input=planted,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert said.stdout.count("TID251") == complaints
