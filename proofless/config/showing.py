"""终端显示: aligned tables and the list of demo accounts."""

import unicodedata


def account_lines() -> list[str]:
    """The demo accounts, for the end of a start."""
    from proofless.parties.services import DEMO_PASSWORD
    from proofless.simulator.accounts import demo_accounts

    accounts = demo_accounts()
    width = max(columns(account.label) for account in accounts)
    lines = [f"\n演示账号(密码都是 {DEMO_PASSWORD}):"]
    lines += [f"  {a.username:<12} {pad(a.label, width)}  {a.what_for}" for a in accounts]
    return [*lines, ""]


def columns(text: str) -> int:
    """How many terminal columns a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def pad(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Aligned columns for a terminal."""
    widths = [max(columns(line[at]) for line in [head, *rows]) for at in range(len(head))]
    return [
        "  ".join(pad(cell, width) for cell, width in zip(line, widths, strict=True))
        for line in [head, *rows]
    ]
