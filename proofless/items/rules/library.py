"""标准材料库、标准字段库: one material or field, one name, many items; other names for the same are found. Pure.

Programme document 四(二). Names that differ only in whose document it is, or in what copy of it, are one from the
start; what is merely alike, or comes from the same source, is proposed and decided by people.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from proofless.items.rules.qualifiers import differing, other_papers

_BRACKETS = re.compile(r"[((\[【〔][^))\]】〕]*[))\]】〕]")
_WHOSE = re.compile(
    "夫妻双方|双方|本人|申请人|申领人|经营者|经办人|委托人|被委托人|代理人|法定代表人|负责人|投资人|股东|父母|父亲|母亲|配偶"
    "|子女|监护人|被监护人|死者|逝者|继承人|买方|卖方|出租人|承租人|当事人|学生|婴幼儿|新生儿|残疾人(?!证)|老年人(?!优待)|的|有效|现有"
)
_COPIES = re.compile("原件及复印件|原件|复印件|影印件|扫描件|电子版|纸质版|一式[一二三四]份|[一二三四两]份")
_SAME_WORDS = (
    ("公民身份号码", "身份证号"),
    ("身份证件号码", "身份证号"),
    ("居民身份证", "身份证"),
    ("身份证明", "身份证"),
    ("身份证件", "身份证"),
    ("户口本", "户口簿"),
    ("居民户口簿", "户口簿"),
    ("户籍证明", "户口簿"),
    ("房产证", "不动产权证书"),
    ("房屋所有权证", "不动产权证书"),
    ("不动产权属证书", "不动产权证书"),
    ("证明材料", "证明"),
    ("证明文件", "证明"),
    ("工商营业执照", "营业执照"),
    ("社会保障卡", "社保卡"),
    ("社会保险", "社保"),
    ("低保", "最低生活保障"),
)
ALIKE = 0.5
SAME_CERTIFICATE, SAME_DATASET, SAME_ISSUER, SAME_LIST = 0.4, 0.15, 0.05, 0.3
# What is left of the score when one name says whose or which and the other does not, and when both say another.
ONE_SAYS, BOTH_SAY = 0.6, 0.4
MERGED, APART = "merged", "apart"


@dataclass(frozen=True, slots=True)
class Named:
    """One use of a name: by which item, certificate type or dataset (``owner``), and what it comes from.

    ``key`` is given where names alone do not tell things apart: fields.
    """

    owner: str
    code: str
    name: str
    certificate: str = ""
    dataset: str = ""
    issuer: str = ""
    code_list: str = ""
    kind: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A standard material or field: ``names`` are what it is called, most used first."""

    key: str
    name: str
    names: tuple[str, ...]
    uses: tuple[Named, ...]

    @property
    def owners(self) -> frozenset[str]:
        return frozenset(use.owner for use in self.uses)

    @property
    def certificates(self) -> frozenset[str]:
        return frozenset(use.certificate for use in self.uses if use.certificate)

    @property
    def datasets(self) -> frozenset[str]:
        return frozenset(use.dataset for use in self.uses if use.dataset)

    @property
    def issuers(self) -> frozenset[str]:
        return frozenset(use.issuer for use in self.uses if use.issuer)

    @property
    def code_lists(self) -> frozenset[str]:
        return frozenset(use.code_list for use in self.uses if use.code_list)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(use.kind for use in self.uses)


@dataclass(frozen=True, slots=True)
class Decision:
    """``from_key`` is called ``into_key`` from now on, or the two stay apart."""

    from_key: str
    into_key: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two entries that are probably one; ``into`` is the more used. ``reasons`` are Chinese, for the page."""

    into: Entry
    other: Entry
    score: float
    reasons: tuple[str, ...]


def normal_name(name: str) -> str:
    """What is left of a name without whose it is, which copy, and words that mean the same; never empty for a
    name that is not.
    """
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    text = _COPIES.sub("", _BRACKETS.sub("", plain))
    text = _WHOSE.sub("", text) or text
    for word, standard in _SAME_WORDS:
        text = text.replace(word, standard)
    return re.sub(r"[、,,。;;::/·\-—]+", "/", text).strip("/") or plain


def entries(uses: Iterable[Named], decisions: Iterable[Decision] = ()) -> tuple[Entry, ...]:
    """The library: uses grouped by normal name, merged names under the name they were merged into; by key."""
    into = {one.from_key: one.into_key for one in decisions if one.verdict == MERGED}
    grouped: dict[str, list[Named]] = defaultdict(list)
    for use in uses:
        grouped[root(use.key or normal_name(use.name), into)].append(use)
    return tuple(_entry(key, found) for key, found in sorted(grouped.items()) if key)


def root(key: str, into: Mapping[str, str]) -> str:
    """Where a key ended up; a ring of decisions, which no act makes, ends where it began."""
    seen = {key}
    while (key := into.get(key, key)) not in seen:
        seen.add(key)
    return key


def _entry(key: str, uses: Sequence[Named]) -> Entry:
    counts = Counter(use.name for use in uses)
    names = tuple(sorted(counts, key=lambda name: (-counts[name], len(name), name)))
    own = [use.name for use in uses if key in {use.key, normal_name(use.name)}]
    own.sort(key=names.index)
    return Entry(key, (own or names)[0], names, tuple(uses))


def proposals(
    library: Sequence[Entry],
    decisions: Iterable[Decision] = (),
    *,
    least: float = ALIKE,
    one_owner: bool = True,
) -> tuple[Proposal, ...]:
    """Pairs that are probably one, the surest first; what was decided to stay apart is not asked again.

    ``one_owner`` False: two names one owner uses side by side are two things (fields of one certificate).
    """
    apart = {frozenset((one.from_key, one.into_key)) for one in decisions if one.verdict == APART}
    by_key = {entry.key: entry for entry in library}
    grams = {key: _grams(normal_name(entry.name)) for key, entry in by_key.items()}
    found = []
    for one, other in _candidates(library, grams):
        if frozenset((one, other)) in apart or by_key[one].kinds.isdisjoint(by_key[other].kinds):
            continue
        if not one_owner and not by_key[one].owners.isdisjoint(by_key[other].owners):
            continue
        score, reasons = _score(by_key[one], by_key[other], grams)
        if score >= least:
            into, less = sorted((by_key[one], by_key[other]), key=lambda e: (-len(e.uses), len(e.key), e.key))
            found.append(Proposal(into, less, score, reasons))
    return tuple(sorted(found, key=lambda one: (-one.score, one.into.key, one.other.key)))


def _candidates(library: Sequence[Entry], grams: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    """Pairs that share a certificate or two characters in a row: nothing else can reach the score."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for entry in library:
        for mark in (*grams[entry.key], *(f"c:{code}" for code in entry.certificates)):
            blocks[mark].append(entry.key)
    return {pair for keys in blocks.values() for pair in combinations(sorted(set(keys)), 2)}


def _score(one: Entry, other: Entry, grams: Mapping[str, frozenset[str]]) -> tuple[float, tuple[str, ...]]:
    a, b = grams[one.key], grams[other.key]
    alike = 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0
    score, reasons = alike * 0.6, [f"名称相似度 {alike:.0%}"] if alike else []
    for shared, weight, text in (
        (one.certificates & other.certificates, SAME_CERTIFICATE, "来自同一种证照"),
        (one.datasets & other.datasets, SAME_DATASET, "来自同一个数据资源"),
        (one.issuers & other.issuers, SAME_ISSUER, "由同一单位出具"),
        (one.code_lists & other.code_lists, SAME_LIST, "使用同一代码表"),
    ):
        if shared:
            score, reasons = score + weight, [*reasons, text]
    # One source holds many facts: it makes nobody surer than the names are alike.
    score = min(score, (1 + alike) / 2)
    left, against = _against(one, other)
    return round(score * left, 3), (*reasons, *against)


def _against(one: Entry, other: Entry) -> tuple[float, tuple[str, ...]]:
    """What is left of a score, and why, when the names tell of two facts or list other papers."""
    for (mine, others), one_says, both_say in (
        (differing(one.names, other.names), "但只有一方写明{}", "但{}说的不是同一个"),
        (other_papers(one.key, other.key), "但只有一方列出{}", "但列出的材料不同：{}"),
    ):
        words = "、".join(f"“{word}”" for word in sorted(mine | others))
        if mine and others:
            return BOTH_SAY, (both_say.format(words),)
        if words:
            return ONE_SAYS, (one_says.format(words),)
    return 1.0, ()


def _grams(text: str) -> frozenset[str]:
    """Bigrams; a text of one character is itself."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text} - {""})
