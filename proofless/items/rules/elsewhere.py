"""本市已有同名字段: of whom a field tells; one of its name elsewhere matters when it tells of the same. Pure."""

from collections.abc import Iterable

from proofless.items.rules.sources import APPLICANT, OFFICE

PERSON, ENTERPRISE, BOTH = "person", "enterprise", "both"
OF_ENTERPRISES = frozenset({OFFICE, "own_business"})
CREDIT_CODE, ID_NUMBERS = "统一社会信用代码", ("证件号", "身份号码", "公民身份号码")
FIRMS_LIBRARY = "法人库"


def subject_of_role(role: str, object_type: str) -> str:
    """Whom a form's field tells of; the applicant is whom the item is for."""
    if role in {"", APPLICANT}:
        return object_type
    return ENTERPRISE if role in OF_ENTERPRISES else PERSON


def subject_of_keys(keys: Iterable[str], base_library: str) -> str:
    """Whom a dataset tells of, by what it is asked with; "" when nothing says so."""
    named = list(keys)
    firms, people = CREDIT_CODE in named, any(key.endswith(ID_NUMBERS) for key in named)
    if firms and people:
        return BOTH
    if people:
        return PERSON
    return ENTERPRISE if firms or base_library == FIRMS_LIBRARY else ""


def same_subject(one: str, other: str) -> bool:
    """``both`` goes with either; what is not known goes with nothing."""
    return bool(one and other) and (one == other or BOTH in {one, other})
