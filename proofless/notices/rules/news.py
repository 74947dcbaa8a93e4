"""What an entry of the ledger means to people: one row a piece of news. Pure.

Words may hold ``{name}`` (item, material or certificate type) and ``{number}`` (a receipt) and nothing of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from proofless.kit.kinds import Kind

TITLE_LENGTH, TEXT_LENGTH = 60, 300


class To(StrEnum):
    """Whom it is told. ``HOLDER``: those the entry concerns; the others are officials the subject names."""

    HOLDER = "holder"
    ASKER = "asker"  # the official who asked another department
    ANSWERERS = "answerers"  # the office that must answer
    HANDLERS = "handlers"  # the office that handles the case
    KEEPERS = "keepers"  # the office a seal belongs to
    BUREAU = "bureau"  # those who approve seals


class Tone(StrEnum):
    OK = "ok"
    INFO = "info"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class News:
    """``when`` narrows a kind by one detail of its entry. ``asks``: the reader has to do something. ``optional``: only
    to holders who chose it.
    """

    kind: Kind
    title: str
    text: str
    tone: Tone = Tone.INFO
    to: To = To.HOLDER
    asks: bool = False
    optional: bool = False
    when: tuple[str, str] | None = None

    @property
    def code(self) -> str:
        parts = (self.kind.value, *(self.when or ()), "" if self.to is To.HOLDER else self.to.value)
        return ":".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What the words say when the subject can no longer be named."""

    name: str = "您的事项"
    number: str = "见详情"


FALLBACK = Fallback()

K, T = Kind, Tone
TABLE: tuple[News, ...] = (
    News(
        K.APPLICATION_SUBMITTED, "申请已提交", "“{name}”已交给承办部门，办件编号{number}。受理后会再通知您。"
    ),
    News(K.APPLICATION_ACCEPTED, "已受理", "“{name}”（{number}）已受理，办理期限见办件详情。", T.OK),
    News(
        K.APPLICATION_RETURNED,
        "需要您补正",
        "“{name}”（{number}）要补正后才能继续，需要改的已一次列全，请打开办件查看。",
        T.WARN,
        asks=True,
    ),
    News(
        K.APPLICATION_REFUSED,
        "不予受理",
        "“{name}”（{number}）没有受理，理由写在办件详情里；有异议可以申请复核。",
        T.BAD,
    ),
    News(
        K.APPLICATION_DECIDED,
        "已办好",
        "“{name}”（{number}）已办结，结果请在办件详情查看，也请您评价这次服务。",
        T.OK,
        when=("state", "approved"),
    ),
    News(
        K.APPLICATION_DECIDED,
        "没有批准",
        "“{name}”（{number}）没有批准，理由和救济途径写在办件详情里。",
        T.BAD,
        when=("state", "denied"),
    ),
    News(
        K.GATE_OVERRIDDEN,
        "要求您另交材料",
        "“{name}”（{number}）要求另交一样材料，依据和理由写在办件里。认为不该要的，可以举报，处理前不必提交。",
        T.WARN,
        asks=True,
    ),
    News(K.ASK_REPORT_SETTLED, "您的举报有了结果", "您就“{name}”的举报（{number}）已处理，结果写在办件里。"),
    News(K.PROCEDURE_BEGUN, "进入特别程序", "“{name}”（{number}）正在进行特别程序，这段时间不计入办理期限。"),
    News(K.PROCEDURE_ENDED, "特别程序已结束", "“{name}”（{number}）的特别程序已结束，办理期限继续计算。"),
    News(
        K.OPINION_ASKED,
        "请本部门会签",
        "“{name}”请本部门会签，请在期限内答复。",
        T.INFO,
        To.ANSWERERS,
        asks=True,
    ),
    News(K.OPINION_GIVEN, "会签已答复", "您请会签的“{name}”已有答复。", T.OK, To.ASKER),
    News(
        K.OPINION_LAPSED,
        "会签逾期没有答复",
        "您请会签的“{name}”对方逾期没有答复，可以继续办理。",
        T.WARN,
        To.ASKER,
    ),
    News(
        K.PRESENCE_OPENED,
        "有窗口正在为您办理",
        "工作人员核对了您的证件或居民码，正在为您办一件事。不是您本人去办的，请马上拨打12345。",
        T.WARN,
    ),
    News(
        K.AUTHORITY_GIVEN,
        "登记了一份委托",
        "有一份与您有关的委托已登记。请在“我的”里的“委托办理”查看；不是您的意思的，可以马上撤销。",
        T.WARN,
    ),
    News(K.AUTHORITY_REVOKED, "委托已撤销", "一份与您有关的委托已撤销，从现在起不能再代为办理。"),
    News(
        K.ACCOUNT_MADE,
        "已为您开通账号",
        "您在自助终端刷身份证开通了办事账号，没有密码，下次仍刷身份证。不是您本人去办的，请马上拨打12345。",
        T.WARN,
        when=("how", "card"),
    ),
    News(K.APPLICATION_WITHDRAWN, "已撤回", "“{name}”已按申请人的要求撤回，不再办理。"),
    News(
        K.PARTNER_ASKED,
        "有人请您一起办事",
        "有人请您一起办理“{name}”，要您同意才能继续。请打开查看是谁、办什么；不认识或不愿意的，可以不同意。",
        asks=True,
    ),
    News(
        K.INVITATION_ANSWERED,
        "一起办事的邀请已同意",
        "共同办理“{name}”的邀请已得到同意，可以接着办。",
        T.OK,
        when=("state", "agreed"),
    ),
    News(
        K.INVITATION_ANSWERED,
        "一起办事的邀请没有同意",
        "共同办理“{name}”的邀请没有得到同意。邀错了人的，可以改邀别人。",
        T.WARN,
        when=("state", "refused"),
    ),
    News(
        K.CORRECTION_OPENED,
        "登记信息正在核实",
        "办理“{name}”用到的一项登记信息，来源记载不一致或者有人提出不对，已转登记部门核实，不耽误办件。",
    ),
    News(
        K.CORRECTION_OPENED,
        "请核实一项登记信息",
        "办理“{name}”时，一项由本部门登记的信息有不一致或被提出不对，请核实后答复。",
        to=To.ANSWERERS,
        asks=True,
    ),
    News(
        K.CORRECTION_ANSWERED,
        "登记信息已更正",
        "办理“{name}”用到的一项登记信息，登记部门核实后已经更正，答复写在办件详情里。",
        T.OK,
        when=("state", "corrected"),
    ),
    News(
        K.CORRECTION_ANSWERED,
        "登记信息核实后没有改动",
        "办理“{name}”用到的一项登记信息，登记部门核实后维持原登记，理由写在办件详情里；不同意的，可以直接向该部门提出。",
        when=("state", "kept"),
    ),
    News(
        K.THEME_MEMBER_WENT_ON,
        "一件事自动接着办了",
        "“{name}”的前一项已办好，下一项已自动提交给承办部门，不用您再做什么。",
        T.OK,
    ),
    News(
        K.THEME_MEMBER_HELD,
        "一件事还要您补一步",
        "“{name}”的前一项已办好，还有一步要您来做，请打开办件查看。",
        T.WARN,
        asks=True,
    ),
    News(
        K.THEME_MEMBER_STOPPED, "一件事有一项不再办理", "“{name}”中有一项不能接着办，原因见办件详情。", T.BAD
    ),
    News(K.PROMISE_KEPT, "承诺已核实", "您为“{name}”作的承诺核对属实，已了结。", T.OK),
    News(K.PROMISE_UNSAMPLED, "承诺已了结", "您为“{name}”作的承诺未被抽中核查，已了结。", T.OK),
    News(
        K.BREACH_NOTICED,
        "承诺与核查结果不符",
        "您为“{name}”作的承诺与核查结果不符。请在期限内陈述申辩，也可以要求听证。",
        T.BAD,
        asks=True,
    ),
    News(K.BREACH_DECIDED, "承诺处理已有决定", "关于您为“{name}”作的承诺，处理决定已作出，请查看。", T.WARN),
    News(K.REPAIR_DECIDED, "信用修复已有决定", "您的信用修复申请已有决定，请查看。"),
    News(
        K.DEFERRAL_OPENED,
        "容缺受理：还有材料要补",
        "“{name}”已先行受理，所缺材料请在期限内补齐。",
        T.WARN,
        asks=True,
    ),
    News(
        K.DEFERRAL_LAPSED,
        "容缺材料逾期未补",
        "“{name}”所缺材料逾期未补齐，请尽快联系承办部门。",
        T.BAD,
        asks=True,
    ),
    News(
        K.CERTIFICATE_REVOKED,
        "证照被撤销",
        "您的“{name}”已被撤销，不能再使用。如有异议请联系发证部门。",
        T.BAD,
    ),
    News(K.APPOINTMENT_BOOKED, "预约成功", "已约好“{name}”：{number}。请带上要出示的原件，按时前往。", T.OK),
    News(K.APPOINTMENT_CANCELLED, "预约已取消", "“{name}”的预约（{number}）已取消。"),
    News(
        K.APPOINTMENT_REMINDED, "明天有预约", "“{name}”约在{number}。来不了请先取消，把位置让给别人。", T.WARN
    ),
    News(
        K.APPOINTMENT_MISSED, "预约没有到场", "“{name}”的预约（{number}）没有到场，需要时请重新预约。", T.WARN
    ),
    News(K.FEE_PAID, "已登记缴费", "“{name}”（{number}）的缴费已登记，票据号见办件的缴费记录。"),
    News(K.FEE_WAIVED, "费用已免收", "“{name}”（{number}）的费用依法免收，依据见办件的缴费记录。", T.OK),
    News(
        K.DELIVERY_POSTED, "结果已寄出", "“{name}”（{number}）的结果已寄出，运单号见办件的领取与送达。", T.OK
    ),
    News(
        K.FOLLOW_UP_OPENED,
        "有差评要回访",
        "“{name}”收到一条差评，请在期限内联系本人、核实整改。",
        T.WARN,
        To.HANDLERS,
        asks=True,
    ),
    News(K.FOLLOW_UP_CLOSED, "您的评价有了结果", "您对“{name}”的评价已核实处理，结果写在该办件的评价里。"),
    News(
        K.CODE_SCANNED,
        "您的码被核验",
        "您的码刚刚用于“{name}”，看到了什么记在“谁看过我的信息”里。",
        optional=True,
    ),
    News(
        K.REMINDED,
        "所缺材料快到期限了",
        "“{name}”是容缺受理的，补齐期限就在这三天，请尽快提交。",
        T.WARN,
        asks=True,
        when=("what", "deferral"),
    ),
    News(
        K.REMINDED,
        "还在等您补正",
        "“{name}”（{number}）退回已有几天，补正后才能继续办，请打开办件查看。",
        T.WARN,
        asks=True,
        when=("what", "returned"),
    ),
    News(
        K.REMINDED,
        "证照快到期了",
        "您的“{name}”将在三十天内到期，需要的话请提前换领。",
        T.WARN,
        asks=True,
        when=("what", "expiring"),
    ),
    News(
        K.REMINDED,
        "办件期限将近",
        "“{name}”（{number}）的办理期限就在这两天，请尽快办结。",
        T.WARN,
        To.HANDLERS,
        asks=True,
        when=("what", "due_soon"),
    ),
    News(
        K.REQUEST_ASKED, "有新的协查", "“{name}”（{number}）请本部门答复。", T.INFO, To.ANSWERERS, asks=True
    ),
    News(K.REQUEST_ANSWERED, "协查已答复", "您发起的“{name}”（{number}）已有答复。", T.OK, To.ASKER),
    News(
        K.REQUEST_RETURNED,
        "协查被退回",
        "您发起的“{name}”（{number}）被退回，请看原因。",
        T.WARN,
        To.ASKER,
        asks=True,
    ),
    News(
        K.REQUEST_ESCALATED,
        "协查催办",
        "“{name}”（{number}）期限将近或已超过，请尽快答复。",
        T.WARN,
        To.ANSWERERS,
        asks=True,
    ),
    News(
        K.REQUEST_ESCALATED,
        "协查还没有答复",
        "您发起的“{name}”（{number}）对方尚未答复，系统已催办。",
        to=To.ASKER,
    ),
    News(
        K.SEAL_ENDING,
        "印章快到期了",
        "“{name}”（{number}）快到期了，请申请换发；到期后不能再盖章，已盖的文件不受影响。",
        T.WARN,
        To.KEEPERS,
        asks=True,
    ),
    News(K.SEAL_ENDING, "有印章快到期了", "“{name}”（{number}）快到期了，请督促换发。", T.WARN, To.BUREAU),
    News(
        K.PLAN_STEP_READY,
        "轮到本单位签章",
        "一份“{name}”轮到本单位签章，请先看文件内容，再签章或写明原因拒绝。",
        T.INFO,
        To.KEEPERS,
        asks=True,
    ),
    News(
        K.PLAN_STEP_REFUSED,
        "有一方拒绝签章",
        "您发起的“{name}”有一方拒绝签章，请看原因，重新送签、更换这一方或取消。",
        T.WARN,
        To.ASKER,
        asks=True,
    ),
    News(
        K.CRL_ENDING,
        "吊销列表快到期了",
        "“{name}”的吊销列表快到期，还没有更新成功；到期后有关印章和签名的核对结果会变成“未知”。",
        T.WARN,
        To.BUREAU,
        asks=True,
    ),
)
_BY_KIND: dict[Kind, list[News]] = {}
for _one in TABLE:
    _BY_KIND.setdefault(_one.kind, []).append(_one)


def news_of(kind: Kind, detail: Mapping[str, object]) -> list[News]:
    """What an entry of this kind and detail means to people; mostly nothing."""
    found = _BY_KIND.get(kind, ())
    return [one for one in found if one.when is None or detail.get(one.when[0]) == one.when[1]]


def sentence(words: str, name: str, number: str) -> str:
    """The words with their two blanks filled."""
    return words.format(name=name or FALLBACK.name, number=number or FALLBACK.number)
