"""How a photo is measured is written twice, for the node and for the browser: they must be the same."""

import re
from pathlib import Path

from proofless import web
from proofless.applications.uploads.rules import BAND, HINTS, SIDE, SURROUND

SCRIPT = Path(web.__file__).parent / "static/web/capture.js"


def test_measuring_and_hints_are_the_nodes() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    block = re.search(r"const MEASURING = \{(.*?)\};", text, re.DOTALL)
    assert block
    found = {name: float(value) for name, value in re.findall(r"(\w+): ([\d.]+)", block.group(1))}
    assert found == {"side": SIDE, "band": BAND, "surround": SURROUND}
    said = re.search(r"const HINTS = \{(.*?)\};", text, re.DOTALL)
    assert said and dict(re.findall(r'(\w+): "([^"]+)"', said.group(1))) == HINTS
