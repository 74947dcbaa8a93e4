"""Pure rules of themes: which are open, in what order their items can be done, what becomes of a member."""

from collections.abc import Mapping, Sequence

# What ``batch_confidence`` must say before a theme may be begun. ``recalled``: every theme of the list is named by
# 国发〔2024〕3号, its wording is remembered; the other marks name no published list.
OPEN = frozenset({"verified", "recalled"})
MARKS = {
    "verified": "主题名称已与公布清单核对",
    "recalled": "主题列入国发〔2024〕3号首批清单；事项组合由本市目录整理，以窗口答复为准",
    "partly": "所属批次只核对了一部分，尚未开放联办",
    "unverified": "所属批次尚未核对，尚未开放联办",
    "domain": "本主题没有对应的公布清单，尚未开放联办",
}


def is_open(confidence: str) -> bool:
    return confidence in OPEN


def order_items(
    codes: Sequence[str], gives: Mapping[str, str], needs: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The items so that whoever gives a certificate stands before those who need it, else as listed.

    ``gives`` is the certificate type an item results in, ``needs`` those its materials name. Items that need each
    other's results (a circle in the catalogue) keep the listed order: none of them then waits for a later one.
    """
    left, ordered = list(codes), list[str]()
    while left:
        free = [one for one in left if not _before(one, left, gives, needs)]
        ordered.append(free[0] if free else left[0])
        left.remove(ordered[-1])
    return tuple(ordered)


def circle_of(
    codes: Sequence[str], gives: Mapping[str, str], needs: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The items that can only be put in order by breaking a circle; empty for a sound theme."""
    left = list(codes)
    while free := [one for one in left if not _before(one, left, gives, needs)]:
        left = [one for one in left if one not in free]
    return tuple(left)


def _before(
    code: str, others: Sequence[str], gives: Mapping[str, str], needs: Mapping[str, frozenset[str]]
) -> list[str]:
    return [one for one in others if one != code and gives.get(one) and gives[one] in needs[code]]
