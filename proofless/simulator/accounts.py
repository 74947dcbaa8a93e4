"""Demo accounts: one for each kind of user, known passwords, never in a production home."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from proofless.items import queries as items
from proofless.kit import env
from proofless.kit.actor import Actor
from proofless.kit.errors import ErrorCode, Refusal
from proofless.parties import queries as parties
from proofless.parties.models import Account
from proofless.parties.services import DEMO_PASSWORD, NewAccount, make_accounts

RESIDENTS = (("zhangsan", "张三"), ("lisi", "李四"), ("wangwu", "王五"), ("zhaonainai", "赵奶奶"))
HANDLERS = (("chenjingli", "陈经理"), ("zhoukuaiji", "周会计"))
INSPECTOR_SCENES = ("SC01", "SC02", "SC08", "SC12", "SC28", "SC29", "SC33", "SC35")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A line of the list printed at the end of a first start."""

    username: str
    label: str
    what_for: str


def check_demo() -> None:
    """Refuse in a production home."""
    if not env.home().demo:
        raise Refusal(code=ErrorCode.DEMO_ONLY)


def make_demo_accounts(*, actor: Actor, cast: Mapping[str, UUID], enterprise_of: Mapping[str, UUID]) -> None:
    """Accounts of the cast and of officials: a clerk for every department that has items, and one of each office."""
    check_demo()
    known = set(Account.objects.values_list("username", flat=True))
    accounts = [new for new in _accounts(cast, enterprise_of) if new.username not in known]
    if accounts:
        make_accounts(actor=actor, accounts=accounts)


def _accounts(cast: Mapping[str, UUID], enterprise_of: Mapping[str, UUID]) -> list[NewAccount]:
    new = [NewAccount(u, DEMO_PASSWORD, label, ("resident",), party_id=cast[label]) for u, label in RESIDENTS]
    new += [
        NewAccount(
            u,
            DEMO_PASSWORD,
            label,
            ("resident", "handler"),
            party_id=cast[label],
            represents=enterprise_of.get(label),
        )
        for u, label in HANDLERS
    ]
    departments = parties.list_departments()
    for code in sorted({item.department_code for item in items.list_items()}):
        label = f"{departments[code].short_name}窗口"
        new.append(
            NewAccount(
                f"clerk-{code.lower()}", DEMO_PASSWORD, label, ("clerk", "officer"), department_code=code
            )
        )
    offices = (
        ("bureau", "大数据局运营员", ("bureau", "officer"), "DSJJ"),
        ("supervisor", "监督员", ("supervisor",), "LDXZ"),
        ("auditor", "审计员", ("auditor",), "DSJJ"),
        ("lawyer", "民政局法制员", ("lawyer",), "MZJ"),
        ("approver", "印章审批员", ("approver",), "DSJJ"),
        ("window", "政务服务中心综合窗口", ("window",), "SPJ"),
        ("kiosk", "政务服务中心自助终端", ("kiosk",), "SPJ"),
        ("lead-mzj", "民政窗口负责人", ("lead", "coordinator"), "MZJ"),
    )
    new += [
        NewAccount(u, DEMO_PASSWORD, label, roles, department_code=dept) for u, label, roles, dept in offices
    ]
    new.append(
        NewAccount(
            "inspector",
            DEMO_PASSWORD,
            "景区与执法核验员",
            ("inspector",),
            department_code="WLJ",
            scene_codes=INSPECTOR_SCENES,
        )
    )
    return new


def demo_accounts() -> list[DemoAccount]:
    """The accounts worth naming at the end of a start, one of each kind."""
    return [
        DemoAccount("zhangsan", "张三", "居民:手机上办事、亮码、看谁读了我的信息"),
        DemoAccount("zhaonainai", "赵奶奶", "82岁居民:长辈版、高龄津贴"),
        DemoAccount("zhoukuaiji", "周会计", "企业经办人"),
        DemoAccount("clerk-mzj", "民政窗口", "窗口人员:受理、办结、制证"),
        DemoAccount("clerk-spj", "审批窗口", "窗口与发证人员"),
        DemoAccount("lead-mzj", "民政窗口负责人", "预约窗口、差评回访、协查委托与接口"),
        DemoAccount("window", "综合窗口", "为没有手机的人当面办理"),
        DemoAccount("kiosk", "自助终端", "大厅里的共用设备"),
        DemoAccount("inspector", "核验员", "扫码核验"),
        DemoAccount("supervisor", "监督员", "指标与办件下钻"),
        DemoAccount("auditor", "审计员", "账目与链"),
        DemoAccount("lawyer", "民政局法制员", "证明清理"),
        DemoAccount("bureau", "大数据局运营员", "清单、目录与数据"),
    ]
