"""限定词: words that make of one kind of paper another fact — whose it is, from before or after, of which kind. Pure.

原居民身份证 and 新法定代表人身份证 are alike, come from one register, and prove two things.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_OTHERS = (
    "经营者 经办人 被委托人 委托人 代理人 法定代表人 质量负责人 负责人 投资人 法人股东 股东 父母 父亲 母亲 配偶 子女 "
    "被监护人 监护人 死者 逝者 被继承人 继承人 买方 卖方 出租人 承租人 学生 婴幼儿 新生儿 买受人 出卖人 受让人 转让人 "
    "抵押权人 抵押人 借款人 保证人 担保人 申报人 办税人员 共有人 权利人 受益人 被收养人 收养人 送养人 户主 业主 房东 "
    "对方 男方 女方 甲方 乙方 开发企业 金融机构 建设单位 施工单位 监理单位 设计单位 家庭成员"
)
_KINDS = "养老 失业 工伤 生育 灵活就业 商品房 存量房 公租房 变更前 变更后 随迁 迁出 迁入 转出 转入"
_SAME = {"二手房": "存量房", "逝者": "死者", "买方": "买受人", "卖方": "出卖人"}
# The longer word first: 被委托人 holds 委托人.
_WORDS = re.compile("|".join(sorted((*_OTHERS.split(), *_KINDS.split(), *_SAME), key=len, reverse=True)))
_COPY = re.compile("原件及复印件|原件")
# 新 and 原 qualify only at the head of a name, and not where they are half of another word.
_WHICH = re.compile(r"(?:^|(?<=[/、或和及与]))(原|新|旧|前)(?![生建增始因料子能型手式])")
_SEVERAL = re.compile("[/、,;或和及与]")


@lru_cache(maxsize=8192)
def qualifiers(name: str) -> frozenset[str]:
    """The words of a name that change whose fact it is or which; empty for the applicant's own, as it is now."""
    plain = _COPY.sub("", "".join(unicodedata.normalize("NFKC", name).split()))
    words = [_SAME.get(word, word) for word in _WORDS.findall(plain)]
    return frozenset(words + _WHICH.findall(_WORDS.sub("", plain)))


def differing(one: Iterable[str], other: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The qualifiers only the one and only the other has, of the two names least apart; both empty when a name of
    each says the same.
    """
    sides = [{qualifiers(name) for name in names} for names in (one, other)]
    pairs = ((a - b, b - a) for a in sides[0] for b in sides[1])
    return min(pairs, key=lambda pair: (all(pair), len(pair[0] | pair[1]), sorted(pair[0] | pair[1])))


def other_papers(one: str, other: str) -> tuple[frozenset[str], frozenset[str]]:
    """Of two normal names one of which lists several papers, those the other lists nothing like: A or B is not A."""
    parts = [[part for part in _SEVERAL.split(key) if part] for key in (one, other)]
    if max(map(len, parts)) < 2:
        return frozenset(), frozenset()
    return _unlike(parts[0], parts[1]), _unlike(parts[1], parts[0])


def _unlike(parts: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    held = {word[i : i + 2] for word in others for i in range(max(1, len(word) - 1))}
    return frozenset(
        part for part in parts if not any(part[i : i + 2] in held for i in range(max(1, len(part) - 1)))
    )
