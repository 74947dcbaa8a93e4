"""The wheel that goes out, unpacked into an environment that has its dependencies and nothing of the node's."""

import importlib.metadata as metadata
import os
import subprocess
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flit_core import buildapi

from tests.gm.test_install import DATA, ROOT, TEMPLATE, base_distributions

SCRIPT = """
from proofless.gm.sm2 import PrivateKey
from proofless.gm.trust import TrustStore
from proofless.ofd.verify import verify
key = PrivateKey.generate()
assert key.public_key.verify(b"x", key.sign(b"x"))
print(verify(open(__import__("sys").argv[1], "rb").read(), TrustStore([])).verdict)
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`pip install proofless` done by hand, as no test asks a registry: the folder of the new environment."""
    folder = tmp_path_factory.mktemp("bare")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        wheel = folder / buildapi.build_wheel(str(folder))
    venv.create(folder / "env", symlinks=True)
    (packages,) = (folder / "env").glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    for name in base_distributions():
        for file in metadata.files(name) or []:
            top, source = file.parts[0], Path(metadata.distribution(name).locate_file(file.parts[0]))
            if top != ".." and source.exists() and not (packages / top).exists():
                (packages / top).symlink_to(source)
    yield folder / "env"


def run(bare: Path, *arguments: str, fonts: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    if fonts:
        environment["PROOFLESS_FONTS"] = str(fonts)
    command = [str(bare / "bin/python"), *arguments]
    return subprocess.run(command, cwd=bare, env=environment, capture_output=True, text=True)


def test_a_stranger_checks_and_makes_a_file_with_the_wheel_alone(bare: Path) -> None:
    """An archivist without a node, without our folder, and at first without fonts."""
    assert run(bare, "-c", "import django").returncode != 0
    (bare / "t.toml").write_text(TEMPLATE)
    (bare / "d.toml").write_text(DATA)
    call = "import sys; from proofless.config.cli import main; sys.exit(main(sys.argv[1:]))"
    make = ("-c", call, "ofd", "make", "t.toml", "d.toml", "-o", "a.ofd")
    blind = run(bare, *make)
    assert blind.returncode == 1 and "PROOFLESS_FONTS" in blind.stderr, blind.stderr
    assert "Traceback" not in blind.stderr and not (bare / "a.ofd").exists()
    made = run(bare, *make, fonts=ROOT / "node_modules")
    assert made.returncode == 0, made.stderr
    read = run(bare, "-c", call, "ofd", "text", "a.ofd")
    assert read.returncode == 0 and "张三" in read.stdout, read.stderr
    judged = run(bare, "-c", SCRIPT, "a.ofd")
    assert judged.returncode == 0 and judged.stdout.strip() == "invalid", judged.stderr


def test_the_wheel_declares_the_command_and_leaves_the_node_to_its_extra(bare: Path) -> None:
    (declared,) = bare.glob("lib/python*/site-packages/proofless-*.dist-info")
    assert "proofless=proofless.config.cli:main" in (declared / "entry_points.txt").read_text().replace(
        " ", ""
    )
    needed = [
        line.partition(":")[2].strip()
        for line in (declared / "METADATA").read_text(encoding="utf-8").splitlines()
        if line.startswith("Requires-Dist:")
    ]
    assert not any("django" in line.lower() and "extra" not in line for line in needed)
    assert any("django" in line.lower() and 'extra == "node"' in line for line in needed)
