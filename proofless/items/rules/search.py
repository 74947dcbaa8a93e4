"""事项检索: bigrams of Chinese words, pinyin initials or spelling, over some hundred short texts. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LATIN = re.compile(r"[a-z0-9]+")
# What people say around the thing they want, and what they call things that items name officially.
_FILLER = re.compile(
    "我要|我想|我的|请问|怎么|怎样|如何|哪里|在哪|需要|可以|办理|申请|申领|补办|领取|什么|办|吗|呢|的"
)
_SPOKEN = {
    "低保": "最低生活保障",
    "房产证": "不动产",
    "房本": "不动产",
    "驾照": "驾驶证",
    "养老金": "养老保险待遇",
    "户口本": "户口簿",
    "上户口": "落户",
    "上学": "入学",
    "报名": "入学",
    "生孩子": "出生",
    "生二胎": "生育登记",
    "开店": "个体工商户",
    "开公司": "公司设立",
    "开饭店": "食品经营许可",
    "医保": "医疗保险",
    "医保报销": "医疗费用报销",
    "结婚证": "婚姻登记证",
    "离婚证": "婚姻登记证",
    "去世": "死亡",
    "老人补贴": "高龄津贴",
    "残疾证": "残疾人证",
    "社保卡": "社会保障卡",
}
MAX_WORDS = 60


@dataclass(frozen=True, slots=True)
class Document:
    """``texts`` are (text, weight); ``title`` is also found by pinyin."""

    key: str
    title: str
    texts: tuple[tuple[str, float], ...]


class Index:
    """An inverted index of bigrams and single characters, with pinyin of titles."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._grams: dict[str, dict[str, float]] = defaultdict(dict)
        self._titles: dict[str, str] = {}
        self._pinyin: dict[str, tuple[str, str]] = {}
        for document in documents:
            self._titles[document.key] = document.title
            self._pinyin[document.key] = _pinyin(document.title)
            for text, weight in (*document.texts, (document.title, 3.0)):
                for gram in grams(text):
                    scores = self._grams[gram]
                    scores[document.key] = max(weight, scores.get(document.key, 0.0))

    def find(self, words: str) -> Mapping[str, float]:
        """Key → score, better first is higher; only documents that answer at least half of what was asked."""
        text = words.lower()[:MAX_WORDS]
        plain = _FILLER.sub(" ", text)
        found = self._by_grams(plain)
        for said, official in _SPOKEN.items():
            if said in text:
                for key, score in self._by_grams(plain.replace(said, official)).items():
                    found[key] = max(score, found.get(key, 0.0))
        self._add_exact(text, found)
        self._add_pinyin(text, found)
        return found

    def _by_grams(self, text: str) -> dict[str, float]:
        asked = grams(text)
        scores: dict[str, float] = defaultdict(float)
        hits: dict[str, int] = defaultdict(int)
        for gram in asked:
            for key, weight in self._grams.get(gram, {}).items():
                scores[key] += weight
                hits[key] += 1
        return {key: score for key, score in scores.items() if hits[key] * 2 >= len(asked)}

    def _add_exact(self, text: str, found: dict[str, float]) -> None:
        word = "".join(text.split())
        for key, title in self._titles.items():
            if word and word in title:
                found[key] = found.get(key, 0.0) + 10.0

    def _add_pinyin(self, text: str, found: dict[str, float]) -> None:
        for word in _LATIN.findall(text):
            for key, (initials, spelling) in self._pinyin.items():
                if word in initials or (len(word) > 2 and word in spelling):
                    found[key] = found.get(key, 0.0) + (6.0 if initials.startswith(word) else 4.0)


def grams(text: str) -> list[str]:
    """The bigrams of each run of Chinese characters; a run of one character stands for itself."""
    found = []
    for run in _CHINESE.findall(text):
        found.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    return list(dict.fromkeys(found))


def _pinyin(text: str) -> tuple[str, str]:
    chinese = "".join(_CHINESE.findall(text))
    initials = "".join(lazy_pinyin(chinese, style=Style.FIRST_LETTER))
    return initials, "".join(lazy_pinyin(chinese))
