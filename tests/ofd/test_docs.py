"""docs/ofd.md: if an example in it fails, a newcomer's first ten minutes do."""

import re
import shlex
from pathlib import Path

import pytest

from proofless.config import cli

GUIDE = Path(__file__).parents[2] / "docs" / "ofd.md"


def test_the_guides_examples_run_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(
        r"^```(\w+) ?([\w.]*)\n(.*?)^```$", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert [kind for kind, _, _ in blocks].count("console") == 3 and len(blocks) == 11
    names: dict[str, object] = {}
    for kind, name, body in blocks:
        if kind == "json":
            (tmp_path / name).write_text(body, "utf-8")
        elif kind == "python":
            exec(compile(body, str(GUIDE), "exec"), names)
        else:
            for line in body.splitlines():
                command = shlex.split(line.removeprefix("$ proofless "), comments=True)
                assert cli.main(command) == 0, (line, capsys.readouterr())
    said = capsys.readouterr().out
    assert "电梯安全" in said and "valid 某协会 []" in said
