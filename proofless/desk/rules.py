"""Plain words for officials about what a plan and the catalogue say in codes. Pure."""

from datetime import date

from proofless.applications.waterfall.outcome import MaterialOutcome, Mode, RuleResult
from proofless.commitments.rules.deferrals import DeferralState

KINDS = {
    "string": "文字",
    "text": "长文字",
    "code": "代码",
    "integer": "整数",
    "decimal": "小数",
    "date": "日期",
    "datetime": "时间",
    "bool": "是否",
    "table": "表格",
    "image": "图片",
}
SENSITIVITIES = {"none": "一般", "personal": "个人信息", "sensitive": "敏感个人信息"}
CONFIDENCE = {
    "recalled": "凭记忆整理，待核",
    "partly": "部分核对",
    "unverified": "未核对",
    "domain": "业务常识",
    "verified": "已核对",
}
SENTENCES = {
    Mode.CERTIFICATE: "电子证照已核对，不必再看原件",
    Mode.DATA: "主管部门的共享数据已核对，不必再收证明",
    Mode.VERIFICATION: "由主管部门核验",
    Mode.COMMITMENT: "以申请人签署的告知承诺代替，可在事后核查",
    Mode.FORM: "由系统根据已有信息自动生成，申请人已确认",
    Mode.UPLOAD: "没有可以调用的证照或数据，由申请人提交",
    Mode.CANCELLED: "已取消，不得向申请人索要",
    Mode.NOT_APPLICABLE: "本件的情形不需要",
}
# (tone, icon, words) where the applicant's words would mislead an official.
Look = tuple[str, str, str]


def material_sentence(outcome: MaterialOutcome, *, awaiting: bool) -> str:
    """What a material rests on, said to the one who handles the case."""
    if outcome.awaiting:
        return "已请主管部门核验，等待答复" if awaiting else "主管部门已答复"
    return SENTENCES[outcome.mode]


def follow_look(state: DeferralState, due_on: date | None) -> Look:
    """A material the case was accepted without."""
    if state is DeferralState.LAPSED:
        return "bad", "clock", "容缺逾期未补"
    day = f"{due_on:%-m月%-d日}前补齐" if due_on else "期限未知"
    return "warn", "clock", f"容缺，{day}"


def material_look(outcome: MaterialOutcome, *, awaiting: bool, has_file: bool) -> Look | None:
    """How a material looks after submission; None: as its mode does."""
    if outcome.mode is Mode.UPLOAD:
        return ("info", "file-check", "申请人已提交") if has_file else ("warn", "upload", "申请人未提交")
    if outcome.mode is Mode.COMMITMENT:
        return "info", "signature", "已承诺"
    return ("ok", "building-bank", "已答复") if outcome.awaiting and not awaiting else None


def rule_chip(rule: RuleResult, *, checked: bool) -> tuple[str, str]:
    """(words, tone): a condition only a person can judge is not an unknown fact.

    ``checked``: the clerk looked into the unknown ones when she accepted.
    """
    if not rule.computed:
        return "人工判断", "quiet"
    if rule.holds is None:
        return ("窗口已核实", "ok") if checked and rule.hard else ("待核", "warn")
    return ("符合", "ok") if rule.holds else ("不符合", "bad")
