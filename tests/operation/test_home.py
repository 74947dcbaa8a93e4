"""A node's home: made once, its keys for its owner alone."""

import stat
from pathlib import Path

import pytest

from proofless.config.errors import SetupProblem
from proofless.config.home import BINARY_KEYS, PASSWORDS, Home


def test_every_key_is_fresh_and_for_its_owner_alone(tmp_path: Path) -> None:
    one = Home.create("demo", "甲市", tmp_path / "one")
    two = Home.create("demo", "乙市", tmp_path / "two")
    files = [*BINARY_KEYS, *(f"{role}.password" for role in PASSWORDS)]
    for name in files:
        assert stat.S_IMODE((one.keys / name).stat().st_mode) == 0o600
        assert one.read_key(name) != two.read_key(name)
    assert len({one.read_key(name) for name in files}) == len(files)


def test_a_production_home_never_becomes_a_demo_home(tmp_path: Path) -> None:
    """Known passwords must not find their way into a city's real node."""
    Home.create("production", "某市", tmp_path)
    with pytest.raises(SetupProblem, match="已经是"):
        Home.create("demo", "某市", tmp_path)
    assert not Home.load(tmp_path).demo


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_others_may_read_stops_the_node(tmp_path: Path, mode: int) -> None:
    home = Home.create("demo", "某市", tmp_path)
    (home.keys / "master.key").chmod(mode)
    with pytest.raises(SetupProblem, match=r"master\.key 可被其他用户读取"):
        Home.load(tmp_path)


def test_a_lost_key_is_not_silently_made_anew(tmp_path: Path) -> None:
    """A new master key would leave every sealed record unreadable for good, unnoticed."""
    home = Home.create("demo", "某市", tmp_path)
    (home.keys / "master.key").unlink()
    with pytest.raises(SetupProblem, match=r"master\.key 不存在"):
        Home.load(tmp_path)


def test_a_home_interrupted_in_its_making_is_finished_with_the_keys_it_has(tmp_path: Path) -> None:
    home = Home.create("demo", "某市", tmp_path)
    before = home.read_key("master.key")
    (tmp_path / "home.json").unlink()
    (home.keys / "index.key").unlink()
    again = Home.create("demo", "某市", tmp_path)
    assert again.read_key("master.key") == before
    assert len(again.read_key("index.key")) == 32


def test_a_folder_that_is_no_home_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match=r"\./start"):
        Home.load(tmp_path)
