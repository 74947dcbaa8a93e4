"""Permissions, ledger kinds and error codes: declared once, used, and with Chinese text."""

import re
from pathlib import Path

from proofless.access.rules import ROLE_LABELS, ROLES
from proofless.kit.errors import ErrorCode
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission

PACKAGE = Path(__file__).parents[2] / "proofless"
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in PACKAGE.rglob("*.py")
    if "kit" not in path.relative_to(PACKAGE).parts
)
CHINESE = re.compile(r"[一-鿿]")


def test_every_member_has_chinese_text() -> None:
    for member in (*Permission, *Kind):
        assert CHINESE.search(member.label), member
    for code in ErrorCode:
        assert CHINESE.search(code.text) and CHINESE.search(code.next_step) and 400 <= code.status < 600, code


def test_every_member_is_used() -> None:
    for name, members in (("Permission", Permission), ("Kind", Kind), ("ErrorCode", ErrorCode)):
        unused = [m.name for m in members if not re.search(rf"\b(?:{name}|P)\.{m.name}\b", SOURCE)]
        assert not unused, f"{name}: {unused} are declared and never used"


def test_every_role_has_a_label_and_only_known_permissions() -> None:
    assert ROLES.keys() == ROLE_LABELS.keys()
    granted = frozenset().union(*ROLES.values())
    assert granted == frozenset(Permission), "a permission no role has cannot be exercised"


def test_kinds_are_scoped_by_their_room() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert {kind.value.split(".")[0] for kind in Kind} <= rooms
