"""Which papers a case has, and each of them in words. The caller has opened the case, which is the read."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from proofless.applications.handling import queries as handling
from proofless.applications.models import Application, OfficePaper, State
from proofless.applications.papers import rules, wording
from proofless.applications.papers.drawing import FORMATS, rendered
from proofless.applications.papers.wording import Case, Guide, Named, Paper, PaperKind, Standstill
from proofless.applications.queries import CaseView
from proofless.applications.sealing import paper_context
from proofless.applications.waterfall.outcome import Mode
from proofless.certificates import queries as certificates
from proofless.certificates.errors import CertificateTypeUnknown
from proofless.files import queries as files
from proofless.items import queries as items
from proofless.items.queries import lists
from proofless.items.rules.sources import SourceKind
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of a case as pages name it. ``why`` is why it has no seal yet, for whoever reads it."""

    kind: PaperKind
    number: str
    sealed_at: datetime | None
    why: str

    @property
    def label(self) -> str:
        return self.kind.label

    @property
    def sealed(self) -> bool:
        return self.sealed_at is not None


def list_papers(case: CaseView) -> tuple[PaperLine, ...]:
    """The papers there are for a case that was handed in, of several of a kind the newest."""
    if not case.head.submitted_at:
        return ()
    rows = _newest(case)
    return tuple(
        _line(kind, case.head.receipt, rows.get(kind))
        for kind in wording.kinds_of(_case(case), notices=_notices(case), standstills=_standstills(case))
    )


def _newest(case: CaseView) -> dict[PaperKind, OfficePaper]:
    rows = OfficePaper.objects.filter(holder_id=case.head.holder_id, application_id=case.head.id)
    return {PaperKind(row.kind): row for row in rows.order_by("sequence")}


def _line(kind: PaperKind, receipt: str, row: OfficePaper | None) -> PaperLine:
    number = wording.number_of(receipt, kind, row.sequence if row else 1)
    why = rules.why_unsealed(row.reason) if row and row.sealed_at is None else ""
    return PaperLine(kind, number, row.sealed_at if row else None, why)


def get_paper(case: CaseView, kind: str) -> Paper:
    """A paper of the case in words; of several of a kind the newest. Raises NotFound for one it does not have."""
    if kind not in {one.kind.value for one in list_papers(case)}:
        raise NotFound()
    row = _newest(case).get(PaperKind(kind))
    return words_of(case, PaperKind(kind), row.sequence if row else 0)


def hand_out(case: CaseView, kind: str, format_: str, *, demo: bool) -> tuple[bytes, str, str]:
    """(data, media type, file name) of a paper: the sealed file, or without its seal the paper that says so and why.

    Raises NotFound for a paper or a format there is not.
    """
    line = next((one for one in list_papers(case) if one.kind.value == kind), None)
    if line is None or format_ not in FORMATS:
        raise NotFound()
    row = _newest(case).get(line.kind)
    name, media = f"{line.number}.{format_}", FORMATS[format_][1]
    if row is not None and row.sealed_at is not None:
        return files.read(row.ofd_address if format_ == "ofd" else row.pdf_address), media, name
    paper = pinned(row) if row is not None and row.words_sealed else get_paper(case, kind)
    note = rules.unsealed_note(row.reason) if row is not None else rules.BEFORE_SEALS
    return rendered(paper, format_, clock.now(), demo=demo, note=note)


def pinned(row: OfficePaper) -> Paper:
    """What a waiting paper says, as it was when it was made."""
    return msgspec.json.decode(
        cipher.open_sealed(bytes(row.words_sealed or b""), paper_context(row.id)), type=Paper
    )


def words_of(case: CaseView, kind: PaperKind, sequence: int) -> Paper:
    """The paper of a kind and count in words; count 0 is the newest."""
    about = _case(case)
    match kind:
        case PaperKind.SUPPLEMENT:
            return wording.supplement(about, _notices(case)[sequence - 1])
        case PaperKind.PROCEDURE:
            made = wording.procedure(about, _standstills(case)[::-1][sequence - 1])
        case PaperKind.ACCEPTED:
            made = wording.accepted(about)
        case PaperKind.REFUSED:
            made = wording.refused(about)
        case PaperKind.DECIDED:
            made = wording.decided(about)
        case _:
            made = wording.receipt(about)
    return replace(made, number=wording.number_of(about.receipt, kind, max(sequence, 1)))


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A paper that waits for its seal, for the desk. ``hint`` is what the office has to do about it."""

    id: UUID
    application_id: UUID
    label: str
    number: str
    item_name: str
    hint: str
    made_at: datetime


def list_unsealed(actor: Actor, *, page: int = 1) -> Page[Unsealed]:
    """The papers of the actor's department that wait for a seal, oldest first."""
    actor.check(Permission.ISSUE)
    rows = OfficePaper.objects.filter(
        department_code=actor.department_code or "-", state=OfficePaper.State.WAITING
    ).order_by("made_at")
    shown = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    about = {row.id: row for row in Application.objects.filter(id__in={one.application_id for one in shown})}
    return Page([_unsealed(one, about[one.application_id]) for one in shown], page, rows.count())


def _unsealed(row: OfficePaper, about: Application) -> Unsealed:
    kind = PaperKind(row.kind)
    return Unsealed(
        row.id,
        row.application_id,
        kind.label,
        wording.number_of(about.receipt, kind, row.sequence),
        items.get_item(about.item_code).name,
        row.hint,
        row.made_at,
    )


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
