"""`pip install proofless` brings a library, not a node: if this breaks, whoever wants to check one file has to
install a web framework and a database driver first."""

import importlib.metadata as metadata
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]

# Runs in a process of its own: everything that is neither standard library, ours nor in the list is not there.
PROGRAM = """
import importlib, json, pkgutil, sys
allowed = {"proofless", *sys.stdlib_module_names, *json.loads(sys.argv[1])}

class Bare:
    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in allowed and not name.startswith("_sysconfigdata"):
            return None
        return self._finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self._finder, name)

sys.meta_path[:] = [Bare(finder) for finder in sys.meta_path]
import proofless
if sys.argv[2] == "ofd-command":
    from proofless.config import cli
    for line in sys.argv[3:]:
        if code := cli.main(["ofd", *line.split()]):
            raise SystemExit(code)
    raise SystemExit
for room in sys.argv[2:]:
    package = importlib.import_module(f"proofless.{room}")
    for found in pkgutil.walk_packages(package.__path__, f"proofless.{room}."):
        if not found.name.endswith(".__main__"):
            importlib.import_module(found.name)
"""


def base_distributions() -> set[str]:
    """What pip would install for plain `proofless`: its dependencies and, without extras, theirs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting, found = list(project["dependencies"]), set[str]()
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = requirement.name.lower().replace("_", "-")
        if name not in found:
            found.add(name)
            waiting += metadata.requires(name) or []
    return found


def base_modules() -> list[str]:
    """The top-level modules those distributions bring."""
    wanted = base_distributions()
    return sorted(
        module
        for module, owners in metadata.packages_distributions().items()
        if wanted & {owner.lower().replace("_", "-") for owner in owners}
    )


TEMPLATE = """
[page]
width = 100
height = 60
[[elements]]
type = "text"
box = [5, 5, 90, 20]
field = "who"
"""
DATA = """
[values]
who = "张三𠮷"
[certificate]
issued_on = 2026-03-05
"""


def run(*rooms: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", PROGRAM, json.dumps(base_modules()), *rooms]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("room", ["gm", "ofd", "kit"])
def test_the_library_needs_only_the_base_dependencies(room: str) -> None:
    done = run(room)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_command_works_without_the_node(tmp_path: Path) -> None:
    """An archivist makes, reads and copies files on a machine that has no database and no Django."""
    (tmp_path / "t.toml").write_text(TEMPLATE)
    (tmp_path / "d.toml").write_text(DATA)
    lines = [
        f"make {tmp_path}/t.toml {tmp_path}/d.toml -o {tmp_path}/a.ofd",
        f"text {tmp_path}/a.ofd",
        f"png {tmp_path}/a.ofd --dpi 40 -o {tmp_path}/a.png",
        f"pdf {tmp_path}/a.ofd -o {tmp_path}/a.pdf",
    ]
    done = run("ofd-command", *lines)
    assert done.returncode == 0 and "张三𠮷" in done.stdout, done.stderr[-2000:]
    assert run("ofd-command", f"verify {tmp_path}/a.ofd").returncode == 1, "not sealed"
    assert run("ofd-command", f"verify {tmp_path}/a.pdf").returncode == 2, "not signed"


def test_the_check_sees_what_is_missing() -> None:
    """The node is not installed by it: else the test above could never fail."""
    assert not base_distributions() & {"django", "psycopg", "granian", "jinja2"}
    done = run("ledger")
    assert done.returncode != 0 and "No module named 'django'" in done.stderr
