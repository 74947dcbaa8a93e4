"""``python -m proofless.bench.run NAME [--json] [--residents N]``; ``proofless bench NAME`` calls the same modules."""

import argparse
import sys
from collections.abc import Callable

from proofless.bench import issue, items_all, ofd_fuzz, ofd_verify, sequencer, verify, viewer, waterfall

NAMES: dict[str, Callable[..., int]] = {
    "issue": issue.run,
    "items-all": items_all.run,
    "ofd-fuzz": ofd_fuzz.run,
    "ofd-verify": ofd_verify.run,
    "sequencer": sequencer.run,
    "verify": verify.run,
    "viewer": viewer.run,
    "waterfall": waterfall.run,
}


def main(name: str, json: bool = False, residents: int | None = None) -> int:
    """Run one benchmark and print it; 0 when its target is met. ``residents`` only where a town is filled."""
    size = {} if residents is None else {"residents": residents}
    return NAMES[name](json, **size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="proofless.bench.run")
    parser.add_argument("name", choices=sorted(NAMES), metavar="名称", help="、".join(NAMES))
    parser.add_argument("--json", action="store_true", help="表格写到标准错误")
    parser.add_argument("--residents", type=int, metavar="人数", help="城镇大小,用于 items-all 和 waterfall")
    arguments = parser.parse_args()
    sys.exit(main(arguments.name, arguments.json, arguments.residents))
