"""Acts on a theme case: open, save, choose, bring, hand in at once, take back as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from proofless import ledger
from proofless.access.errors import ConsentRequired
from proofless.access.permits import own_holders
from proofless.applications.errors import (
    ApplicationIncomplete,
    DecisionTaken,
    FieldNotEditable,
    ThemeNotOpen,
    UploadNotExpected,
    WrongState,
)
from proofless.applications.models import Application, ThemeCase, ThemeFile, ThemeMember
from proofless.applications.rules import complaint
from proofless.applications.sealing import theme_context
from proofless.applications.services.drafts import check_upload, new_application
from proofless.applications.services.drafts import withdraw as withdraw_application
from proofless.applications.services.locking import CLOSED
from proofless.applications.services.standing import check_applicant
from proofless.applications.services.submission import Submission, hand_in, receipt_number, vouched
from proofless.applications.themes import merging, voice
from proofless.applications.themes.merging import DISPUTE, as_text, disputes_for, transfers_of, values_for
from proofless.applications.themes.planning import Member, ThemePlan, plan_theme
from proofless.applications.themes.queries import files_of, own_row, request_for
from proofless.applications.themes.rules import is_open
from proofless.applications.uploads.keeping import examine
from proofless.applications.waterfall.outcome import Mode
from proofless.files import services as files
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.vault import cipher


@dataclass(frozen=True, slots=True)
class ThemeSubmission:
    """What the applicant sends, once for all items: written ``values`` by box, ``agreed`` merged transfer keys,
    ``signed`` keys of merged materials she promises instead, ``confirmed`` boxes with an old value she says still
    holds, ``disputed`` what she says against a box's value.
    """

    revision: int
    selected: Mapping[str, bool] = field(default_factory=dict)
    answers: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    agreed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    disputed: Mapping[str, str] = field(default_factory=dict)


def open_theme(
    *, actor: Actor, theme_code: str, enterprise_id: UUID | None = None, ward_id: UUID | None = None
) -> UUID:
    """Begin a theme for oneself, a ward, or the enterprise one acts for; through a standing the one it is for.

    Raises ItemUnknown, ThemeNotOpen, Forbidden, NotFound for a person or enterprise one may not act for.
    """
    actor.check(Permission.APPLY)
    if actor.party_id is None:
        raise Forbidden("请用个人账号办理")
    theme = items.get_theme(theme_code)
    if not is_open(theme.batch_confidence):
        raise ThemeNotOpen(theme=theme.code)
    if actor.standing is not None and theme.code != actor.standing.theme_code:
        raise Forbidden("这次只能代办约定的事项")
    if not {i for i in (enterprise_id, ward_id) if i} <= own_holders(actor):
        raise NotFound()
    case = ThemeCase(
        id=new_id(),
        holder_id=ward_id or actor.party_id,
        party_id=actor.party_id,
        enterprise_id=enterprise_id,
        theme_code=theme.code,
        channel=actor.channel.value,
        standing_id=actor.standing.id if actor.standing else None,
        opened_at=clock.now(),
    )
    with _act(Kind.THEME_OPENED, actor, case):
        case.save(force_insert=True)
    return case.id


def save_theme(
    *,
    actor: Actor,
    case_id: UUID,
    selected: Mapping[str, bool],
    answers: Mapping[str, bool],
    values: Mapping[str, str],
    revision: int | None = None,
    pen: str = "",
) -> int:
    """Keep what is selected, answered and written, so that another device can go on.

    ``revision`` is the draft the writer saw: raises DecisionTaken when another device (``pen``) wrote since. Returns
    the new revision.
    """
    case = _draft(actor, case_id)
    _check_names(case, selected)
    same_hand = bool(pen) and case.draft_pen == pen
    if revision is not None and revision != case.revision and not same_hand:
        raise DecisionTaken()
    with _act(Kind.THEME_SAVED, actor, case):
        change_case(
            case,
            case.revision,
            selected=_marked(selected),
            situations=_marked(answers),
            values_sealed=cipher.seal_record(dict(values), theme_context(case.id)),
            draft_at=clock.now(),
            draft_channel=actor.channel.value,
            draft_pen=pen,
        )
    return case.revision + 1


def choose_person(*, actor: Actor, case_id: UUID, role: str, holder_id: UUID) -> None:
    """Say which of several children, deceased relatives or employees is meant, for all items at once."""
    case = _draft(actor, case_id)
    plan = plan_theme(actor, items.get_theme(case.theme_code), request_for(case, {}, {}))
    if not any(choice.role == role and holder_id in choice.options for choice in plan.choices):
        raise NotFound()
    kept = [mark for mark in case.chosen if not mark.startswith(f"{role}=")]
    with _act(Kind.PERSON_CHOSEN, actor, case, {"role": role}):
        change_case(case, case.revision, chosen=sorted([*kept, f"{role}={holder_id}"]))


def decline_transfer(*, actor: Actor, case_id: UUID, line: str) -> None:
    """Say no to a transfer, for all items. Raises NotFound for one the plan does not ask for."""
    case = _draft(actor, case_id)
    plan = plan_theme(actor, items.get_theme(case.theme_code), request_for(case, {}, {}))
    if line not in {transfer.line for transfer in plan.consents}:
        raise NotFound()
    with _act(Kind.TRANSFER_DECLINED, actor, case, {"line": line}):
        change_case(case, case.revision, declined=sorted({*case.declined, line}))


def allow_transfer(*, actor: Actor, case_id: UUID, line: str) -> None:
    """Take a refusal back; the transfer is then asked for again. Raises NotFound for one not declined."""
    case = _draft(actor, case_id)
    if line not in case.declined:
        raise NotFound()
    with _act(Kind.TRANSFER_ALLOWED, actor, case, {"line": line}):
        change_case(case, case.revision, declined=[one for one in case.declined if one != line])


def attach_upload(
    *,
    actor: Actor,
    case_id: UUID,
    material: str,
    data: bytes,
    selected: Mapping[str, bool],
    answers: Mapping[str, bool],
) -> None:
    """Keep one paper once for all items that need it. Raises UploadNotExpected, UploadInvalid."""
    case = _draft(actor, case_id)
    check_upload(data, material)
    plan = plan_theme(actor, items.get_theme(case.theme_code), request_for(case, selected, answers))
    wanted = next((one for one in plan.uploads if material in one.all_codes), None)
    if wanted is None:
        raise UploadNotExpected(material=material)
    examine(data, material)
    detail = {"material": material, "items": list(wanted.items), "bytes": len(data)}
    with _act(Kind.MATERIAL_UPLOADED, actor, case, detail) as act:
        address = files.store(data=data, within=act).address
        for code in sorted(wanted.all_codes):
            ThemeFile.objects.update_or_create(
                holder_id=case.holder_id,
                theme_case_id=case.id,
                material=code,
                defaults={"file_address": address},
                create_defaults={"id": new_id(), "file_address": address},
            )


def submit_theme(*, actor: Actor, case_id: UUID, submission: ThemeSubmission) -> str:
    """Hand in every item at once and return the receipt number of the whole.

    Each department gets a case of its own; an item that needs another's result waits for it. All of it or nothing.
    Raises ConsentRequired, ApplicationIncomplete (detail: materials, fields by box; people), FieldNotEditable,
    InputInvalid, WrongState (also on a second click), DecisionTaken when another device changed it meanwhile,
    ApplicantGone when the applicant died or came of age.
    """
    case = _draft(actor, case_id)
    check_applicant(actor, case)
    _check_names(case, submission.selected)
    theme = items.get_theme(case.theme_code)
    plan = plan_theme(actor, theme, request_for(case, submission.selected, submission.answers))
    brought = files_of(case)
    (agreed, signed), said = voice.own_words(actor, case, plan, (submission.agreed, submission.signed))
    submission = replace(submission, agreed=agreed, signed=signed)
    check_theme(plan, submission, brought)
    receipt = receipt_number(case.id)
    with _act(Kind.THEME_SUBMITTED, actor, case, {"items": [m.item.code for m in plan.chosen]}) as act:
        change_case(
            case,
            submission.revision,
            state=ThemeCase.State.SUBMITTED,
            receipt=receipt,
            submitted_at=clock.now(),
            channel=actor.channel.value,
            said=said,
            selected=_marked({m.item.code: m.chosen for m in plan.members}),
            situations=_marked({q.code: q.answer is True for q in plan.questions}),
            values_sealed=cipher.seal_record(_kept(plan, submission), theme_context(case.id)),
            agreed=list(_agreed(plan)),
            signed=sorted(_signed(plan, submission)),
        )
        case.said = said
        for seq, member in enumerate(plan.chosen):
            _begin_member(actor, case, plan, member, submission, brought, seq, act)
    return receipt


def check_theme(plan: ThemePlan, submission: ThemeSubmission, brought: Mapping[str, str]) -> None:
    """Everything that must be there before anything is written, named as the merged form names it."""
    if not plan.chosen:
        raise ApplicationIncomplete("请至少选一项要办的事", items=[m.item.code for m in plan.members])
    if plan.undecided:
        raise ApplicationIncomplete("请先说明这件事涉及的是哪一位", people=list(plan.undecided))
    if missing := [one.key for one in plan.consents if one.key not in submission.agreed]:
        raise ConsentRequired(transfers=missing)
    materials = [
        one.key
        for one in plan.materials
        if (one.outcome.mode is Mode.COMMITMENT and one.key not in submission.signed)
        or (one.outcome.mode is Mode.UPLOAD and not one.all_codes <= brought.keys())
    ]
    fields = [
        box.key
        for box in plan.boxes
        if (box.required and not box.shown.filled and not submission.values.get(box.key))
        or not vouched(replace(box.shown, name=box.key), submission)
    ]
    if materials or fields:
        raise ApplicationIncomplete(materials=materials, fields=fields)
    _check_written(plan, submission.values)


def _check_written(plan: ThemePlan, written: Mapping[str, str]) -> None:
    complaints: dict[str, str] = {}
    for box in plan.boxes:
        text, shown = written.get(box.key), box.shown
        if text is None or text in {as_text(shown.value), str(shown.value)}:
            continue
        if not box.editable:
            raise FieldNotEditable(field=box.key)
        if text and (why := complaint(shown.data_type, text)):
            complaints[box.key] = why
    if complaints:
        raise InputInvalid(fields=complaints)


def _begin_member(
    actor: Actor,
    case: ThemeCase,
    plan: ThemePlan,
    member: Member,
    submission: ThemeSubmission,
    brought: Mapping[str, str],
    seq: int,
    act: Act,
) -> None:
    """A case in the department's queue, or a place in line behind the item whose result it needs."""
    application_id = None
    if not member.after and member.plan:
        application = member_application(actor, case, member.item)
        application.save(force_insert=True)
        part = voice.part_of(member.plan, _signed(plan, submission))
        voice.keep_part(case, application, part, case.said)
        whole = Submission(
            revision=application.revision,
            answers=submission.answers,
            values=values_for(member.item.code, plan.boxes, submission.values),
            agreed=frozenset(t.key for t in member.plan.consents),
            signed=_signed(plan, submission),
            confirmed=frozenset(
                f.name for f in member.plan.fields
            ),  # each stood on the merged form with its date
            disputed=disputes_for(member.item.code, plan.boxes, submission.disputed),
        )
        hand_in(actor, application, member.plan, whole, brought, within=act)
        application_id = application.id
    ThemeMember.objects.create(
        id=new_id(),
        holder_id=case.holder_id,
        theme_case_id=case.id,
        item_code=member.item.code,
        seq=seq,
        state=ThemeMember.State.HANDED_IN if application_id else ThemeMember.State.WAITING,
        after=list(member.after),
        application_id=application_id,
        changed_at=clock.now(),
    )


def member_application(actor: Actor, case: ThemeCase, item: items.ItemView) -> Application:
    """The case of one item, for whom the theme is: an item of persons is never the enterprise's."""
    enterprise = case.enterprise_id if item.object_type != "person" else None
    application = new_application(actor, item, case.holder_id, enterprise)
    application.chosen, application.declined = case.chosen, case.declined
    application.channel = case.channel
    application.standing_id = case.standing_id
    return application


def withdraw_theme(*, actor: Actor, case_id: UUID) -> None:
    """Take the whole back: every case not yet decided, and what still waits. What is decided stays decided."""
    case = own_row(actor, case_id)
    if case.state == ThemeCase.State.WITHDRAWN:
        raise WrongState(state=case.state)
    members = list(ThemeMember.objects.filter(holder_id=case.holder_id, theme_case_id=case.id))
    ids = [member.application_id for member in members if member.application_id]
    closed = Application.objects.filter(holder_id=case.holder_id, id__in=ids, state__in=CLOSED)
    decided = set(closed.values_list("id", flat=True))
    if members and all(m.application_id in decided or m.state == ThemeMember.State.STOPPED for m in members):
        raise WrongState(state="closed")
    with _act(Kind.THEME_WITHDRAWN, actor, case) as act:
        change_case(case, case.revision, state=ThemeCase.State.WITHDRAWN)
        for application_id in ids:
            if application_id not in decided:
                withdraw_application(actor=actor, application_id=application_id, within=act)
        ThemeMember.objects.filter(
            holder_id=case.holder_id, theme_case_id=case.id, state=ThemeMember.State.WAITING
        ).update(state=ThemeMember.State.STOPPED, reason="您撤回了这件事", changed_at=clock.now())


def change_case(case: ThemeCase, revision: int, **changes: Any) -> None:
    """Write the changes if the theme case still has the revision that was seen. Raises DecisionTaken."""
    changed = ThemeCase.objects.filter(id=case.id, holder_id=case.holder_id, revision=revision).update(
        revision=revision + 1, **changes
    )
    if not changed:
        raise DecisionTaken()


def _draft(actor: Actor, case_id: UUID) -> ThemeCase:
    case = own_row(actor, case_id)
    if case.state != ThemeCase.State.DRAFT:
        raise WrongState(state=case.state)
    return case


def _check_names(case: ThemeCase, selected: Iterable[str]) -> None:
    theme = items.get_theme(case.theme_code)
    if strange := sorted(set(selected) - set(theme.item_codes)):
        raise InputInvalid(
            fields=dict.fromkeys((f"item:{code[:16]}" for code in strange), "这个主题里没有这一项")
        )


def _kept(plan: ThemePlan, submission: ThemeSubmission) -> dict[str, str]:
    """The merged form as it goes on to members that wait: what she wrote, what was filled in for others, and what she
    disputes that no member handed in now is asked about."""
    kept = {box.key: as_text(box.shown.value) for box in plan.boxes if box.shown.filled}
    begun = {member.item.code for member in plan.chosen if not member.after}
    later = [box.key for box in plan.boxes if box.key in submission.disputed and begun.isdisjoint(box.items)]
    return {
        **kept,
        **{DISPUTE + key: submission.disputed[key] for key in later},
        **{box.key: submission.values[box.key] for box in plan.boxes if box.key in submission.values},
    }


def _signed(plan: ThemePlan, submission: ThemeSubmission) -> frozenset[str]:
    """Codes of every member's material behind the ones she promised."""
    promised = [one for one in plan.materials if one.key in submission.signed]
    return frozenset(code for one in promised for code in one.all_codes)


def _agreed(plan: ThemePlan) -> Iterable[str]:
    """What she agreed to for each item that waits, field by field: it is read when its turn comes."""
    for member in plan.chosen:
        if member.after and member.plan:
            for transfer in transfers_of(merging.Part(member.item, member.plan)):
                for name in transfer.fields:
                    yield f"{member.item.code} {transfer.line} {name}"


def _marked(answers: Mapping[str, bool]) -> list[str]:
    return [f"{code}={'Y' if yes else 'N'}" for code, yes in sorted(answers.items())]


def _act(kind: Kind, actor: Actor, case: ThemeCase, detail: dict[str, Any] | None = None):  # type: ignore[no-untyped-def]
    return ledger.act(
        kind,
        actor,
        object_kind="theme",
        object_id=case.id,
        holders=[case.holder_id],
        detail={"theme": case.theme_code, **(detail or {})},
    )
