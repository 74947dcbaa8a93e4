"""签名密钥: ``proofless unlock``, ``lock`` and ``keys status|rotate|password|backup|restore|device``.

A password comes from the terminal, from a file, or as a line on standard input; never from the command line,
where every process of the machine could read it.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.config.postgres import running_database
from proofless.kit.actor import Actor
from proofless.seals import keyring


def unlock(arguments: argparse.Namespace) -> int:
    """Open the signing keys of a running production node; the first time, choose the password."""
    home = _production()
    if not _is_up(home):
        raise SetupProblem("节点还没有启动", "请先启动节点（proofless up），再解锁；节点停止时会重新锁定")
    if keyring.is_set_up():
        password = ask("签名密钥口令", arguments.password_file)
    else:
        print(
            f"首次解锁：请设置签名密钥口令，至少 {keyring.SHORTEST_PASSWORD} 个字符。忘记口令只能从密钥备份恢复。"
        )
        password = ask_new("签名密钥口令", arguments.password_file)
        keyring.set_password(password)
    with acting(home) as actor:
        from proofless.seals import services

        services.enter_unlock(actor=actor, password=password)
    print("签名密钥已解锁，可以制证和签章。软件签名不是经认证的密码产品。")
    return 0


def lock(arguments: argparse.Namespace) -> int:
    home = _production()
    with acting(home) as actor:
        from proofless.seals import services

        was_open = services.enter_lock(actor=actor)
    print("签名密钥已锁定" if was_open else "签名密钥本来就是锁定的")
    if keyring.state().source is keyring.KeySource.CREDENTIAL:
        print("注意：系统凭据文件仍在，节点仍可签章；要停止请撤下凭据并重启服务")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the keys are open, 1 when they are locked."""
    from proofless.seals import device

    Home.load()
    state = keyring.state()
    if state.locked:
        print(f"已锁定：{state.why}")
    else:
        print(f"已解锁，来源：{state.source.label if state.source else ''}")
    if device.configuration():
        print("新印章的密钥在密码设备里；设备是否为经认证的产品，以其产品认证证书为准")
    else:
        print("签名器：软件签名（SM2,libcrypto），不是经认证的密码产品")
    return 1 if state.locked else 0


def rotate(arguments: argparse.Namespace) -> int:
    """A fresh key-encryption key for all signing keys; the node may keep running."""
    home = Home.load()
    password = "" if home.demo else ask("签名密钥口令", arguments.password_file)
    from proofless.seals import keykeeping

    count = keykeeping.rotate(password=password)
    print(f"主密钥已轮换，{count} 个签名密钥已重新封装。旧的密钥备份仍可恢复，但请尽快重新备份")
    return 0


def change_password(arguments: argparse.Namespace) -> int:
    _production()
    old = ask("现在的口令", arguments.password_file)
    keyring.change_password(old, ask_new("新口令", arguments.new_password_file))
    print("口令已更换")
    return 0


def backup(arguments: argparse.Namespace) -> int:
    Home.load()
    from proofless.seals import keykeeping

    password = ask_new("备份口令", arguments.password_file)
    count = keykeeping.back_up(arguments.file, backup_password=password)
    print(f"{count} 个签名密钥已备份到 {arguments.file}。备份文件和备份口令请分开保管，都不要留在这台机器上")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    Home.load()
    from proofless.seals import keykeeping

    password = ask("备份口令", arguments.password_file)
    count = keykeeping.restore(arguments.file, backup_password=password)
    print(f"已恢复 {count} 个签名密钥" if count else "备份中的签名密钥都已在这个节点里")
    return 0


def use_device(arguments: argparse.Namespace) -> int:
    """New seals take their keys in a cryptographic device from now on."""
    Home.load()
    from proofless.seals import device

    try:
        indexes = [int(word) for word in arguments.indexes.split(",")]
    except ValueError as error:
        raise SetupProblem("密钥序号的格式不正确", "应为用逗号分开的整数，例如 1,2,3") from error
    password = ask("密码设备的密钥口令", arguments.password_file)
    found = device.configure(str(arguments.library.absolute()), indexes, password)
    print(
        f"已登记密码设备：{found.issuer} {found.name}，可用密钥 {len(indexes)} 个；新印章的密钥在设备中，原有印章不变"
    )
    return 0


def ask(what: str, file: Path | None) -> str:
    """A password by file, terminal or standard input. Raises SetupProblem for none."""
    if file is not None:
        try:
            found = file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SetupProblem(f"口令文件 {file} 无法读取", "请核对路径和权限") from error
    elif sys.stdin.isatty():
        found = getpass.getpass(f"{what}:")
    else:
        found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise SetupProblem("没有输入口令", "请重新运行并输入口令")
    return found


def ask_new(what: str, file: Path | None) -> str:
    """A new password; typed ones twice."""
    first = ask(what, file)
    if file is None and sys.stdin.isatty() and ask(f"再次输入{what}", None) != first:
        raise SetupProblem("两次输入的口令不一致", "请重新运行")
    if len(first) < keyring.SHORTEST_PASSWORD:
        raise SetupProblem(f"{what}太短", f"请至少用 {keyring.SHORTEST_PASSWORD} 个字符")
    return first


def _production() -> Home:
    home = Home.load()
    if home.demo:
        raise SetupProblem("演示节点的签名密钥不上锁", "密钥在 keys/kek.key 里，启动即可签章")
    return home


def _is_up(home: Home) -> bool:
    busy = SetupProblem("", "")
    try:
        with home.lock("up", busy):
            return False
    except SetupProblem:
        return True


@contextmanager
def acting(home: Home) -> Iterator[Actor]:
    """Django as the application, and the node's own hand for acts on keys."""
    with running_database(home):
        os.environ["DJANGO_SETTINGS_MODULE"] = "proofless.config.settings"
        import django

        django.setup()
        from proofless.access.actors import system_actor
        from proofless.kit.permissions import Permission

        yield system_actor(Permission.SEAL_APPROVE, label="密钥管理")
