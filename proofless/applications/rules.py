"""Pure rules of applications: what a written value must look like."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

LENGTHS = {"string": 200, "text": 2000, "code": 60, "table": 2000}
_NUMBER = re.compile(r"-?\d{1,15}\Z")


def complaint(data_type: str, text: str) -> str:
    """Chinese complaint about a written value of a data type, or empty when it is fine."""
    if len(text) > LENGTHS.get(data_type, 200):
        return f"最多填写{LENGTHS.get(data_type, 200)}个字"
    if any(ord(c) < 32 and c not in "\n\t" for c in text):
        return "含有不能识别的字符"
    if data_type == "integer" and not _NUMBER.match(text):
        return "请填写整数,例如 2"
    if data_type == "decimal" and not _is_decimal(text):
        return "请填写数字,例如 1200.50"
    if data_type == "date" and not _is(text, date.fromisoformat):
        return "请按 2026-01-31 的格式填写日期"
    if data_type == "datetime" and not _is(text, datetime.fromisoformat):
        return "请按 2026-01-31 09:30 的格式填写时间"
    return ""


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is(text: str, parse: object) -> bool:
    try:
        parse(text)  # type: ignore[operator]
    except ValueError:
        return False
    return True


# What a file must begin with: the type a browser claims is not evidence.
SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


def upload_type(data: bytes) -> str:
    """The media type a file's first bytes show, or empty for one that is not taken."""
    return next((kind for magic, kind in SIGNATURES.items() if data.startswith(magic)), "")
