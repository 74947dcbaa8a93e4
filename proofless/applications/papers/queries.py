"""Which papers a case has, and each of them in words. The caller has opened the case, which is the read."""

from datetime import date

from proofless.applications.handling import queries as handling
from proofless.applications.models import State
from proofless.applications.papers import wording
from proofless.applications.papers.wording import Case, Guide, Named, Paper, PaperKind, Standstill
from proofless.applications.queries import CaseView
from proofless.applications.waterfall.outcome import Mode
from proofless.certificates import queries as certificates
from proofless.certificates.errors import CertificateTypeUnknown
from proofless.items import queries as items
from proofless.items.queries import lists
from proofless.items.rules.sources import SourceKind
from proofless.kit import clock
from proofless.kit.actor import Channel
from proofless.kit.errors import NotFound
from proofless.parties import queries as parties


def list_papers(case: CaseView) -> tuple[PaperKind, ...]:
    """The papers there are for a case that was handed in."""
    if not case.head.submitted_at:
        return ()
    return wording.kinds_of(_case(case), notices=_notices(case), standstills=_standstills(case))


def get_paper(case: CaseView, kind: str) -> Paper:
    """A paper of the case; of several of a kind the newest. Raises NotFound for one it does not have."""
    if kind not in {one.value for one in list_papers(case)}:
        raise NotFound()
    about = _case(case)
    match PaperKind(kind):
        case PaperKind.SUPPLEMENT:
            return wording.supplement(about, _notices(case)[-1])
        case PaperKind.PROCEDURE:
            return wording.procedure(about, _standstills(case)[0])
        case PaperKind.ACCEPTED:
            return wording.accepted(about)
        case PaperKind.REFUSED:
            return wording.refused(about)
        case PaperKind.DECIDED:
            return wording.decided(about)
        case _:
            return wording.receipt(about)


def _notices(case: CaseView) -> tuple[Named, ...]:
    return tuple(
        Named(one.number, one.materials, one.fields, one.note, clock.day_of(one.noticed_at))
        for one in handling.list_supplements(case.head.holder_id, case.head.id)
    )


def _standstills(case: CaseView) -> tuple[Standstill, ...]:
    return tuple(
        Standstill(one.kind.label, one.reason, one.kind.basis, one.limit_days, one.since, one.due_on)
        for one in handling.list_procedures(case.head.holder_id, case.head.id)
    )


def _case(case: CaseView) -> Case:
    head = case.head
    who = [holder for holder in (head.holder_id, head.enterprise_id) if holder]
    names = parties.holder_names(who)
    days = _days(case)
    decided = head.state in {State.APPROVED, State.DENIED}
    return Case(
        receipt=head.receipt,
        applicant="，".join(names[holder] for holder in reversed(who)),
        item=head.item_name,
        authority=parties.list_departments()[head.department_code].name,
        authority_code=head.department_code,
        channel=Channel(head.channel).label if head.channel in set(Channel) else "",
        submitted_on=clock.day_of(head.submitted_at) if head.submitted_at else clock.today(),
        materials=tuple(f"{m.name}（{m.mode.label}）" for m in case.plan.required),
        promises=tuple(
            m.name for m in case.plan.required if m.mode is Mode.COMMITMENT and _committed(case, m.code)
        ),
        accepted_on=days.get("受理"),
        due_on=head.due_on,
        legal_due_on=head.legal_due_on,
        refused_on=days.get("不予受理") if head.state is State.REFUSED else None,
        decided_on=days.get(head.state.label) if decided else None,
        approved=head.state is State.APPROVED,
        reason=head.reason,
        result=_result(head.item_code) if head.result_certificate_id else "",
    )


def _committed(case: CaseView, code: str) -> bool:
    held = case.materials.get(code)
    return held is not None and held.committed_at is not None


def _days(case: CaseView) -> dict[str, date]:
    """The last day of each step."""
    return {event.step: clock.day_of(event.at) for event in case.events}


def _result(item_code: str) -> str:
    code = items.get_item(item_code).result_cert_code
    try:
        return certificates.get_type(code).name if code else ""
    except CertificateTypeUnknown:
        return ""


def get_guide(item_code: str) -> Paper:
    """The guide of an item. Raises ItemUnknown."""
    item = items.get_item(item_code)
    sources = {material: material.sources[0] for material in item.materials}
    brought = [m.name for m, first in sources.items() if first is SourceKind.UPLOAD]
    spared = [
        f"{m.name}（{first.label}）"
        for m, first in sources.items()
        if first not in {SourceKind.UPLOAD, SourceKind.CANCELLED}
    ]
    places = (w for one in lists.list_of_item(item.code) for w in one.elements.windows)
    limit = "当场办结" if item.promised_days == 0 else f"{item.promised_days}个工作日"
    return wording.guide(
        Guide(
            code=item.code,
            name=item.name,
            authority=item.department_name,
            authority_code=item.department_code,
            brought=tuple(brought),
            spared=tuple(spared),
            conditions=tuple(item.accept_conditions),
            places=tuple(dict.fromkeys(" ".join((w.address, w.hours, w.phone)).strip() for w in places)),
            limits=f"{limit}（法定{item.legal_days}个工作日）",
            charged=item.charged,
            result=_result(item.code),
            basis=item.legal_basis,
        ),
        clock.today(),
    )
