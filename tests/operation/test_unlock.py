"""A production node from its making to its first signature: locked, unlocked by a person, locked again."""

import signal
from pathlib import Path

import pytest

from proofless.config import cli, keys
from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.seals import keyring
from tests.operation.test_cli import proofless
from tests.operation.test_up import free_port, node

PASSWORD = "a long enough password"


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PROOFLESS_RUNTIME", str(tmp_path / "shm"))
    (tmp_path / "shm").mkdir()
    monkeypatch.setenv("PROOFLESS_HOME", str(tmp_path / "home"))
    return Home.create("production", "某市")


def test_a_production_home_keeps_no_open_main_key(production: Home) -> None:
    assert not (production.keys / "kek.key").exists()
    assert Home.load().kind == "production"
    assert cli.main(["keys", "status"]) == 1


def test_a_node_that_is_not_up_is_not_unlocked(production: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """The key would lie open in memory for nobody."""
    assert cli.main(["unlock"]) == 1
    assert "先启动节点" in capsys.readouterr().err


def test_a_demo_home_has_nothing_to_unlock(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["unlock"]) == 1
    assert "演示节点的签名密钥不上锁" in capsys.readouterr().err
    assert cli.main(["keys", "status"]) == 0
    assert "不是经认证的密码产品" in capsys.readouterr().out


def test_a_password_is_read_from_a_file_and_never_empty_or_short(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    assert keys.ask_new("口令", file) == PASSWORD
    file.write_text("\n")
    with pytest.raises(SetupProblem, match="没有输入口令"):
        keys.ask("口令", file)
    file.write_text("short")
    with pytest.raises(SetupProblem, match="太短"):
        keys.ask_new("口令", file)
    with pytest.raises(SetupProblem, match="无法读取"):
        keys.ask("口令", tmp_path / "none")


def test_backup_and_rotation_by_command(
    production: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    word = tmp_path / "password"
    word.write_text(PASSWORD)
    keyring.set_password(PASSWORD)
    assert cli.main(["keys", "backup", str(tmp_path / "b"), "--password-file", str(word)]) == 1
    assert "proofless unlock" in capsys.readouterr().err
    keyring.unlock(PASSWORD)
    assert cli.main(["keys", "rotate", "--password-file", str(word)]) == 0
    assert cli.main(["keys", "backup", str(tmp_path / "b"), "--password-file", str(word)]) == 0
    assert cli.main(["keys", "restore", str(tmp_path / "b"), "--password-file", str(word)]) == 0
    new = tmp_path / "new"
    new.write_text("another long password")
    options = ["--password-file", str(word), "--new-password-file", str(new)]
    assert cli.main(["keys", "password", *options]) == 0
    assert cli.main(["keys", "rotate", "--password-file", str(word)]) == 1
    assert "口令不正确" in capsys.readouterr().err


@pytest.mark.long
def test_a_running_node_is_unlocked_and_its_end_locks_it(production: Home, tmp_path: Path) -> None:
    word = tmp_path / "password"
    word.write_text(PASSWORD)
    said: list[str] = []
    with node(production.root, free_port(), said) as process:
        assert "签名密钥未解锁" in "".join(said)
        done = proofless("unlock", "--password-file", str(word), home=production.root)
        assert done.returncode == 0, done.stderr
        assert proofless("keys", "status", home=production.root).returncode == 0
        word.write_text("not the right password")
        wrong = proofless("unlock", "--password-file", str(word), home=production.root)
        assert wrong.returncode == 1 and "口令不正确" in wrong.stderr
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert proofless("keys", "status", home=production.root).returncode == 1
