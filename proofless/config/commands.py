"""节点命令: what ``proofless`` does with the home of this machine.

Each function takes the parsed arguments.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from proofless.config import firstrun
from proofless.config.database import Role, address, external_url
from proofless.config.errors import SetupProblem
from proofless.config.external import prepare_external
from proofless.config.home import Home
from proofless.config.postgres import running_database
from proofless.config.processes import run_to_end
from proofless.config.progress import Progress

MIGRATE = [sys.executable, "-m", "proofless.config.migrate"]


def start(arguments: argparse.Namespace) -> int:
    from proofless.config.up import up

    return up(arguments.port)


@contextmanager
def open_home(home: Home) -> Iterator[None]:
    """A running, migrated database and Django set up as the application, for the length of a command."""
    with running_database(home):
        if external_url():
            prepare_external(home)
        update_tables(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "proofless.config.settings"
        import django

        django.setup()
        yield


def update_tables(home: Home) -> None:
    run_to_end(MIGRATE, home.logs / "setup.log", "数据表更新失败")


def require_demo(what: str) -> None:
    """Raises SetupProblem in a production home."""
    if Home.exists() and not Home.load().demo:
        raise SetupProblem(f"{what}只能在演示节点运行", "请用 PROOFLESS_HOME 指向另一个目录")


def migrate(arguments: argparse.Namespace) -> int:
    home = Home.load()
    with running_database(home):
        update_tables(home)
    print("数据表已是最新,授权已更新")
    return 0


def load_catalog(arguments: argparse.Namespace) -> int:
    home = Home.load()
    with open_home(home):
        from proofless.config import catalog

        for line in catalog.load(arguments.directory or firstrun.CATALOG).lines():
            print(line)
    return 0


def simulate(arguments: argparse.Namespace) -> int:
    """Fill an empty demo home with a town of the wanted size instead of the first start's."""
    require_demo("模拟城镇")
    home = Home.load() if Home.exists() else Home.create("demo", "示范市")
    progress = Progress()
    if "town" in firstrun.read_done(home):
        raise SetupProblem("这个节点已有城镇", "请用 PROOFLESS_HOME 指向一个新目录")
    with ExitStack() as stack:
        with progress.step("准备数据库"):
            stack.enter_context(open_home(home))
        from proofless.config import filling

        firstrun.run_steps(home, progress, upto="seals")
        firstrun.write_done(home, firstrun.read_done(home) | {"town": firstrun.BEGUN})
        size = (arguments.residents, arguments.enterprises, arguments.seed)
        with progress.step("生成城镇"):
            filling.fill_town(*size, firstrun.CATALOG, progress.report)
        firstrun.write_done(home, firstrun.read_done(home) | {"town": "/".join(map(str, size))})
    return 0


def make_production(arguments: argparse.Namespace) -> int:
    """An empty production home and the link by which the first administrator comes in.

    Called again before there is an administrator, it makes a new link.
    """
    home = Home.load() if Home.exists() else Home.create("production", arguments.city)
    if home.demo or home.city != arguments.city:
        raise SetupProblem(f"{home.root} 已经是另一个节点之家", "请用 PROOFLESS_HOME 指向一个新目录")
    progress = Progress()
    with ExitStack() as stack:
        with progress.step("准备数据库"):
            stack.enter_context(open_home(home))
        from proofless.config.invitation import invite

        link = invite(home)
    print(f"\n{arguments.city}的正式节点已建立在 {home.root}")
    print("请先启动节点(proofless up),再打开下面的链接设置首位管理员;链接只能用一次,三天内有效:")
    print(f"  {link}")
    print("导入本市的目录:proofless load-catalog 目录所在位置")
    return 0


def verify_ledger(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every entry is chained once and unchanged."""
    home = Home.load()
    with running_database(home):
        report = check_ledger(home)
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(f"账目 {report['entries']} 条,链上 {report['chained']} 条,待排序 {report['pending']} 条")
        print(f"签名树头 {report['heads']} 个,链长 {report['tree_size']}")
        for problem in report["problems"]:  # type: ignore[attr-defined]
            print(f"问题:{problem}")
        print("账目完整,未被改动" if report["ok"] else "账目有问题")
    return 0 if report["ok"] else 1


def check_ledger(home: Home) -> dict[str, object]:
    """What ``ledger verify`` found, as a JSON object.

    Runs under the sequencer's role, which may read only the ledger.
    """
    import psycopg

    from proofless.gm import sm2
    from proofless.ledger import chain

    try:
        key = sm2.PublicKey.from_spki((home.keys / "ledger-head.pub").read_bytes())
    except FileNotFoundError as error:
        raise SetupProblem("账目还没有签名树头", "请先启动节点(proofless up)") from error
    with psycopg.connect(address(home, Role.SEQUENCER).dsn) as connection:
        found = chain.verify(connection, key)
    return {
        "entries": found.entries,
        "chained": found.chained,
        "pending": found.pending,
        "heads": found.heads,
        "tree_size": found.tree_size,
        "problems": list(found.problems),
        "ok": found.ok,
    }


def bench(arguments: argparse.Namespace) -> int:
    """One of ``proofless.bench.run.NAMES``: found by name, for the benchmarks stand above this room."""
    require_demo("量测")
    names = importlib.import_module("proofless.bench.run").NAMES
    if arguments.name not in names:
        raise SetupProblem(f"没有名为 {arguments.name} 的量测", f"可用的有：{'、'.join(names)}")
    return int(names[arguments.name](arguments.json))
