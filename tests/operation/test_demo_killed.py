"""kill -9 of PostgreSQL in the middle of ``proofless demo``: the story goes on and ends as if nothing had been."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.long
SMALL = ("--residents", "460", "--enterprises", "70", "--seed", "7")
# Words of the story and how long after them the database dies, seconds.
DEATHS = {"逐项核对": 1.0, "已解决事项": 1.5, "全城抽样": 0.1}


def kill_database(demo: psutil.Process) -> int:
    """Kill the postmaster and every child of it; returns how many processes."""
    postgres = [one for one in demo.children(recursive=True) if one.name() == "postgres"]
    for one in postgres:
        one.kill()
    psutil.wait_procs(postgres, timeout=10)
    return len(postgres)


def assert_files_verify_anywhere(out: Path) -> None:
    """What the demo leaves is enough for a stranger with the file library alone; trust of nobody is not."""
    files = sorted((out / "certificates").glob("*.ofd"))
    assert len(files) >= 2
    for file in files:
        asked = [
            sys.executable,
            "-m",
            "proofless.config.cli",
            "ofd",
            "verify",
            str(file),
            "--json",
            "--trust",
        ]
        assert subprocess.run([*asked, str(out / "trust")], capture_output=True).returncode == 0, file
        (out / "nobody").mkdir(exist_ok=True)
        assert subprocess.run([*asked, str(out / "nobody")], capture_output=True).returncode in {1, 2}, file


def test_the_demo_survives_the_death_of_its_database(tmp_path: Path) -> None:
    """Every case that was acknowledged counts once; the card is one; file and ledger verify."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "proofless.config.cli", "demo", "--json", "--out", str(tmp_path), *SMALL],
        env={**os.environ, "PROOFLESS_HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout is not None and demo.stderr is not None
    killed: list[int] = []
    said: list[str] = []
    deaths = dict(DEATHS)

    def die() -> None:
        killed.append(kill_database(psutil.Process(demo.pid)))

    for line in demo.stderr:
        said.append(line)
        for words in [one for one in deaths if line.startswith(one)]:
            threading.Timer(deaths.pop(words), die).start()
    told = demo.stdout.read()
    assert demo.wait(60) == 0, "".join(said)
    assert len(killed) == len(DEATHS) and min(killed) > 3, killed
    story = json.loads(told.splitlines()[-1])
    assert story["certificate_verified"] and story["ledger_verified"] and story["items_resolved"] > 80
    assert {"certificate_file", "material_share_rate", "field_share_rate", "ledger_entries"} <= story.keys()
    assert (
        story["ledger_entries"] > 1000 and Path(story["certificate_file"]).parent == tmp_path / "certificates"
    )
    assert_files_verify_anywhere(tmp_path)
    submitted = re.search(r"已提交 (\d+) 件", "".join(said))
    assert submitted and story["rates"]["cases"] == int(submitted[1]) + 1
