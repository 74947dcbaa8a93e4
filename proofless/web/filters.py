"""显示: how values look on a page. Pure functions; every one accepts None and shows it as a dash."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from proofless.kit.clock import LONG_TERM, SHANGHAI, now

DASH = "—"
DOUBTS = ("domain knowledge", "recalled", "待核实", "估", "推断")
GUESSED = "工作人员按一般经验整理，尚未与正式文件逐字核对"
_VARIATION_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def _as_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def day(value: object) -> str:
    """2026年11月23日; the long-term date is 长期; text that is no date is shown as it stands."""
    if value in (None, ""):
        return DASH
    found = _as_day(value)
    if found is None:
        return str(value)
    return "长期" if found == LONG_TERM else f"{found.year}年{found.month}月{found.day}日"


def day_short(value: object) -> str:
    """2026-11-23, for tables."""
    if value in (None, ""):
        return DASH
    found = _as_day(value)
    return "长期" if found == LONG_TERM else str(found or value)


def moment(value: datetime | None) -> str:
    """2026年11月23日 14:05 in Asia/Shanghai."""
    if value is None:
        return DASH
    local = value.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def moment_short(value: datetime | None) -> str:
    """11-23 14:05, with the year when it is not this one."""
    if value is None:
        return DASH
    local = value.astimezone(SHANGHAI)
    return (
        f"{local:%m-%d %H:%M}" if local.year == now().astimezone(SHANGHAI).year else f"{local:%Y-%m-%d %H:%M}"
    )


def ago(value: datetime | None) -> str:
    """刚刚 / 5分钟前 / 3小时前 / 昨天的日期 beyond a day."""
    if value is None:
        return DASH
    past = now() - value
    if past < timedelta(minutes=1):
        return "刚刚"
    if past < timedelta(hours=1):
        return f"{past.seconds // 60}分钟前"
    return f"{past.seconds // 3600}小时前" if past < timedelta(days=1) else day(value)


def valid_until(value: object) -> str:
    """有效期至2030年1月1日 / 长期有效 / 未载明有效期."""
    if value in (None, ""):
        return "未载明有效期"
    text = day(value)
    return "长期有效" if text == "长期" else f"有效期至{text}"


def validity(start: object, end: object) -> str:
    """2020年1月1日 至 2040年1月1日 / 自2020年1月1日起长期有效."""
    if day(end) == "长期":
        return f"自{day(start)}起长期有效" if start else "长期有效"
    return f"{day(start)} 至 {day(end)}" if start else valid_until(end)


def number(value: float | Decimal | None, digits: int = 0) -> str:
    return DASH if value is None else f"{value:,.{digits}f}"


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """A ratio 0–1 as 93.0%."""
    return DASH if value is None else f"{value * 100:.{digits}f}%"


def yuan(value: float | Decimal | None) -> str:
    return DASH if value is None else f"{value:,.2f}元"


def file_size(value: int | None) -> str:
    """Bytes as 3 字节 / 12.5 KB / 1.2 MB."""
    if value is None:
        return DASH
    if value < 1024:
        return f"{value} 字节"
    return f"{value / 1024:.1f} KB" if value < 1024**2 else f"{value / 1024**2:.1f} MB"


def mask_id(value: str | None) -> str:
    """371402********1234: area code and the last four stay; a USCC keeps its last four and area likewise."""
    if not value:
        return DASH
    return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}" if len(value) > 10 else mask_tail(value)


def mask_phone(value: str | None) -> str:
    """138****0000; fixed lines keep the last four."""
    if not value:
        return DASH
    return f"{value[:3]}****{value[-4:]}" if len(value) == 11 else mask_tail(value)


def mask_tail(value: str | None) -> str:
    """Only the last four stay: account numbers, certificate numbers."""
    if not value:
        return DASH
    return f"{'*' * max(len(value) - 4, 2)}{value[-4:]}" if len(value) > 4 else "*" * len(value)


def mask_name(value: str | None) -> str:
    """张*: the first character stays, with its variation selector; at most three stars."""
    if not value:
        return DASH
    keep = 2 if len(value) > 1 and ord(value[1]) in _VARIATION_SELECTORS else 1
    return value[:keep] + "*" * min(max(len(value) - keep, 1), 3)


def yes_no(value: bool | None) -> str:
    return "未知" if value is None else "是" if value else "否"


def shown(value: Any) -> str:
    """Any JSON value of a face or a row as text: dates in Chinese, booleans as 是/否, nothing as a dash."""
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, (date, datetime)):
        return day(value)
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return day(value)
    if isinstance(value, (list, tuple)):
        return "、".join(shown(one) for one in value) or DASH
    return str(value)


def doubtful(source: str) -> bool:
    """Whether a catalogue row still has to be checked against its source."""
    return any(mark in source for mark in DOUBTS)


def source_words(source: str) -> str:
    """A source as shown to people: the catalogue's English marks in Chinese."""
    words = source.replace("(list recalled;", "（名单凭记忆整理；").replace("domain knowledge", GUESSED)
    words = words.replace("public GitHub source seen in code index:", "见于公开的接口代码：")
    return words.replace("recalled", "凭记忆整理").replace("inferred", "推断")


FILTERS = {
    function.__name__: function
    for function in (
        day,
        day_short,
        moment,
        moment_short,
        ago,
        valid_until,
        validity,
        number,
        percent,
        yuan,
        file_size,
        mask_id,
        mask_phone,
        mask_tail,
        mask_name,
        yes_no,
        shown,
        doubtful,
        source_words,
    )
}
