"""Words the town is named with. The names of the fixed cast cannot come out of these lists."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

SURNAMES = "王张李刘杨赵孙于马陈周吴高徐郭宋韩胡崔朱许冯董曹田任付史贾袁段石魏苏卢姜丁梁范杜程孟秦邢尹"
_MEN_GIVEN = "伟强磊军勇涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆杰峰洋建国志海龙文东林成山泽轩宸睿子晨"
_WOMEN_GIVEN = "芳娜敏静丽艳娟霞秀兰玲桂英燕红梅婷雪颖琳欣怡洁莹雯倩慧佳悦梓涵诗语晓云凤萍淑华"
VILLAGES = ("幸福", "向阳", "前进", "东风", "和平", "丰收", "新建", "团结", "光明", "胜利")
ROADS = ("迎宾路", "文化路", "振华街", "湖滨路", "建设街", "学院路", "康博路", "中心街")
ESTATES = ("春和苑", "锦绣园", "阳光里", "书香府", "翠湖居", "安居苑", "乐园里", "福临园")
OUTSIDE = (
    ("130922", "河北省沧州市青县"),
    ("130930", "河北省沧州市孟村回族自治县"),
    ("131128", "河北省衡水市阜城县"),
    ("371521", "山东省聊城市阳谷县"),
    ("370124", "山东省济南市平阴县"),
    ("371623", "山东省滨州市无棣县"),
)
BANKS = ("演示农商银行", "演示城市银行", "演示邮储银行")
INDUSTRIES = (
    ("食品", "C1411", "食品生产;食品销售"),
    ("科技", "I6510", "软件开发;技术服务"),
    ("商贸", "F5211", "日用百货销售;食品销售"),
    ("建材", "F5165", "建筑材料销售"),
    ("机械", "C3499", "通用设备制造"),
    ("物流", "G5430", "普通道路货物运输"),
    ("餐饮", "H6210", "餐饮服务"),
    ("纺织", "C1751", "纺织品制造;纺织品销售"),
    ("医药", "F5251", "药品零售"),
    ("农业", "A0111", "谷物种植;农产品销售"),
    ("文化传媒", "R8810", "图书零售;文艺创作"),
    ("人力资源", "L7262", "职业中介活动;劳务派遣服务"),
)
_FIRST = "鑫盛达华源德瑞泰恒通隆兴宏嘉诚信安顺"
_SECOND = "润丰和祥康明远辉耀博川海洲龙凯旺"


def _falling(pool: str, power: float) -> tuple[str, list[float]]:
    return pool, list(accumulate((i + 1) ** -power for i in range(len(pool))))


_SURNAME = _falling(SURNAMES, 0.75)
_GIVEN = {"1": _falling(_MEN_GIVEN, 0.4), "2": _falling(_WOMEN_GIVEN, 0.4)}


def pick(r: Random, pool: Sequence[str]) -> str:
    return pool[int(r.random() * len(pool))]


def surname(r: Random) -> str:
    return r.choices(_SURNAME[0], cum_weights=_SURNAME[1])[0]


def given(r: Random, sex: str) -> str:
    pool, weights = _GIVEN[sex]
    return "".join(r.choices(pool, cum_weights=weights, k=2 if r.random() < 0.83 else 1))


def trade_word(r: Random) -> str:
    return pick(r, _FIRST) + pick(r, _SECOND)
