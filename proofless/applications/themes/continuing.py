"""联办: a member that waits goes on by itself when the results it needs are there. Run every few seconds.

What she agreed to, wrote and signed at submission is used again and nothing beyond it: where more is needed, the
member becomes a draft of hers with the reason; where it can no longer succeed, it is stopped with the reason.
"""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.access.actors import agent_actor
from proofless.access.errors import ConsentRequired
from proofless.access.permits import own_holders
from proofless.applications.errors import ApplicantGone, DecisionTaken, NotEligible
from proofless.applications.models import Application, State, ThemeCase, ThemeMember
from proofless.applications.sealing import draft_context
from proofless.applications.services.standing import check_applicant
from proofless.applications.services.submission import Submission, hand_in
from proofless.applications.themes.merging import DISPUTE, Part, disputes_for, merge_fields, values_for
from proofless.applications.themes.queries import ENDED, files_of, marks, open_values, request_for
from proofless.applications.themes.services import change_case, member_application
from proofless.applications.themes.voice import keep_part, part_of
from proofless.applications.waterfall.outcome import Plan
from proofless.applications.waterfall.plan import Request, make_plan
from proofless.items import queries as items
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Refusal
from proofless.kit.kinds import Kind
from proofless.parties import queries as parties
from proofless.vault import cipher

_log = logging.getLogger("proofless.applications.themes")
AGENT = "一件事自动续办"
BATCH = 200
DEAD = "登记信息显示申请人已经去世，这一项不再办理"
NOT_HIS = "申请人已能自己办事（例如已满18周岁），这一项请由本人申请"


def go_on_waiting() -> int:
    """Look at every member that waits and go on with those whose turn has come. Returns how many moved."""
    waiting = ThemeMember.objects.filter(state=ThemeMember.State.WAITING)
    cases = list(waiting.order_by("theme_case_id").values_list("theme_case_id", flat=True).distinct()[:BATCH])
    moved = 0
    for case_id in cases:
        try:
            moved += go_on(case_id)
        except DecisionTaken:
            _log.info("theme case changed meanwhile")  # the next round sees it as it is then
        except Exception:  # one broken case must not keep everybody else's waiting
            _log.exception("theme case cannot go on", extra={"theme_case": str(case_id)})
    return moved


def go_on(case_id: UUID) -> int:
    """Go on with one theme case as far as results allow. Raises DecisionTaken when somebody else changed it."""
    moved = 0
    while step := _next(case_id):
        case, member, before = step
        with ledger.reading():
            _settle(case, member, before)
        moved += 1
    return moved


def _next(case_id: UUID) -> tuple[ThemeCase, ThemeMember, dict[str, str]] | None:
    """The first member all of whose forerunners have ended, with how each of them ended."""
    members = list(ThemeMember.objects.filter(theme_case_id=case_id).order_by("seq"))
    ids = [member.application_id for member in members if member.application_id]
    states = dict(Application.objects.filter(id__in=ids).values_list("id", "state"))
    ends = {
        m.item_code: states.get(m.application_id, m.state) if m.application_id else m.state for m in members
    }
    over = {*ENDED, ThemeMember.State.STOPPED}
    for member in members:
        if member.state == ThemeMember.State.WAITING and all(ends.get(code) in over for code in member.after):
            case = ThemeCase.objects.get(holder_id=member.holder_id, id=case_id)
            return case, member, {code: ends[code] for code in member.after}
    return None


def _settle(case: ThemeCase, member: ThemeMember, before: dict[str, str]) -> None:
    agent = agent_actor(case.party_id, AGENT)
    if parties.holder_facts([case.holder_id])[case.holder_id].state == "deceased":
        return _stop(agent, case, member, DEAD)
    if case.holder_id not in own_holders(agent) or _came_of_age(agent, case):
        return _stop(agent, case, member, NOT_HIS)
    item = items.get_item(member.item_code)
    failed = [code for code, end in before.items() if end != State.APPROVED]
    application = member_application(agent, case, item)
    plan = make_plan(agent, item, _request(case, application))
    submission = _submission(agent, case, item, plan, application)
    try:
        _check_agreed(case, item, plan)
        with ledger.act(None, agent) as act:
            _move(case, member, ThemeMember.State.HANDED_IN, "", application.id)
            application.save(force_insert=True)
            keep_part(case, application, part_of(plan, case.signed), case.said)
            hand_in(agent, application, plan, submission, files_of(case), within=act)
            act.enter(Kind.THEME_MEMBER_WENT_ON, **_about(case, member))
    except DecisionTaken:
        raise
    except NotEligible as refused:
        _stop(agent, case, member, _without(failed) if failed else refused.message)
    except Refusal as refused:
        if failed:
            return _stop(agent, case, member, _without(failed))
        _hold(agent, case, member, application, submission, _asks_her(refused))
    return None


def _came_of_age(agent: Actor, case: ThemeCase) -> bool:
    """Since a guardian began the whole for him: he says himself how it goes on."""
    try:
        check_applicant(agent, case)
    except ApplicantGone:
        return True
    return False


def _request(case: ThemeCase, application: Application) -> Request:
    asked = request_for(case, {}, marks(case.situations))
    return Request(asked.case, asked.answers, str(application.id), asked.declined, _results(case))


def _results(case: ThemeCase) -> dict[str, str]:
    """Certificates sister cases have given: they serve also where the register behind them is not yet written."""
    found = ThemeMember.objects.filter(holder_id=case.holder_id, theme_case_id=case.id)
    ids = [one.application_id for one in found if one.application_id]
    approved = Application.objects.filter(holder_id=case.holder_id, id__in=ids, state=State.APPROVED)
    views = [items.get_item(code) for code in approved.values_list("item_code", flat=True)]
    return {view.result_cert_code: view.name for view in views if view.result_cert_code}


def _submission(
    agent: Actor, case: ThemeCase, item: ItemView, plan: Plan, application: Application
) -> Submission:
    """What she handed in, as far as it is this item's."""
    written = {key: str(text) for key, text in open_values(agent, case).items()}
    against = {key.removeprefix(DISPUTE): text for key, text in written.items() if key.startswith(DISPUTE)}
    boxes = merge_fields([Part(item, plan)])
    return Submission(
        revision=application.revision,
        answers=marks(case.situations),
        values=values_for(item.code, boxes, written),
        confirmed=frozenset(one.name for box in boxes if box.key in written for _, one in box.parts),
        disputed=disputes_for(item.code, boxes, against),
        agreed=frozenset(t.key for t in plan.consents),
        signed=frozenset(case.signed),
    )


def _check_agreed(case: ThemeCase, item: ItemView, plan: Plan) -> None:
    """Every field moved must be one she agreed to at submission, by itself or with its whole record."""
    if plan.expects:
        raise Refusal("前一项的结果还没有进入证照库")
    agreed = set(case.agreed)
    beyond = [
        transfer.key
        for transfer in plan.consents
        for name in transfer.fields
        if not agreed & {f"{item.code} {transfer.line} {one}" for one in (name, f"{name.split('.')[0]}.*")}
    ]
    if beyond:
        raise ConsentRequired(transfers=beyond)


def _without(failed: Iterable[str]) -> str:
    names = "、".join(f"“{items.get_item(code).name}”" for code in failed)
    return f"{names}没有办成，这一项缺少它的结果，不能接着办。条件具备后可以单独申请"


def _asks_her(refused: Refusal) -> str:
    return f"前一项已办好，这一项还要您补一步：{refused.message}"


def _stop(agent: Actor, case: ThemeCase, member: ThemeMember, reason: str) -> None:
    with _act(Kind.THEME_MEMBER_STOPPED, agent, case, member):
        _move(case, member, ThemeMember.State.STOPPED, reason, None)


def _hold(
    agent: Actor,
    case: ThemeCase,
    member: ThemeMember,
    application: Application,
    submission: Submission,
    reason: str,
) -> None:
    """The rest is hers to do: a draft with everything she already gave."""
    application.situations = case.situations
    application.draft_sealed = cipher.seal_record(dict(submission.values), draft_context(application.id))
    with _act(Kind.THEME_MEMBER_HELD, agent, case, member):
        _move(case, member, ThemeMember.State.HELD_UP, reason, application.id)
        application.save(force_insert=True)


def _move(
    case: ThemeCase, member: ThemeMember, state: ThemeMember.State, reason: str, application_id: UUID | None
) -> None:
    """Take the member out of the line, once: the whole must not have changed since it was looked at."""
    change_case(case, case.revision)
    moved = ThemeMember.objects.filter(
        id=member.id, holder_id=member.holder_id, state=ThemeMember.State.WAITING
    ).update(state=state, reason=reason[:500], application_id=application_id, changed_at=clock.now())
    if not moved:
        raise DecisionTaken()


def _act(kind: Kind, agent: Actor, case: ThemeCase, member: ThemeMember):  # type: ignore[no-untyped-def]
    return ledger.act(kind, agent, **_about(case, member))


def _about(case: ThemeCase, member: ThemeMember) -> dict[str, Any]:
    return {
        "object_kind": "theme",
        "object_id": case.id,
        "holders": [case.holder_id],
        "detail": {"theme": case.theme_code, "item": member.item_code, "after": list(member.after)},
    }
