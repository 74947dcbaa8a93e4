"""种了毛病的目录: 300 items with 30 defects of six kinds hidden among things that only look like them. Seeded.

The texts come from word lists of their own, with the noise of real lists: other names for the same paper, issuers
written in several ways, renewals, papers only some bring, papers of two people side by side.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from proofless.items.rules.cleanup import Ask, Defect

ITEMS, DEFECTS = 300, 30
DEPARTMENTS = [f"D{n:02d}" for n in range(24)]
SUBJECTS = [
    "养犬",
    "摊位",
    "班车",
    "窑厂",
    "渔船",
    "药店",
    "幼托",
    "驾校",
    "宾馆",
    "书店",
    "渡口",
    "苗圃",
    "浴室",
    "印刷",
    "殡葬",
    "旅社",
]
DOINGS = ["许可", "备案", "登记", "核准", "注销", "变更", "延续", "补贴"]
PAPERS = [
    "场地平面图",
    "从业人员名册",
    "设备清单",
    "租赁合同",
    "体检报告",
    "验资报告",
    "公证书",
    "培训记录",
    "检测报告",
    "资金证明",
    "成绩单",
    "评估报告",
]
SYNONYMS = [
    ("居民身份证", "身份证明"),
    ("居民户口簿", "户口本复印件"),
    ("房屋所有权证", "房产证"),
    ("工商营业执照", "营业执照副本复印件"),
    ("社会保障卡", "社保卡"),
    ("经营场所使用证明", "经营场所使用权证明"),
    ("完税凭证", "完税证明凭证"),
    ("无犯罪记录证明", "无违法犯罪记录证明"),
    ("收入证明", "工资收入证明"),
    ("低保证", "最低生活保障证"),
    ("学历证书", "毕业证书"),
]
LOOKALIKES = [
    ("结婚证", "离婚证"),
    ("有房证明", "无房证明"),
    ("居民身份证", "残疾人证"),
    ("培训记录", "检测报告"),
]
LAWS = ["《条例》第八条", "《办法》第十二条", "《许可法》第三十一条", "《细则》第五条"]


@dataclass(frozen=True, slots=True)
class Planted:
    """``defects`` are (kind, the codes any of which names the finding)."""

    asks: tuple[Ask, ...]
    defects: tuple[tuple[Defect, frozenset[str]], ...]


class Planter:
    """Makes the catalogue, then spoils it in ``DEFECTS`` places, then adds what only looks spoilt."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.items = [f"P{n:03d}" for n in range(ITEMS)]
        self.random.shuffle(self.items)
        self.owner = {item: self.random.choice(DEPARTMENTS) for item in self.items}
        self.asks: list[Ask] = []
        self.defects: list[tuple[Defect, frozenset[str]]] = []
        self.free = list(self.items)
        self.pairs = [list(pair) for pair in self.random.sample(SYNONYMS, len(SYNONYMS))]

    def plant(self) -> Planted:
        for item in self.items:
            for _ in range(self.random.randint(1, 5)):
                self.add(item)
        kinds: list[tuple[Defect, Callable[[], frozenset[str]]]] = [
            (Defect.CYCLE, self.cycle),
            (Defect.NOBODY, self.nobody),
            (Defect.SELF_ISSUED, self.self_issued),
            (Defect.SAME_FACT, self.same_fact),
            (Defect.NO_BASIS, self.no_basis),
            (Defect.LOCAL, self.local),
        ]
        for number in range(DEFECTS):
            kind, spoil = kinds[number % len(kinds)]
            self.defects.append((kind, spoil()))
        for _ in range(12):
            self.renewal()
            self.other_way_in()
            self.only_some()
            self.two_people()
            self.lookalike()
        self.random.shuffle(self.asks)
        return Planted(tuple(self.asks), tuple(self.defects))

    def add(self, item: str, **changes: object) -> Ask:
        other = self.random.choice([d for d in DEPARTMENTS if d != self.owner[item]])
        subject = self.random.choice(SUBJECTS)
        name = f"{subject}{self.random.choice(DOINGS)}{self.random.choice(PAPERS)}"
        taken = {ask.name for ask in self.asks if ask.item == item}
        while any(len(set(name) & set(held)) > 4 for held in taken):
            name = f"{self.random.choice(SUBJECTS)}{self.random.choice(DOINGS)}{self.random.choice(PAPERS)}"
            if self.random.random() < 0.02:
                name = f"第{len(self.asks)}号件"
        ask = Ask(
            item=item,
            code=f"{item}-M{len(self.asks):04d}",
            name=name,
            department=self.owner[item],
            issuer=other,
            issuers=frozenset({other}),
            roles=("applicant",),
            brought=self.random.random() < 0.7,
            required=self.random.random() < 0.8,
            basis=self.random.choice(LAWS),
            people=self.random.randint(0, 900),
        )
        ask = replace(ask, **changes)  # type: ignore[arg-type]
        self.asks.append(ask)
        return ask

    def take(self) -> str:
        return self.free.pop()

    def cycle(self) -> frozenset[str]:
        ring = [self.take() for _ in range(self.random.randint(2, 4))]
        made = [
            self.add(
                item,
                name=f"第{maker}号批文",
                makers=(maker,),
                issuers=frozenset(),
                brought=True,
                required=True,
            )
            for item, maker in zip(ring, ring[1:] + ring[:1], strict=True)
        ]
        return frozenset(ask.code for ask in made)

    def nobody(self) -> frozenset[str]:
        gone = self.random.random() < 0.4
        changes = {"ended": True} if gone else {"issuers": frozenset(), "issuer": ""}
        return frozenset({self.add(self.take(), brought=True, **changes).code})

    def self_issued(self) -> frozenset[str]:
        item = self.take()
        return frozenset({self.add(item, brought=True, issuers=frozenset({self.owner[item], "D99"})).code})

    def same_fact(self) -> frozenset[str]:
        item = self.take()
        pair = self.pairs.pop()
        self.random.shuffle(pair)
        return frozenset(self.add(item, name=name, brought=True).code for name in pair)

    def no_basis(self) -> frozenset[str]:
        return frozenset({self.add(self.take(), brought=True, basis=self.random.choice(["", " "])).code})

    def local(self) -> frozenset[str]:
        return frozenset({self.add(self.take(), brought=True, local="371482").code})

    def renewal(self) -> None:
        """The old licence goes back for the new one."""
        item = self.take()
        self.add(
            item,
            makers=(item,),
            issuers=frozenset({self.owner[item]}),
            returned=True,
            brought=True,
            required=True,
        )

    def other_way_in(self) -> None:
        """Two items need each other's result, but a third issues one of them."""
        one, other, third = self.take(), self.take(), self.random.choice(self.items)
        third = third if third not in {one, other} else "P999"
        self.add(one, makers=(other, "P999"), issuers=frozenset(), brought=True, required=True)
        self.add(other, makers=(one,), issuers=frozenset(), brought=True, required=True)

    def only_some(self) -> None:
        """A ring that closes only for those in a special situation, or that the city walks by itself."""
        one, other = self.take(), self.take()
        self.add(one, makers=(other,), issuers=frozenset(), brought=True, required=True)
        free = self.random.random() < 0.5
        self.add(other, makers=(one,), issuers=frozenset(), brought=free, required=not free)

    def two_people(self) -> None:
        item = self.take()
        self.add(item, name="居民身份证", brought=True)
        self.add(item, name="居民身份证(代理人)", brought=True, roles=("agent",))

    def lookalike(self) -> None:
        item = self.random.choice(self.free)
        self.free.remove(item)
        for name in self.random.choice(LOOKALIKES):
            self.add(item, name=name, brought=True)


def plant(seed: int) -> Planted:
    return Planter(seed).plant()
