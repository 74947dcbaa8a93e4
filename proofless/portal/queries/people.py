"""Whom the actor deals with as her own, and what the home page says to her."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from proofless.access import open_records
from proofless.access.permits import own_holders, own_permit
from proofless.access.queries import find_holder_records
from proofless.applications import queries as applications
from proofless.applications.queries import InvitationView
from proofless.certificates import queries as certificates
from proofless.kit.actor import Actor
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission
from proofless.ledger import queries as ledger
from proofless.parties import queries as parties
from proofless.parties.models import Account
from proofless.web.filters import mask_id

DEMO_ROWS = 20
STORY_WINDOW = "clerk-mzj"  # of the many windows the one where the README's story goes on
RELATIONS = {"parent_of": "子女", "guardian_of": "被监护人"}


@dataclass(frozen=True, slots=True)
class Person:
    """A holder the actor deals with as her own. ``relation`` is what he is to her, in words."""

    id: UUID
    name: str
    kind: str
    relation: str
    gone: bool

    @property
    def me(self) -> bool:
        return self.relation == "本人"

    @property
    def enterprise(self) -> bool:
        return self.kind == "enterprise"

    @property
    def called(self) -> str:
        return f"{self.name}（{self.relation}）"


def list_people(actor: Actor) -> tuple[Person, ...]:
    """The actor herself, her wards, the enterprises she acts for, in this order."""
    if actor.party_id is None:
        return ()
    found, own = {actor.party_id: "本人"}, own_holders(actor)
    for relation in parties.list_relations([actor.party_id]).get(actor.party_id, []):
        if relation.forward and relation.other_id in own:
            found.setdefault(relation.other_id, RELATIONS.get(relation.kind, "企业"))
    names, facts = parties.holder_names(found), parties.holder_facts(found)
    people = [
        Person(i, names[i], facts[i].kind, word, facts[i].state != "active")
        for i, word in found.items()
        if i in facts
    ]
    return tuple(sorted(people, key=lambda person: (not person.me, person.enterprise)))


def get_person(people: Iterable[Person], holder_id: UUID | None) -> Person:
    """One of the actor's people, herself when none is named; absent and foreign ones: the same NotFound."""
    for person in people:
        if person.id == holder_id or (holder_id is None and person.me):
            return person
    raise NotFound()


def tell_apart(actor: Actor, people: Iterable[UUID], purpose: str) -> dict[UUID, str]:
    """What tells people of one name from each other: the masked number of her own, nothing of anybody else's."""
    mine = own_permit(actor, people, ["account.number"], purpose)
    records = find_holder_records(mine.holder_ids)
    opened = open_records(mine, records.values())
    return {holder: mask_id(str(values["number"])) for holder, values in zip(records, opened, strict=True)}


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the home page says to somebody signed in."""

    name: str
    usable: int
    open_cases: int
    returned: int
    reads: int
    invitations: tuple[InvitationView, ...]


def greet(actor: Actor) -> Greeting | None:
    """None for somebody who is not signed in, and for officials."""
    if actor.party_id is None or not actor.may(Permission.APPLY):
        return None
    held = certificates.list_own(actor=actor, holder_ids=[actor.party_id])
    cases = applications.list_own(actor).rows
    return Greeting(
        name=parties.holder_names([actor.party_id])[actor.party_id],
        usable=sum(1 for one in held if one.standing.usable),
        open_cases=sum(1 for one in cases if one.state in {"draft", *applications.OPEN_STATES}),
        returned=sum(1 for one in cases if one.state == "returned"),
        reads=ledger.list_for_holder(actor.party_id, reads_only=True, by="others").total,
        invitations=applications.list_invitations(actor),
    )


@dataclass(frozen=True, slots=True)
class DemoRow:
    username: str
    label: str
    roles: tuple[str, ...]


def list_demo_accounts() -> tuple[DemoRow, ...]:
    """Accounts to try in a demo home: residents and handlers, and the first of each kind of official."""
    rows: list[DemoRow] = []
    kinds: set[tuple[str, ...]] = set()
    found = (
        Account.objects.filter(is_active=True).order_by("id").values_list("username", "label", "roles")[:200]
    )
    windows = {tuple(sorted(roles)) for username, _, roles in found if username == STORY_WINDOW}
    for username, label, roles in found:
        kind = tuple(sorted(roles))
        if kind in windows and username != STORY_WINDOW:
            continue
        if kind not in kinds or "resident" in kind:
            rows.append(DemoRow(username, label, kind))
        kinds.add(kind)
    return tuple(rows[:DEMO_ROWS])
