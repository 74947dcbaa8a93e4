"""Plain words for what the other rooms say in codes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from proofless.certificates.rules import VerifyFacts
from proofless.items.rules.sources import SourceKind

GROUNDS = {
    "own": "本人查阅，依据个人信息保护法第45条",
    "present": "您本人到场，由窗口人员当面为您操作",
    "authority": "您委托的代理人，依您的委托书",
    "statutory": "依法定职责",
    "consent": "依您的同意",
    "public": "公开核验，只答证照状态，不含照面内容",
}
ACCOUNT_LABELS = {
    "name": "姓名",
    "number": "证件号码",
    "mobile": "手机号码",
    "address": "住址",
    "bank_name": "开户银行",
    "bank_account": "银行账号",
    "birth_date": "出生日期",
}
HOW = {
    SourceKind.CERTIFICATE: "系统直接调用{title}",
    SourceKind.DATA: "系统从共享数据中核对{title}",
    SourceKind.VERIFICATION: "由承办部门向{issuer}核实",
    SourceKind.COMMITMENT: "您签一份承诺书就可以代替",
    SourceKind.FORM: "系统根据已有信息自动生成，您只需确认",
    SourceKind.UPLOAD: "目前没有别的办法取得，需要您拍照上传",
    SourceKind.CANCELLED: "已经取消，谁也不能再向您要",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A field reference taken apart; ``name`` is ``*`` for the whole record."""

    owner: str
    name: str


def reference_of(ref: str) -> Reference:
    owner, _, name = ref.partition(".")
    return Reference(owner, name or "*")


def item_of_purpose(purpose: str) -> str:
    """The item code in a purpose such as ``办理事项:I072``; "" when it names none."""
    head, _, code = purpose.partition(":")
    return code if head == "办理事项" else ""


def ground_words(ground: str) -> str:
    """``statutory:<basis>`` in words; nothing for entries that are no reads."""
    return GROUNDS.get(ground.split(":", 1)[0], "")


def limit_words(days: int) -> str:
    return "当场办结" if days == 0 else f"{days}个工作日"


def how_obtained(kind: SourceKind, title: str, issuer: str) -> str:
    """How a material will be got, before anybody's records are looked at."""
    return HOW[kind].format(title=f"“{title}”", issuer=issuer or "有关部门")


def verify_sentences(facts: VerifyFacts) -> tuple[tuple[str, bool | None], ...]:
    """Each fact as a sentence that is good when true; unknown stays unknown."""

    def turned(fact: bool | None) -> bool | None:
        return None if fact is None else not fact

    return (
        ("证照库中有这份证照", facts.listed),
        ("没有被撤销", turned(facts.revoked)),
        ("没有被新证替换", turned(facts.superseded)),
        ("没有被暂停使用", turned(facts.suspended)),
        ("已经生效", turned(facts.not_yet_valid)),
        ("没有过有效期", turned(facts.expired)),
    )


def verify_verdict(facts: VerifyFacts) -> tuple[str, str, str]:
    """(title, text, tone) of the whole answer."""
    if not facts.listed:
        return "没有查到这份证照", "请核对标识是否抄写正确；仍查不到的，不要采信，可向签发部门核实。", "bad"
    if facts.good:
        return "这份证照现在有效", "以下各项都已核对。核验只回答状态，不显示照面内容。", "ok"
    return "这份证照现在不能使用", "请看下面没有通过的一项，并请出示人到签发部门换领或说明。", "bad"


def clean_answers(posted: Mapping[str, str]) -> dict[str, bool]:
    """Yes and no by situation code from a posted form; anything else is not answered.

    What the records answered comes back beside it as ``auto:<code>``; left as it was, it is not her answer.
    """
    found = {key.removeprefix("answer:"): text for key, text in posted.items() if key.startswith("answer:")}
    return {
        code: text == "Y"
        for code, text in found.items()
        if text in {"Y", "N"} and posted.get(f"auto:{code}") != text
    }


def clean_values(posted: Mapping[str, str]) -> dict[str, str]:
    """Written values by field name from a posted form."""
    return {
        key.removeprefix("value:"): text.strip() for key, text in posted.items() if key.startswith("value:")
    }


STATES = {
    "draft": ("还没提交", "quiet", "pencil"),
    "submitted": ("已提交，等待受理", "info", "send"),
    "returned": ("需要您补正", "warn", "alert-triangle"),
    "accepted": ("已受理，正在办理", "info", "hourglass"),
    "refused": ("不予受理", "bad", "circle-x"),
    "approved": ("已办成", "ok", "circle-check"),
    "denied": ("没有批准", "bad", "circle-x"),
    "withdrawn": ("已撤回", "quiet", "minus"),
}
SHORT = {"draft": "还没提交", "submitted": "等待受理", "returned": "要补正", "accepted": "办理中"}
STEPS = ("提交", "受理", "办结")


def state_look(state: str) -> tuple[str, str, str]:
    """(words, tone, icon) of an application's state."""
    return STATES[state]


def state_short(state: str) -> tuple[str, str, str]:
    """The same for a line of a list, in as few words as tell it."""
    words, tone, icon = STATES[state]
    return SHORT.get(state, words), tone, icon


def progress_of(state: str) -> int | None:
    """The index into STEPS of the step at work, 3 when all are done; None when the way ended before."""
    return {"submitted": 1, "returned": 0, "accepted": 2, "approved": 3, "denied": 3}.get(state)
