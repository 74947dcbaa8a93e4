"""The plan: one item, one case, everything resolved. Composes people, records, facts, sources and fields.

SQL statements of one plan: relations and states one each a wave (at most three waves), own holders 1, certificates 1,
rows 1, registration 1; opening adds none. The bound is asserted in ``tests/applications/test_plan.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from proofless.access import Ground, Permit, SealedRecord, open_records, permit
from proofless.access.permits import own_permits
from proofless.access.queries import find_registration
from proofless.applications.uploads.reuse import CheckedPaper, find_checked
from proofless.applications.waterfall import answers
from proofless.applications.waterfall.facts import Facts
from proofless.applications.waterfall.fields import FieldContext, fill_field
from proofless.applications.waterfall.held import Found, find_held
from proofless.applications.waterfall.live import find_live, wanted_of
from proofless.applications.waterfall.outcome import (
    Attempt,
    Choice,
    Demanded,
    Filled,
    MaterialOutcome,
    Mode,
    Plan,
    RuleResult,
    Situation,
    Transfer,
)
from proofless.applications.waterfall.people import Case, People
from proofless.applications.waterfall.promise import CREDIT, Promises, takes_promises
from proofless.applications.waterfall.records import Held, Records
from proofless.applications.waterfall.sources import DOCUMENT, Context, resolve_material
from proofless.commitments.queries.eligibility import Bars, find_bars
from proofless.items.queries import ItemView, MaterialView, RuleView
from proofless.items.queries.coverage import next_steps
from proofless.items.queries.library import key_of
from proofless.items.rules.sources import HAS_CERTIFICATE
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.verification.queries import templates as verification
from proofless.verification.queries.answers import FoundAnswer

PURPOSE = "办理事项"


@dataclass(frozen=True, slots=True)
class Request:
    """What to plan. ``answers`` are the applicant's yes/no by situation code, ``declined`` transfers' lines.

    ``results`` are certificate types sister cases of a theme result in, with the sister item's name; ``demands`` what
    a clerk asks for on a law, by material code; ``unanswered`` are materials another department could not tell of.
    """

    case: Case
    answers: Mapping[str, bool] = field(default_factory=dict)
    basis: str = ""  # application id or item code the reads are for
    declined: frozenset[str] = frozenset()
    results: Mapping[str, str] = field(default_factory=dict)
    demands: Mapping[str, Demanded] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is read once for a case, whatever number of items it is then planned for."""

    people: People
    roles: Mapping[str, tuple[UUID, ...]]
    own: Mapping[str, Permit]  # by item code, where the actor has records of his own
    held: Found
    account: tuple[SealedRecord, date] | None
    papers: tuple[CheckedPaper, ...] = ()
    bars: Bars | None = None
    answers: tuple[FoundAnswer, ...] = ()


def make_plan(actor: Actor, item: ItemView, request: Request) -> Plan:
    """Resolve every material and field of the item for the case.

    The actor reads his own holders' records by his right of access; others' are read by the item's department by
    statutory duty, so their values enter fields but their lines show the department.
    """
    return plan_item(actor, item, request, gather(actor, [item], request.case))


def gather(actor: Actor, items: Sequence[ItemView], case: Case) -> Gathered:
    """All statements of a plan: people, whose records are the actor's own, records, the registration."""
    people = People(case, items[0].roles, parties.list_relations)
    roles = people.resolve(parties.holder_facts)
    holders = {i for candidates in roles.values() for i in candidates}
    own: dict[str, Permit] = {}
    if actor.party_id is not None:
        purposes = [(_references(item), f"{PURPOSE}:{item.code}") for item in items]
        permits = own_permits(actor, holders, purposes)
        own = {item.code: given for item, given in zip(items, permits, strict=True)}
    asked = any(f.origin == "account" for item in items for f in item.fields)
    account = find_registration(case.applicant) if asked else None
    hers = {case.applicant}.union(*(one.holder_ids for one in own.values()))
    promised = takes_promises(items)
    live = find_live(office_actor(actor, items[0]), items, wanted_of(items, roles), items[0].code)
    held = find_held(holders, items, CREDIT if promised else frozenset(), live)
    bars = find_bars(_promiser(case)) if promised else None
    said = answers.find(holders, items)
    return Gathered(people, roles, own, held, account, find_checked(hers), bars, said)


def _references(item: ItemView) -> frozenset[str]:
    """What a plan of the item may read; answers of other departments only where one could fill a field."""
    return item.references | ({answers.ANSWERS} if answers.templates_of([item]) else frozenset())


def _promiser(case: Case) -> UUID:
    """Whose promise it is: the enterprise's in its own matters."""
    return case.enterprise or case.applicant


def plan_item(actor: Actor, item: ItemView, request: Request, gathered: Gathered) -> Plan:
    """The plan of one item from what was gathered; opens records, runs no statement."""
    people, roles = gathered.people, gathered.roles
    permits, own = _permits(actor, item, gathered, request.basis or item.code)
    codes = item.certificate_codes | item.dataset_codes
    found = [one for one in gathered.held.records if one.code in codes]
    choices = _choices(item, people, found, request.case)
    asking = _Asking(item, own, roles)
    papers = asking.papers(gathered.papers)
    declined = asking.declined(found, papers, request.declined)
    hidden = frozenset((t.holder_id, reference.split(".", 1)[0]) for t in declined for reference in t.fields)
    records = Records(found, gathered.held.down, gathered.held.loaded, permits, hidden)
    base = _context(actor, item, request, gathered, records, _usable(papers, hidden))
    facts = Facts(base, people.facts)
    rules = tuple(_rule(rule, facts, request.results) for rule in item.rules)
    plan = Plan(
        item.code,
        item.version,
        rules,
        (),
        (),
        (),
        roles=dict(roles),
        choices=choices,
        declined=declined,
        relations=people.evidence(item.used_roles),
        waiting=tuple(sorted(item.titles.get(one, one) for one in gathered.held.waiting & codes)),
    )
    if any(rule.hard and rule.holds is False for rule in rules):
        return plan
    account = _account(request.case.applicant, permits, item, gathered.account)
    situations = _situations(item, facts, request.answers)
    applies = {s.code: s.answer is True for s in situations}
    materials = tuple(
        replace(_material(m, base, applies), demand=request.demands.get(m.code)) for m in item.materials
    )
    said = answers.Answers(item, gathered.answers, permits)
    field_context = FieldContext(base, facts, item.backing, *account, people.kin(), said)
    fields = tuple(fill_field(f, field_context) for f in item.fields)
    statutory, consents = asking.transfers(materials, fields)
    return replace(
        plan,
        situations=situations,
        materials=materials,
        fields=fields,
        statutory=statutory,
        consents=consents,
    )


def _context(
    actor: Actor,
    item: ItemView,
    request: Request,
    gathered: Gathered,
    records: Records,
    papers: dict[tuple[UUID, str], CheckedPaper],
) -> Context:
    return Context(
        gathered.roles,
        records,
        item.titles,
        item.providers,
        item.role_names,
        results=request.results,
        stale=gathered.held.stale,
        papers=papers,
        barred=_barred(actor, item, request, gathered),
        next_steps=next_steps(item.code),
        answerers=verification.answerers(),
        unanswered=request.unanswered,
    )


def _usable(
    papers: Iterable[CheckedPaper], hidden: frozenset[tuple[UUID, str]]
) -> dict[tuple[UUID, str], CheckedPaper]:
    """Checked papers by whose and what they are, the latest of each; without what she does not let go along."""
    kept = [one for one in papers if (one.holder_id, one.source) not in hidden]
    return {(one.holder_id, one.key): one for one in reversed(kept)}


def _barred(
    actor: Actor, item: ItemView, request: Request, gathered: Gathered
) -> Callable[[str], Attempt | None]:
    """What stands against a promise. A minor's is taken from the guardian who acts for him: whoever merely looks into
    the plan, a clerk or the oracle, sees what she could sign.
    """
    if gathered.bars is None:
        return lambda _: None
    promiser = _promiser(request.case)
    facts = gathered.people.facts.get(promiser)
    duty = permit(
        office_actor(actor, item),
        [promiser],
        [f"{code}.*" for code in CREDIT],
        f"核对是否适用告知承诺:{item.code}",
        ground=Ground.STATUTORY,
        basis=request.basis or item.code,
    )
    return Promises(
        held=gathered.held.records,
        down=gathered.held.down,
        bars=gathered.bars,
        enterprise=request.case.enterprise is not None,
        minor=bool(facts and facts.is_minor(clock.today())) and actor.party_id == promiser,
        holder=promiser,
        open_row=lambda one: open_records(duty, [one.record])[0],
    ).barred


def _rule(rule: RuleView, facts: Facts, results: Mapping[str, str]) -> RuleResult:
    """A condition, three-valued. One that fails only for want of a sister's certificate is not yet known."""
    holds = rule.expression.holds(facts.get) if rule.expression else None
    expects = ""
    if holds is False and rule.expression:
        for code in results:
            got = f"{HAS_CERTIFICATE}{code}"
            if rule.expression.holds(lambda ref, got=got: ref.endswith(got) or facts.get(ref)) is not False:  # type: ignore[misc]
                holds, expects = None, code
                break
    return RuleResult(
        rule.code, rule.text, rule.basis, holds, rule.hard, rule.expression is not None, expects
    )


def office_actor(actor: Actor, item: ItemView) -> Actor:
    """The item's department reading by statutory duty during a resident's request."""
    if Permission.HANDLE in actor.permissions:
        return actor
    return Actor(
        account_id=actor.account_id,
        label=item.department_name,
        permissions=frozenset({Permission.HANDLE}),
        department_code=item.department_code,
        channel=actor.channel,
    )


def _permits(
    actor: Actor, item: ItemView, gathered: Gathered, basis: str
) -> tuple[dict[UUID, Permit], frozenset[UUID]]:
    """The permit each person's records are read under, and whose records are the actor's own."""
    mine = gathered.own.get(item.code)
    own = mine.holder_ids if mine else frozenset()
    permits: dict[UUID, Permit] = dict.fromkeys(own, mine) if mine else {}
    others = {i for candidates in gathered.roles.values() for i in candidates} - own
    if others:
        purpose = f"{PURPOSE}:{item.code}"
        duty = permit(
            office_actor(actor, item),
            others,
            _references(item),
            purpose,
            ground=Ground.STATUTORY,
            basis=basis,
        )
        permits |= dict.fromkeys(others, duty)
    return permits, own


def _account(
    applicant: UUID,
    permits: Mapping[UUID, Permit],
    item: ItemView,
    found: tuple[SealedRecord, date] | None,
) -> tuple[dict[str, object], str, date | None]:
    """The applicant's registration record, its source and day, opened only when a field asks for it."""
    if found is None or not any(f.origin == "account" for f in item.fields):
        return {}, "", None
    record, said_on = found
    return open_records(permits[applicant], [record])[0], record.source, said_on


def _situations(item: ItemView, facts: Facts, answers: Mapping[str, bool]) -> tuple[Situation, ...]:
    """Each question once: the applicant's answer wins, else what the records show, else unanswered."""
    found: dict[str, Situation] = {}
    for material in item.materials:
        situation = material.situation
        if situation is None or situation.code in found:
            continue
        automatic = situation.expression.holds(facts.get) if situation.expression else None
        answer = answers.get(situation.code, automatic)
        found[situation.code] = Situation(
            situation.code,
            situation.question,
            answer,
            situation.code not in answers and automatic is not None,
            situation.group,
        )
    return tuple(found.values())


def _material(material: MaterialView, context: Context, applies: Mapping[str, bool]) -> MaterialOutcome:
    situation = material.situation
    if situation is not None and not applies.get(situation.code, False):
        return MaterialOutcome(
            code=material.code,
            name=material.name,
            mode=Mode.NOT_APPLICABLE,
            sentence="您的情形不需要这份材料",
            question=situation.question,
            situation=situation.code,
            note=material.note,
        )
    return resolve_material(material, context)


# Roles that mean one person of several; ``household_member`` means all of them, the others are one by law.
CHOSEN = ("child", "deceased", "staff")
INVITED = "partner"  # without a recorded appointment the applicant names him, and he agrees himself


def _choices(item: ItemView, people: People, held: Iterable[Held], case: Case) -> tuple[Choice, ...]:
    """Which of several the applicant must name. Of many employees only those with a record that is wanted count."""
    found = []
    for role in CHOSEN:
        options = people.options.get(role, ())
        if len(options) < 2 or role not in item.used_roles:
            continue
        if role == "staff":
            wanted = {m.cert_code for m in item.materials if role in m.roles}
            holding = {one.holder_id for one in held if one.code in wanted}
            options = tuple(i for i in options if i in holding) or options
        chosen = case.chosen.get(role)
        found.append(Choice(role, options, chosen if chosen in options else None))
    if INVITED in item.used_roles and INVITED not in people.candidates:
        found.append(Choice(INVITED, (), None))
    return tuple(found)


class _Asking:
    """What goes to the department about whom, and for what of it the applicant is asked."""

    def __init__(self, item: ItemView, own: frozenset[UUID], roles: Mapping[str, tuple[UUID, ...]]) -> None:
        self._item, self._own = item, own
        self._role_of = {
            holder: role for role, candidates in reversed(list(roles.items())) for holder in candidates
        }

    def _asked(self, holder_id: UUID, code: str) -> bool:
        return self._item.terms[code].needs_consent and holder_id in self._own

    def papers(self, found: Iterable[CheckedPaper]) -> tuple[CheckedPaper, ...]:
        """Checked papers of people concerned that a material of this item could be."""
        wanted = {key_of(material.name) for material in self._item.materials}
        return tuple(one for one in found if one.key in wanted and one.holder_id in self._role_of)

    def declined(
        self, held: Iterable[Held], papers: Iterable[CheckedPaper], lines: frozenset[str]
    ) -> tuple[Transfer, ...]:
        """The transfers the applicant said no to, with the whole records they would have moved."""
        moved: dict[tuple[UUID, str, bool], dict[str, None]] = {}
        for paper in papers if lines else ():
            if self._carried(paper.holder_id, paper.department_code):
                key = (paper.holder_id, paper.department_code, False)
                moved.setdefault(key, {})[paper.source] = None
        for one in held if lines else ():
            if one.code in self._item.terms and self._asked(one.holder_id, one.code):
                terms = self._item.terms[one.code]
                key = (one.holder_id, terms.provider_code, terms.sensitive)
                moved.setdefault(key, {})[f"{one.code}.*"] = None
        every = [self._transfer(*key, names) for key, names in moved.items()]
        return tuple(transfer for transfer in every if transfer.line in lines)

    def _carried(self, holder_id: UUID, department_code: str) -> bool:
        """Whether a paper another department checked goes along only if she agrees: it is hers, and it moves."""
        return department_code != self._item.department_code and holder_id in self._own

    def _transfer(self, holder_id: UUID, provider: str, sensitive: bool, names: Iterable[str]) -> Transfer:
        role = self._role_of.get(holder_id, "")
        return Transfer(holder_id, role, provider, self._item.department_code, tuple(names), sensitive)

    def transfers(
        self, materials: Iterable[MaterialOutcome], fields: Iterable[Filled]
    ) -> tuple[tuple[Transfer, ...], tuple[Transfer, ...]]:
        """What is read by duty, and what the applicant is asked to agree to."""
        moved: dict[tuple[UUID, str, bool, bool], dict[str, None]] = {}

        def add(holder_id: UUID, code: str, reference: str) -> None:
            terms = self._item.terms[code]
            key = (holder_id, terms.provider_code, terms.sensitive, self._asked(holder_id, code))
            moved.setdefault(key, {})[reference] = None

        for material in materials:
            for evidence in material.evidence:
                if evidence.code == DOCUMENT:
                    asked = self._carried(evidence.holder_id, evidence.provider_code)
                    line = (evidence.holder_id, evidence.provider_code, False, asked)
                    moved.setdefault(line, {})[f"{DOCUMENT}.{material.code}"] = None
                else:
                    add(evidence.holder_id, evidence.code, f"{evidence.code}.*")
        for one in fields:
            if one.filled and one.holder_id is not None and one.origin in {"certificate", "dataset"}:
                add(one.holder_id, one.reference.split(".", 1)[0], one.reference)
        found = [(key[3], self._transfer(*key[:3], names)) for key, names in moved.items()]
        return tuple(t for asked, t in found if not asked), tuple(t for asked, t in found if asked)
