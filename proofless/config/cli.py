"""命令行: ``proofless``.

Each command is found by its path when it is called, so that ``ofd verify`` needs no node.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from proofless import __version__
from proofless.config.errors import SetupProblem
from proofless.kit.errors import Refusal
from proofless.ofd import cli as ofd

UNREADABLE_ARGUMENTS = 64


class Chinese(argparse.ArgumentParser):
    """argparse with its own words in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "add_help": False})
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法:", 1)

    def error(self, message: str) -> NoReturn:
        print(f"参数有误:{message}\n用 {self.prog} --help 查看用法", file=sys.stderr)
        raise SystemExit(UNREADABLE_ARGUMENTS)


Commands: TypeAlias = "argparse._SubParsersAction[Chinese]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Problems are told in Chinese with what to do, on stderr."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["ofd"]:
        return ofd.main(words[1:])
    arguments = build_parser().parse_args(words)
    try:
        return run(arguments.run, arguments)
    except SetupProblem as problem:
        print(f"问题:{problem.problem}\n处理:{problem.remedy}", file=sys.stderr)
    except Refusal as refusal:
        print(f"问题:{refusal.message}\n处理:{refusal.next_step}", file=sys.stderr)
        for line in refusal.detail.get("problems", ()):  # type: ignore[attr-defined]
            print(f"  {line}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def run(path: str, arguments: argparse.Namespace) -> int:
    """Call the command of a path ``module:function``.

    Raises SetupProblem when what it needs is not installed.
    """
    module, _, name = path.partition(":")
    try:
        command = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        raise SetupProblem(
            f"缺少组件 {error.name}", "请运行 ./start,或 pip install 'proofless[node]'"
        ) from error
    return int(command(arguments))


def build_parser() -> argparse.ArgumentParser:
    parser = Chinese(prog="proofless", description="Proofless 免证:政府已掌握的,不再要群众证明。")
    parser.add_argument("--version", action="version", version=__version__, help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Chinese)
    _add_running(commands)
    _add_filling(commands)
    _add_checking(commands)
    _add_keys(commands)
    return parser


def _command(commands: Commands, name: str, run: str, text: str) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=text, description=text)
    made.set_defaults(run=run)
    return made


def _add_running(commands: Commands) -> None:
    up = _command(commands, "up", "proofless.config.commands:start", "启动节点;首次启动会建好演示城镇")
    up.add_argument(
        "--port", type=int, default=8000, metavar="端口", help="网页端口,核验和大件服务用后面两个(默认 8000)"
    )
    init = _command(commands, "init", "proofless.config.commands:make_production", "建立空的正式节点")
    init.add_argument("--city", required=True, metavar="名称", help="城市名称")
    demo = _command(commands, "demo", "proofless.config.demo:run", "在临时节点里无界面地走完整个故事")
    demo.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    demo.add_argument("--out", type=Path, metavar="目录", help="签章文件和信任材料的存放目录(默认 var/demo)")
    demo.add_argument("--residents", type=int, default=600, metavar="人数", help="居民人数(默认 600)")
    demo.add_argument("--enterprises", type=int, default=80, metavar="家数", help="企业家数(默认 80)")
    demo.add_argument("--seed", type=int, default=2026, metavar="种子", help="随机种子(默认 2026)")
    _command(commands, "migrate", "proofless.config.commands:migrate", "更新数据表并重新授权")
    _command(
        commands,
        "distribute",
        "proofless.config.distribute:run",
        "输出按持证主体分布数据表的 SQL(Citus),不执行",
    )


def _add_filling(commands: Commands) -> None:
    load = _command(
        commands, "load-catalog", "proofless.config.commands:load_catalog", "导入目录;再次导入不产生变化"
    )
    load.add_argument(
        "directory", nargs="?", type=Path, metavar="目录", help="目录文件所在位置(默认随附的目录)"
    )
    simulate = _command(
        commands, "simulate", "proofless.config.commands:simulate", "生成模拟城镇,只用于演示节点"
    )
    simulate.add_argument("--residents", type=int, default=2000, metavar="人数", help="居民人数(默认 2000)")
    simulate.add_argument("--enterprises", type=int, default=300, metavar="家数", help="企业家数(默认 300)")
    simulate.add_argument("--seed", type=int, default=2026, metavar="种子", help="随机种子(默认 2026)")


def _add_checking(commands: Commands) -> None:
    bench = _command(
        commands, "bench", "proofless.config.commands:bench", "量测,与极限程序对照;达标时退出码为 0"
    )
    bench.add_argument(
        "name", metavar="名称", help="issue、verify、ofd-verify、viewer、waterfall、items-all 或 sequencer"
    )
    bench.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    # For the list of commands only: main() hands its words to the file library's own command line.
    commands.add_parser("ofd", help="版式文件:verify 核验、text 取文字、fields 取照面", add_help=False)
    ledger = commands.add_parser("ledger", help="审计账目", description="审计账目")
    kinds = ledger.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Chinese)
    check = _command(
        kinds, "verify", "proofless.config.commands:verify_ledger", "重新计算整条链,核对每个签名树头"
    )
    check.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
    doctor = _command(commands, "doctor", "proofless.config.doctor:run", "检查运行条件,逐项说明怎么处理")
    doctor.add_argument("--port", type=int, default=8000, metavar="端口", help="要检查的网页端口(默认 8000)")


def _add_keys(commands: Commands) -> None:
    """Passwords are never words of a command: every process of the machine could read them."""
    here = "proofless.config.keys"
    opening = _command(commands, "unlock", f"{here}:unlock", "解锁签名密钥;正式节点启动后是锁定的")
    _add_password(opening)
    _command(commands, "lock", f"{here}:lock", "锁定签名密钥;验章不受影响")
    keys = commands.add_parser("keys", help="签名密钥:状态、轮换、口令、备份", description="签名密钥")
    kinds = keys.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Chinese)
    _command(kinds, "status", f"{here}:status", "是否解锁、由什么签名;锁定时退出码为 1")
    _add_password(_command(kinds, "rotate", f"{here}:rotate", "轮换主密钥,重新封装所有签名密钥"))
    changing = _command(kinds, "password", f"{here}:change_password", "更换口令")
    _add_password(changing)
    changing.add_argument("--new-password-file", type=Path, metavar="文件", help="新口令所在文件")
    for name, run, text in (
        ("backup", "backup", "备份到一个新文件"),
        ("restore", "restore", "从备份文件恢复"),
    ):
        made = _command(kinds, name, f"{here}:{run}", f"签名密钥{text}")
        made.add_argument("file", type=Path, metavar="文件", help="备份文件")
        _add_password(made)
    device = _command(kinds, "device", f"{here}:use_device", "登记密码设备(GM/T 0018 接口库)")
    device.add_argument("library", type=Path, metavar="接口库", help="设备厂商的 SDF 动态库")
    device.add_argument("--indexes", required=True, metavar="序号", help="印章可用的密钥序号,例如 1,2,3")
    _add_password(device)


def _add_password(command: argparse.ArgumentParser) -> None:
    command.add_argument("--password-file", type=Path, metavar="文件", help="口令所在文件;不给则在终端输入")


if __name__ == "__main__":
    sys.exit(main())
