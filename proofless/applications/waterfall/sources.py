"""The sources of a material, in the order the material lists them. Each fails soft and says why.

A source is a function ``(material, context) → MaterialOutcome | Attempt``; the first outcome wins and carries the
attempts before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from proofless.applications.uploads.reuse import CheckedPaper
from proofless.applications.waterfall.outcome import Attempt, Evidence, MaterialOutcome, Mode
from proofless.applications.waterfall.records import Held, Records
from proofless.items.queries import MaterialView
from proofless.items.queries.coverage import NextStep
from proofless.items.queries.library import key_of
from proofless.items.rules.sources import SourceKind

# The catalogue reads it from an official source; only this applicant's record is missing or not usable.
OFFICIAL_ALREADY = NextStep((), "来源已经接入；您的记录补全、更新后，就不用再交再填")
DOCUMENT = "document"  # what evidence that is a checked paper is called
# How roles are called in a sentence, where the catalogue's label is a definition.
SPOKEN = {
    "applicant": "您",
    "child": "孩子",
    "partner": "对方",
    "staff": "员工",
    "enterprise": "企业",
    "deceased": "去世的亲属",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What sources may look at. ``titles`` and ``providers`` name certificate types and datasets by code.

    ``results`` are certificate types another item of the same theme results in, with that item's name. ``stale``
    says of a dataset why it proves nothing now; ``papers`` are checked ones by holder and normal name; ``barred``
    gives what stands against a promise for a material; ``next_steps`` what would spare a material. ``answerers`` name
    the department a material is asked of, ``unanswered`` the materials of which it could not tell.
    """

    roles: Mapping[str, tuple[UUID, ...]]
    records: Records
    titles: Mapping[str, str]
    providers: Mapping[str, str]
    role_names: Mapping[str, str]
    results: Mapping[str, str] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[tuple[UUID, str], CheckedPaper] = field(default_factory=dict)
    barred: Callable[[str], Attempt | None] = lambda _: None
    next_steps: Mapping[str, NextStep] = field(default_factory=dict)
    answerers: Mapping[str, str] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()

    def name_of(self, role: str) -> str:
        return SPOKEN.get(role) or self.role_names.get(role, role)


Source = Callable[[MaterialView, Context], MaterialOutcome | Attempt]


def resolve_material(material: MaterialView, context: Context) -> MaterialOutcome:
    """Walk the material's sources until one serves; the last resort is an upload.

    What the applicant does not agree to is not read from another register instead: she then promises or brings it.
    What a sister case will give is waited for before anything is asked of her.
    """
    attempts: list[Attempt] = []
    coming = context.results.get(material.cert_code, "")
    for kind in _sources_of(material, context):
        if coming and not Mode(kind).official:
            return _with_attempts(_coming(material, context, coming), attempts)
        if kind is SourceKind.UPLOAD:
            break  # last but where the department wants the thing itself, such as an old card handed back
        if Mode(kind).official and any(one.declined for one in attempts):
            continue
        found = SOURCES[Mode(kind)](material, context)
        if isinstance(found, MaterialOutcome):
            return _with_attempts(found, attempts)
        attempts.append(found)
    for last in (from_reuse, from_upload):
        found = last(material, context)
        if isinstance(found, MaterialOutcome):
            return _with_attempts(found, attempts)
        attempts.append(found)
    raise AssertionError("an upload always serves")


def _sources_of(material: MaterialView, context: Context) -> tuple[SourceKind, ...]:
    """A sister's certificate serves also where the catalogue looks into a register only: it is there sooner."""
    if material.cert_code not in context.results or SourceKind.CERTIFICATE in material.sources:
        return material.sources
    return (SourceKind.CERTIFICATE, *material.sources)


def _coming(material: MaterialView, context: Context, item_name: str) -> MaterialOutcome:
    title = context.titles.get(material.cert_code, material.name)
    sentence = f"等“{item_name}”办好后，自动调用新发的{title}，无需提交"
    return replace(_outcome(material, Mode.CERTIFICATE, sentence), expects=material.cert_code)


def _with_attempts(found: MaterialOutcome, attempts: list[Attempt]) -> MaterialOutcome:
    if found.mode is Mode.UPLOAD and any(attempt.declined for attempt in attempts):
        found = replace(found, sentence="您不同意读取，改由您自己提交", connect="")
    return replace(found, attempts=tuple(attempts))


def from_certificate(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    return _from_record(material, context, Mode.CERTIFICATE, material.cert_code)


def from_data(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    if not material.dataset_code:
        return _awaiting(material, Mode.DATA, f"由{material.issuer or '有关单位'}的系统直接推送，您无需提交")
    return _from_record(material, context, Mode.DATA, material.dataset_code)


def from_verification(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    """A record; else the department that knows is asked, by itself, once the case is handed in. Of what she does not
    let be read nobody is asked either; where the department could not tell, the next way is tried.
    """
    found = None
    if material.dataset_code:
        found = _from_record(material, context, Mode.VERIFICATION, material.dataset_code)
        if isinstance(found, MaterialOutcome) or found.declined:
            return found
    whom = context.answerers.get(material.code, "")
    if material.code in context.unanswered:
        return Attempt(Mode.VERIFICATION, f"{whom or '主管部门'}答复无法核实", "登记补全后可以核验")
    if whom or found is None:
        whom = whom or material.issuer or "有关部门"
        return _awaiting(material, Mode.VERIFICATION, f"受理后由{whom}协查核验，您无需提交")
    return found


def from_commitment(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    if barred := context.barred(material.code):
        return barred
    return _outcome(material, Mode.COMMITMENT, "以您签署的告知承诺代替，提交前请阅读并签署")


def from_form(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    return _outcome(material, Mode.FORM, "由系统根据已有信息自动生成，您只需确认")


def from_reuse(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    """A paper a clerk checked against the original for an earlier case serves again while it is good."""
    key = key_of(material.name) if context.papers else ""
    for role in material.roles or ("applicant",):
        for holder in context.roles.get(role, ()):
            if paper := context.papers.get((holder, key)):
                return _reused(material, context, role, paper)
    return Attempt(Mode.REUSE, "以前没有交过窗口核对过原件的同一份材料", "这次提交并核对原件后，下次可以沿用")


def _reused(material: MaterialView, context: Context, role: str, paper: CheckedPaper) -> MaterialOutcome:
    evidence = Evidence(
        paper.holder_id,
        role,
        DOCUMENT,
        paper.source,
        material.name,
        paper.department_code,
        paper.checked_on,
        (("窗口核对过原件", True), (f"可沿用到{paper.good_until}", True)),
    )
    sentence = f"沿用{context.name_of(role)}{paper.checked_on}核对过原件的这份材料，无需再交"
    found = _outcome(material, Mode.REUSE, sentence)
    return replace(found, evidence=(evidence,), file_address=paper.address)


def from_upload(material: MaterialView, context: Context) -> MaterialOutcome:
    """The last resort names what would have to be connected so that the next one is not asked."""
    step = context.next_steps.get(material.code, OFFICIAL_ALREADY)
    connect = f"接入{'或'.join(step.ways)}后，这份材料就不用再交" if step.ways else step.instead
    return replace(_outcome(material, Mode.UPLOAD, "目前没有其他方式取得，需要您提交"), connect=connect)


def cancelled(material: MaterialView, context: Context) -> MaterialOutcome | Attempt:
    return replace(_outcome(material, Mode.CANCELLED, "已取消，任何人不得向您索要"), asked=False)


SOURCES: dict[Mode, Source] = {
    Mode.CERTIFICATE: from_certificate,
    Mode.DATA: from_data,
    Mode.VERIFICATION: from_verification,
    Mode.COMMITMENT: from_commitment,
    Mode.REUSE: from_reuse,
    Mode.FORM: from_form,
    Mode.UPLOAD: from_upload,
    Mode.CANCELLED: cancelled,
}


def _from_record(
    material: MaterialView, context: Context, mode: Mode, code: str
) -> MaterialOutcome | Attempt:
    """The roles the material names must hold a usable record of the code.

    ``mode_note`` bends that: ``if_any:<role>`` drops a role nobody fills, ``any`` is content with one role,
    ``absence_ok`` takes a complete register without a record as the answer "none".
    """
    if not code:
        return Attempt(mode, "目录中没有对应的证照或数据")
    title = context.titles.get(code, code)
    if context.records.is_down(code):
        return Attempt(mode, f"{title}的来源暂时无响应", "稍后自动重试；答复晚到的，会自动补进来")
    if why := context.stale.get(code):
        return Attempt(mode, f"{title}{why}，不足以证明现在的情况", f"请{_provider(context, code)}更新数据")
    evidence: list[Evidence] = []
    failures: list[Attempt] = []
    absent = False
    for role in material.roles or ("applicant",):
        if role not in context.roles and material.mode_note == f"if_any:{role}":
            continue
        found = _record_of(role, context, mode, code, title)
        if isinstance(found, Evidence):
            evidence.append(found)
        elif _proves_absence(material, role, context, mode, code):
            absent = True
        else:
            failures.append(found)
    if failures and not (material.mode_note == "any" and evidence):
        return failures[0]
    sentence = (
        _sentence(mode, title, evidence, context)
        if evidence
        else f"已向登记部门核对，没有{title}记录，无需提交"
    )
    return (
        replace(_outcome(material, mode, sentence), evidence=tuple(evidence))
        if evidence or absent
        else failures[0]
    )


def _record_of(role: str, context: Context, mode: Mode, code: str, title: str) -> Evidence | Attempt:
    candidates, name = context.roles.get(role), context.name_of(role)
    if not candidates:
        return Attempt(mode, f"没有登记{name}的信息", f"请到登记机关核对{name}的登记信息")
    held = context.records.find(candidates, code)
    if held is None and context.records.is_declined(candidates, code):
        return Attempt(mode, f"您不同意读取{name}的{title}", "改为同意后就不用提交", declined=True)
    if held is None:
        return Attempt(mode, f"未查到{name}的{title}", f"请{_provider(context, code)}补录历史数据")
    if not held.usable:
        return Attempt(mode, f"{name}的{title}{held.why}", "换领或更新后可直接调用")
    return _evidence(held, role)


def _proves_absence(material: MaterialView, role: str, context: Context, mode: Mode, code: str) -> bool:
    """No row in a register that is complete is an answer, for materials that ask whether there is one."""
    if material.mode_note != "absence_ok" or mode is Mode.CERTIFICATE or role not in context.roles:
        return False
    return context.records.is_complete(code) and context.records.find(context.roles[role], code) is None


def _provider(context: Context, code: str) -> str:
    return context.providers.get(code) or "数据提供部门"


def _evidence(held: Held, role: str) -> Evidence:
    return Evidence(
        held.holder_id, role, held.code, held.source, held.title, held.provider_code, held.as_of, held.checks
    )


def _sentence(mode: Mode, title: str, evidence: list[Evidence], context: Context) -> str:
    who = "、".join(dict.fromkeys(context.name_of(e.role) for e in evidence))
    verb = {Mode.CERTIFICATE: "调用", Mode.DATA: "共享核对", Mode.VERIFICATION: "核验"}[mode]
    return f"已{verb}{who}的{title}，无需提交"


def _outcome(material: MaterialView, mode: Mode, sentence: str) -> MaterialOutcome:
    situation = material.situation
    return MaterialOutcome(
        code=material.code,
        name=material.name,
        mode=mode,
        sentence=sentence,
        question=situation.question if situation else "",
        situation=situation.code if situation else "",
        note=material.note,
        asked=material.necessity != "不再提供",
    )


def _awaiting(material: MaterialView, mode: Mode, sentence: str) -> MaterialOutcome:
    return replace(_outcome(material, mode, sentence), awaiting=True)
