"""Who is concerned: roles resolve through recorded relations, never by luck."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from proofless.applications.waterfall.outcome import RoleEvidence
from proofless.items.queries import RoleView
from proofless.parties.queries import HolderFacts, RelationView

MANY = 40
FEMALE, MALE = "2", "1"
Relations = Mapping[UUID, Sequence[RelationView]]
ReadRelations = Callable[[Iterable[UUID]], Relations]


@dataclass(frozen=True, slots=True)
class Case:
    """Who applies, for which enterprise, and which of several relatives is meant (role → holder).

    ``invited`` are people no register relates to the applicant who agreed themselves to stand in a role.
    """

    applicant: UUID
    enterprise: UUID | None = None
    chosen: Mapping[str, UUID] = field(default_factory=dict)
    invited: Mapping[str, UUID] = field(default_factory=dict)


class People:
    """Roles of one case. ``candidates`` is what each role may mean, best first; absent roles have none.

    ``options`` is the same before the applicant's choice narrowed it.
    """

    def __init__(self, case: Case, roles: Iterable[RoleView], read: ReadRelations) -> None:
        self._case = case
        self._roles = {role.code: role for role in roles}
        self._read = read
        self._relations: dict[UUID, Sequence[RelationView]] = {}
        self.facts: dict[UUID, HolderFacts] = {}
        self.candidates: dict[str, tuple[UUID, ...]] = {}
        self.options: dict[str, tuple[UUID, ...]] = {}

    def resolve(
        self, read_facts: Callable[[Iterable[UUID]], dict[UUID, HolderFacts]]
    ) -> dict[str, tuple[UUID, ...]]:
        """Follow relations outward, anchor by anchor: one read of relations and one of states a wave."""
        self.candidates["applicant"] = (self._case.applicant,)
        start = [self._case.applicant]
        if self._case.enterprise is not None:
            self.candidates["enterprise"] = (self._case.enterprise,)
            start.append(self._case.enterprise)
        self._learn(start, read_facts)
        for anchors in (("applicant", "enterprise"), ("child", "householder", "own_business", "contractor")):
            self._learn([i for a in anchors for i in self.candidates.get(a, ())], read_facts)
            for role in self._roles.values():
                if role.code not in self.candidates and role.anchor in self.candidates:
                    self._put(role)
        self._household()
        self._parents_without_child()
        guests = {role: who for role, who in self._case.invited.items() if role not in self.candidates}
        self._learn(guests.values(), read_facts)
        self.candidates |= {role: (who,) for role, who in guests.items()}
        return self.candidates

    def kin(self) -> dict[UUID, tuple[str, bool]]:
        """Each relative of the applicant with the relation that says most about him."""
        order = ("spouse", "parent_of", "guardian_of")
        own = self._relations.get(self._case.applicant, ())
        return {r.other_id: (r.kind, r.forward) for kind in reversed(order) for r in own if r.kind == kind}

    def evidence(self, used: Iterable[str]) -> tuple[RoleEvidence, ...]:
        """On what each relation rests: the register or act that recorded it, beside whom it makes what."""
        wanted, found = set(used) - {"applicant"}, []
        for role, candidates in self.candidates.items():
            for holder in candidates if role in wanted else ():
                if text := self._recorded(role, holder):
                    found.append(RoleEvidence(role, holder, text))
        return tuple(found)

    def _recorded(self, role: str, holder: UUID) -> str:
        if self._case.invited.get(role) == holder:
            return "本人登录同意"
        return next(
            (
                r.evidence
                for rows in self._relations.values()
                for r in rows
                if r.other_id == holder and r.evidence
            ),
            "",
        )

    def _learn(
        self, holders: Iterable[UUID], read_facts: Callable[[Iterable[UUID]], dict[UUID, HolderFacts]]
    ) -> None:
        new = [i for i in dict.fromkeys(holders) if i not in self._relations]
        if not new:
            return
        found = self._read(new)
        self._relations |= {i: found.get(i, ()) for i in new}
        unknown = {r.other_id for rows in found.values() for r in rows} | set(new)
        self.facts |= read_facts(unknown - self.facts.keys())

    def _put(self, role: RoleView) -> None:
        found: list[UUID] = []
        for anchor in self.candidates[role.anchor][:1]:
            for kind, direction in role.links:
                for relation in self._relations.get(anchor, ()):
                    if relation.kind == kind and direction in {
                        "both",
                        "forward" if relation.forward else "backward",
                    }:
                        found.append(relation.other_id)
        fitting = tuple(dict.fromkeys(i for i in found if self._fits(role, i)))[:MANY]
        if role.code == "child":  # a dead child may be the one concerned, but never before a living one
            fitting = tuple(sorted(fitting, key=lambda i: self.facts[i].state == "deceased"))
        if fitting:
            self.options[role.code] = fitting
            chosen = self._case.chosen.get(role.code)
            # At once, not at the end: the child's mother is then looked for from the child who is meant.
            self.candidates[role.code] = (chosen,) if chosen in fitting else fitting

    def _fits(self, role: RoleView, holder_id: UUID) -> bool:
        """Living roles skip the dead, ``deceased`` the living; a role of persons skips enterprises."""
        facts = self.facts.get(holder_id)
        if facts is None or facts.kind != role.subject_type:
            return False
        if role.code != "child" and (facts.state == "deceased") != (role.code == "deceased"):
            return False
        wanted = {"mother": FEMALE, "father": MALE}.get(role.code)
        return wanted is None or facts.sex == wanted

    def _household(self) -> None:
        """A person without a householder heads his own household; members are everybody under the same head."""
        applicant = self._case.applicant
        head = self.candidates.setdefault("householder", (applicant,))[0]
        self.candidates.pop("household_member", None)
        members = [
            r.other_id
            for r in self._relations.get(head, ())
            if r.kind == "member_of_household" and not r.forward
        ]
        others = [i for i in dict.fromkeys([head, *members]) if i != applicant and self._alive(i)]
        if others:
            self.candidates["household_member"] = tuple(others[:MANY])

    def _alive(self, holder_id: UUID) -> bool:
        facts = self.facts.get(holder_id)
        return facts is not None and facts.state != "deceased"

    def _parents_without_child(self) -> None:
        couple = [*self.candidates["applicant"], *self.candidates.get("spouse", ())]
        for role, sex in (("mother", FEMALE), ("father", MALE)):
            found = [i for i in couple if i in self.facts and self.facts[i].sex == sex]
            if role not in self.candidates and found:
                self.candidates[role] = tuple(found[:1])
