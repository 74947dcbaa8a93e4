"""Who is concerned: roles resolve through recorded relations, never by luck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from proofless.parties.queries import RelationView

# role → the (relation kind, forward) pairs that lead to it, seen from the person or enterprise the role hangs on.
PERSON_ROLES: dict[str, tuple[tuple[str, bool], ...]] = {
    "spouse": (("spouse", True), ("spouse", False)),
    "partner": (("partner", True), ("partner", False)),
    "child": (("parent_of", True), ("guardian_of", True)),
    "parents": (("parent_of", False),),
    "guardian": (("guardian_of", False), ("parent_of", False)),
    "householder": (("head_of_household", False), ("member_of_household", True)),
    "own_business": (("owns_business", True), ("legal_rep_of", True)),
    "employer": (("employs", False),),
    "seller": (("seller_to", False),),
    "mortgagee": (("mortgagee_of", False),),
}
ENTERPRISE_ROLES: dict[str, tuple[tuple[str, bool], ...]] = {
    "legal_rep": (("legal_rep_of", False),),
    "staff": (("employs", True),),
    "seller": (("seller_to", False),),
    "mortgagee": (("mortgagee_of", False),),
    "handler": (("handler_of", False),),
}
FAMILY = ("spouse", "parent_of", "guardian_of", "member_of_household", "head_of_household")
MANY = 40


@dataclass(frozen=True, slots=True)
class Case:
    """Who applies, for which enterprise, and which of several relatives is meant."""

    applicant: UUID
    enterprise: UUID | None = None
    chosen: Mapping[str, UUID] | None = None


def resolve_roles(
    case: Case, relations: Mapping[UUID, Sequence[RelationView]], dead: frozenset[UUID]
) -> dict[str, tuple[UUID, ...]]:
    """Role → candidates in order of trust. A role nobody fills is absent from the result.

    Living roles skip the dead; ``deceased`` holds dead relatives only. A choice by the applicant must be among the
    candidates, else it is ignored and the first candidate stands.
    """
    roles: dict[str, tuple[UUID, ...]] = {"applicant": (case.applicant,)}
    own = relations.get(case.applicant, ())
    for role, links in PERSON_ROLES.items():
        _put(roles, role, [i for i in _follow(own, links) if i not in dead])
    _put(roles, "deceased", [r.other_id for r in own if r.other_id in dead and r.kind in FAMILY])
    _put(roles, "members", [r.other_id for r in own if r.kind in FAMILY and r.other_id not in dead])
    if case.enterprise is not None:
        roles["enterprise"] = (case.enterprise,)
        for role, links in ENTERPRISE_ROLES.items():
            _put(roles, role, _follow(relations.get(case.enterprise, ()), links))
        roles.setdefault("legal_rep", (case.applicant,))
    elif "own_business" in roles:
        roles["enterprise"] = roles["own_business"][:1]
    for role, chosen in (case.chosen or {}).items():
        if chosen in roles.get(role, ()):
            roles[role] = (chosen,)
    return roles


def _follow(relations: Sequence[RelationView], links: tuple[tuple[str, bool], ...]) -> list[UUID]:
    return [r.other_id for kind, forward in links for r in relations if (r.kind, r.forward) == (kind, forward)]


def _put(roles: dict[str, tuple[UUID, ...]], role: str, found: list[UUID]) -> None:
    if found:
        roles[role] = tuple(dict.fromkeys(found))[:MANY]
