"""演示: ``proofless demo`` lives through the whole story, headless, in a throw-away home with its own
database.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from proofless.config import commands, firstrun
from proofless.config.database import Role, address
from proofless.config.home import Home
from proofless.config.progress import Progress
from proofless.config.showing import table
from proofless.config.up import DEMO_CITY, Stopped, stoppable

LABELS = (
    ("cases", "办件"),
    ("material_share_rate", "证明材料共享率"),
    ("submission_free_rate", "免提交率"),
    ("field_share_rate", "表单字段共享率"),
    ("field_filled_rate", "字段预填率"),
)
COLUMNS = (("complete", "材料齐全者"), ("town", "全城抽样"), ("ceilings", "目录上限"), ("rates", "本次账目"))


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every item resolved and both the file and the ledger verify."""
    commands.require_demo("演示")
    out = (arguments.out or Home.path() / "demo").absolute()
    # Progress goes to stderr with --json, so that stdout's last line is the object however it is read.
    progress = Progress(sys.stderr if arguments.json else sys.stdout)
    folder = Path(tempfile.mkdtemp(prefix="proofless-demo-"))
    try:
        with stoppable():
            result = _live_through(folder, out, arguments, progress)
    except Stopped:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in _lines(result):
        progress.say(line)
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    return (
        0 if result["certificate_verified"] and result["ledger_verified"] and not result["mismatches"] else 1
    )


def _live_through(
    folder: Path, out: Path, arguments: argparse.Namespace, progress: Progress
) -> dict[str, Any]:
    os.environ["PROOFLESS_HOME"] = str(folder / "home")
    os.environ.pop("DATABASE_URL", None)
    home = Home.create("demo", DEMO_CITY)
    with ExitStack() as stack:
        with progress.step("准备临时节点"):
            stack.enter_context(commands.open_home(home))
        firstrun.run_steps(home, progress, upto="seals")
        from proofless.config import filling
        from proofless.simulator.story import tell

        with progress.step(f"生成城镇({arguments.residents} 位居民、{arguments.enterprises} 家企业)"):
            size = (arguments.residents, arguments.enterprises, arguments.seed)
            loaded = filling.fill_town(*size, firstrun.CATALOG, progress.report)
        with progress.step("走完整个故事"):
            story = tell(
                loaded,
                firstrun.CATALOG,
                out,
                chain=lambda: catch_up(home),
                say=progress.say,
                seed=arguments.seed,
            )
        with progress.step("核对账目"):
            catch_up(home)
            ledger = commands.check_ledger(home)
    return story.as_json() | {"ledger_entries": ledger["entries"], "ledger_verified": ledger["ok"]}


def catch_up(home: Home) -> None:
    """Chain every entry that waits."""
    import psycopg

    from proofless.ledger.chain import Sequencer, head_key

    with psycopg.connect(address(home, Role.SEQUENCER).dsn) as connection:
        sequencer = Sequencer(connection, head_key(home.keys / "ledger-head.key"))
        while sequencer.run_once().entries:
            pass


def _lines(result: dict[str, Any]) -> list[str]:
    head = ["", *(label for _, label in COLUMNS)]
    rows = [[label, *(_figure(result[column].get(name)) for column, _ in COLUMNS)] for name, label in LABELS]
    lines = ["", *table(head, rows), ""]
    lines.append(f"已解决事项 {result['items_resolved']} 个,与目录不符的材料 {len(result['mismatches'])} 项")
    lines += [
        f"  {m['item']} {m['material']}:应为 {m['expected']},实为 {m['found']}({m['cause']})"
        for m in result["mismatches"]
    ]
    lines.append(
        f"签章文件 {result['certificate_file']}:验证{'通过' if result['certificate_verified'] else '未通过'}"
    )
    lines.append(
        f"账目 {result['ledger_entries']} 条:{'链完整' if result['ledger_verified'] else '链有问题'}"
    )
    return lines


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}"
    return "—" if value is None else str(value)
