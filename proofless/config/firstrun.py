"""首次启动: ``python -m proofless.config.firstrun`` fills a new home, step by step; a step done is not done
again.

What was done stands in ``run/steps.json`` as step → fingerprint of its input. A town interrupted half-way is
marked as begun; ``proofless up`` empties the demo database before it starts over.
"""

import hashlib
import importlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django

from proofless.config.database import external_url
from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.config.progress import Progress
from proofless.kit.errors import Refusal

BEGUN = "begun"
ACCOUNTS = "accounts.txt"
TOWN = "2000/300/2026"
CATALOG = Path(__file__).resolve().parents[2] / "catalog"
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """``run`` names a function ``module:name`` that takes a report; ``once`` steps never follow a changed
    input.
    """

    key: str
    label: str
    run: str
    fingerprint: Callable[[], str]
    once: bool = False
    demo_only: bool = False


def catalog_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(CATALOG.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def town_size() -> tuple[int, int, int]:
    """Residents, enterprises and seed: ``PROOFLESS_TOWN`` as ``2000/300/2026``; all 0 for no town."""
    try:
        residents, enterprises, seed = map(int, os.environ.get("PROOFLESS_TOWN", TOWN).split("/"))
    except ValueError as error:
        raise SetupProblem("PROOFLESS_TOWN 的格式不正确", f"应为 居民数/企业数/种子,例如 {TOWN}") from error
    return residents, enterprises, seed


def tables_digest() -> str:
    """Of every migration, the grants and the database they were applied to."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(f"{django.__version__}\n{external_url()}".encode())
    for path in [*sorted(package.glob("*/migrations/*.py")), package / "config" / "grants.py"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


STEPS = (
    Step("catalog", "导入目录", "proofless.config.filling:load_catalog", catalog_digest, demo_only=True),
    Step("seals", "制作部门印章", "proofless.config.filling:make_seals", catalog_digest, demo_only=True),
    Step(
        "town",
        "生成演示城镇",
        "proofless.config.filling:make_demo_town",
        lambda: "/".join(map(str, town_size())),
        once=True,
        demo_only=True,
    ),
)


def steps_file(home: Home) -> Path:
    return home.run / "steps.json"


def read_done(home: Home) -> dict[str, str]:
    try:
        done: dict[str, str] = json.loads(steps_file(home).read_text())
    except FileNotFoundError:
        return {}
    return done


def write_done(home: Home, done: dict[str, str]) -> None:
    temporary = steps_file(home).with_suffix(".new")
    temporary.write_text(json.dumps(done))
    temporary.rename(steps_file(home))


def due_steps(home: Home) -> list[Step]:
    """The steps still to be done, in order."""
    done = read_done(home)
    mine = [step for step in STEPS if home.demo or not step.demo_only]
    if not any(town_size()):
        mine = [step for step in mine if step.key != "town"]
    return [step for step in mine if not _is_done(step, done.get(step.key, BEGUN))]


def _is_done(step: Step, mark: str) -> bool:
    return mark != BEGUN and (step.once or mark == step.fingerprint())


def broken_off(home: Home) -> bool:
    """Whether a step that cannot be repeated was interrupted."""
    done = read_done(home)
    return any(step.once and done.get(step.key) == BEGUN for step in STEPS)


def run_steps(home: Home, progress: Progress, upto: str = "") -> None:
    """Run the due steps (up to the one named) in this process, which must be set up for Django as the
    application.
    """
    keys = [step.key for step in STEPS]
    last = keys.index(upto) if upto else len(keys)
    for step in due_steps(home):
        if keys.index(step.key) > last:
            return
        write_done(home, read_done(home) | {step.key: BEGUN})
        with progress.step(step.label):
            find_function(step.run)(progress.report)
        write_done(home, read_done(home) | {step.key: step.fingerprint()})


def find_function(path: str) -> Callable[[Report], object]:
    """The function of a path ``module:name``. Raises SetupProblem when this version does not contain it."""
    module, _, name = path.partition(":")
    try:
        found: Callable[[Report], object] | None = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        raise SetupProblem(f"本版本不含 {path}({error})", "请更新代码后重试") from error
    if found is None:
        raise SetupProblem(f"本版本不含 {path}", "请更新代码后重试")
    return found


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")
    django.setup()
    try:
        run_steps(Home.load(), Progress())
    except (SetupProblem, Refusal) as problem:
        print(problem, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
