"""文件种类: what seals are used on, by opaque code. Rooms above tell their kinds at start."""

from collections.abc import Callable, Mapping

Source = Callable[[], Mapping[str, str]]
_sources: list[Source] = []


def add(source: Source) -> None:
    """``source`` returns {code: Chinese name}; it is asked each time."""
    if source not in _sources:
        _sources.append(source)


def names() -> dict[str, str]:
    """Every known kind of document: code → name."""
    found: dict[str, str] = {}
    for source in _sources:
        found.update(source())
    return found


def words(type_codes: tuple[str, ...], known: Mapping[str, str]) -> str:
    """Kinds as people read them."""
    return "、".join(known.get(code, code) for code in type_codes) or "本部门所有文件"
