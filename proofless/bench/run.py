"""``python -m proofless.bench.run NAME [--json]``; ``proofless bench NAME`` calls the same modules."""

import argparse
import sys

from proofless.bench import sequencer, verify, waterfall

NAMES = {"sequencer": sequencer.run, "verify": verify.run, "waterfall": waterfall.run}


def main(name: str, json: bool = False) -> int:
    """Run one benchmark and print it; 0 when its target is met."""
    return NAMES[name](json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="proofless.bench")
    parser.add_argument("name", choices=sorted(NAMES), metavar="名称")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sys.exit(main(arguments.name, arguments.json))
