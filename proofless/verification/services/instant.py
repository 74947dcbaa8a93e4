"""Instant answers: from the city's shared data or from a department's own system; what fails is left to a person.

The call happens outside any transaction; the answer, or that there was none, is an act of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from proofless import ledger
from proofless.access import Ground, open_records, permit
from proofless.access import queries as access
from proofless.access.actors import system_actor
from proofless.data import queries as data
from proofless.data.errors import SourceUnavailable
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.vault import cipher
from proofless.verification import interface
from proofless.verification.errors import RequestTaken
from proofless.verification.interface import Call
from proofless.verification.models import Connector, Request
from proofless.verification.queries.requests import question_record
from proofless.verification.queries.templates import TemplateView, get_template, list_templates
from proofless.verification.rules.answers import AnswerGiven, SourceLied, Verdict, read_reply
from proofless.verification.rules.states import State
from proofless.verification.rules.templates import BY_PERSON, BY_REGISTER, BY_SYSTEM, judge_row
from proofless.verification.services.answering import record_answer
from proofless.verification.services.locking import change, entry_of

TRIES_MAX = 6
RETRY_AFTER = timedelta(seconds=20)
ROUND = 50
FAILURES = {
    "timeout": "接口没有在限定时间内答复",
    "unreachable": "接口连不上",
    "refused": "接口拒绝了请求",
    "unreadable": "接口答复读不出来",
    "down": "数据来源暂时无响应",
    "silent": "共享数据中没有足以答复的记录",
    "unset": "该部门尚未登记接口",
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    request: Request
    given: AnswerGiven | None
    failure: str = ""


def attempt(*, request_ids: Sequence[UUID]) -> int:
    """Ask the interfaces of these requests, all systems at once; returns how many were answered.

    Those nobody has taken and which are still open. What fails is noted with its reason and stays in the queue.
    """
    rows = list(Request.objects.filter(id__in=list(request_ids), state=State.ASKED.value))
    with ledger.reading():
        outcomes = [*_from_registers(rows), *_from_systems(rows)]
    return sum(_settle(outcome) for outcome in outcomes)


def has_interface(template: TemplateView) -> bool:
    """Whether anything but a person may answer: the shared data, or a system its department registered."""
    if template.connector != BY_PERSON:
        return True
    return Connector.objects.filter(template_code=template.code, enabled=True).exists()


def attempt_waiting() -> int:
    """A round of the routine: untaken requests whose template has an interface and whose next try is due."""
    instant = [one.code for one in list_templates() if has_interface(one)]
    due = Request.objects.filter(
        Q(tried_at__isnull=True) | Q(tried_at__lt=clock.now() - RETRY_AFTER),
        state=State.ASKED.value,
        template_code__in=instant,
        attempts__lt=TRIES_MAX,
    )
    ids = list(due.order_by("asked_at").values_list("id", flat=True)[:ROUND])
    return attempt(request_ids=ids) if ids else 0


def _office(template: TemplateView) -> Actor:
    """The interface answers in its department's name."""
    return system_actor(
        Permission.VERIFICATION_ANSWER, department_code=template.department_code, label="核验接口"
    )


def _from_registers(rows: Sequence[Request]) -> Iterator[_Outcome]:
    for row in rows:
        template = get_template(row.template_code)
        if template.connector != BY_REGISTER:
            continue
        code = template.dataset_code
        grant = permit(
            _office(template),
            [row.holder_id],
            [f"{code}.*"],
            row.purpose,
            ground=Ground.STATUTORY,
            basis=f"协查:{row.number}",
        )
        try:
            found = data.read_dataset(grant, [row.holder_id], code)
        except SourceUnavailable:
            yield _Outcome(row, None, "down")
            continue
        newest = found[0] if found else None
        loaded = code in data.find_rows([row.holder_id], [code]).loaded
        verdict = judge_row(template.confirms, newest.values if newest else None) if loaded else None
        if verdict is None:
            yield _Outcome(row, None, "silent")
        else:
            yield _Outcome(row, AnswerGiven(verdict, newest.as_of if newest else clock.today()))


def _from_systems(rows: Sequence[Request]) -> Iterator[_Outcome]:
    places = {row.template_code: row for row in Connector.objects.filter(enabled=True)}
    asked: dict[str, tuple[Request, TemplateView]] = {}
    calls = []
    for row in rows:
        template = get_template(row.template_code)
        if template.connector != BY_SYSTEM and template.code not in places:
            continue
        place = places.get(template.code)
        if place is None:
            yield _Outcome(row, None, "unset")
            continue
        asked[str(row.id)] = (row, template)
        calls.append(_call(row, template, place))
    for reply in interface.call_all(calls):
        row, template = asked[reply.key]
        if reply.failure == "resting":
            continue
        yield _Outcome(row, None, reply.failure) if reply.failure else _judge(row, template, reply.content)


def _call(row: Request, template: TemplateView, place: Connector) -> Call:
    """Whom it is about is told to the one department that is asked, as its own reading for this request."""
    office = _office(template)
    fields = [*template.carries, "question.*"]
    grant = permit(
        office, [row.holder_id], fields, row.purpose, ground=Ground.STATUTORY, basis=f"协查:{row.number}"
    )
    holder = access.find_holder_records([row.holder_id])[row.holder_id]
    subject = open_records(grant, [holder])[0]
    parameters = open_records(grant, [question_record(row)])[0] if template.parameters else {}
    token = cipher.open_sealed(bytes(place.token_sealed), _token_context(template.code)).decode()
    body = {
        "request_id": str(row.id),
        "template": template.code,
        "number": row.number,
        "subject": subject,
        "parameters": parameters,
    }
    return Call(str(row.id), template.code, place.address, token, body, template.budget_ms / 1000)


def _judge(row: Request, template: TemplateView, content: object) -> _Outcome:
    try:
        given = read_reply(content, str(row.id), template.shape, template.fields, clock.today())
    except SourceLied as lie:
        interface.note_result(template.code, success=False)
        return _Outcome(row, None, f"接口答复不可信:{lie}")
    interface.note_result(template.code, success=True)
    if given.verdict is Verdict.UNKNOWN or template.evidence_required:
        return _Outcome(row, None, "silent")
    return _Outcome(row, given)


def _settle(outcome: _Outcome) -> bool:
    """Write the answer, or that there was none. A person who was quicker wins."""
    row, office = outcome.request, _office(get_template(outcome.request.template_code))
    try:
        with ledger.act(None, office) as act:
            if outcome.given is not None:
                record_answer(act, row, row.revision, outcome.given, by_interface=True)
                return True
            why = FAILURES.get(outcome.failure, outcome.failure)[:100]
            change(row, row.revision, attempts=row.attempts + 1, attempt_failure=why, tried_at=clock.now())
            reason = outcome.failure if outcome.failure in FAILURES else "lied"
            act.enter(Kind.REQUEST_ATTEMPTED, **entry_of(row, holder=False, why=reason))
    except RequestTaken:
        return False
    return False


def _token_context(template_code: str) -> bytes:
    return b"verification_connector:" + template_code.encode()


def set_connector(
    *, actor: Actor, template_code: str, address: str, token: str, enabled: bool = True
) -> None:
    """Register where the department's own system answers one of its templates. https only, save on the loopback of a
    demo home. Raises InputInvalid.
    """
    actor.check(Permission.VERIFICATION_MANAGE)
    template = get_template(template_code)
    faults = {}
    if template.department_code != actor.department_code:
        faults["template_code"] = "只能登记本部门答复的模板"
    if not _may_call(address):
        faults["address"] = "接口地址应以 https:// 开头"
    if not 16 <= len(token) <= 200 or not token.isascii():
        faults["token"] = "令牌应为16至200个字母、数字或符号"
    if faults:
        raise InputInvalid(fields=faults)
    with ledger.act(
        Kind.CONNECTOR_SET,
        actor,
        object_kind="connector",
        object_id=template_code,
        detail={"enabled": enabled},
    ):
        Connector.objects.update_or_create(
            template_code=template_code,
            defaults={
                "department_code": actor.department_code,
                "address": address,
                "token_sealed": cipher.seal(token.encode(), _token_context(template_code)),
                "enabled": enabled,
                "changed_at": clock.now(),
            },
        )
    interface.forget_breakers()


def _may_call(address: str) -> bool:
    loopback = ("http://127.0.0.1:", "http://localhost:")
    plain = env.home().demo and address.startswith(loopback)
    return len(address) <= 300 and (address.startswith("https://") or plain)
