"""Rules of codes: what a code looks like, and how each scene's attributes are judged. Pure."""

from proofless.codes.rules.enterprises import ENTERPRISE_PREDICATES
from proofless.codes.rules.evidence import Predicate
from proofless.codes.rules.persons import PERSON_PREDICATES

__all__ = ["PREDICATES"]

PREDICATES: dict[str, Predicate] = {p.attribute: p for p in (*PERSON_PREDICATES, *ENTERPRISE_PREDICATES)}
