"""From a wish to a draft: the face judged by its type, the issuer's right checked, the identifier made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from proofless.certificates import rules
from proofless.certificates.errors import (
    CertificateAlreadyRevoked,
    CertificateFaceInvalid,
    CertificateNotFound,
    CertificateTypeUnknown,
)
from proofless.certificates.models import Certificate, CertificateState
from proofless.certificates.queries.types import TypeView, get_type
from proofless.kit import clock, env
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden
from proofless.kit.ids import certificate_identifier, new_id
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties
from proofless.parties.queries import DepartmentView
from proofless.seals.queries.succession import sealing_department
from proofless.standards import queries as standards


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate to make. ``holders`` are (holder id, side) pairs, first one first; side "" for one alone.

    ``number`` defaults to the face's key fields; ``issue_dept_code`` to the type's; ``valid_to`` is the last
    valid day, 9999-12-31 for long-term. ``replaces`` is the id of the certificate this one takes the place
    of.
    """

    type_code: str
    holders: tuple[tuple[UUID, str], ...]
    face: rules.Face
    valid_from: date
    valid_to: date = clock.LONG_TERM
    number: str = ""
    issue_dept_code: str = ""
    division_code: str = ""
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate that may be made: validated and named, not yet a file."""

    id: UUID
    wish: NewCertificate
    type: TypeView
    department: DepartmentView
    serial: str
    version: int
    identifier: str
    number: str
    holder_names: tuple[str, ...]
    made_on: date

    @property
    def holder_id(self) -> UUID:
        return self.wish.holders[0][0]


def draft_all(*, actor: Actor, wishes: Sequence[NewCertificate]) -> list[Draft]:
    """Drafts of some wishes, in a bounded number of statements whatever their count.

    Raises CertificateTypeUnknown, CertificateFaceInvalid (``fields`` names each bad field),
    CertificateNotFound for a replaced certificate that is not the holder's, and FORBIDDEN for another
    department's certificates.
    """
    actor.check(Permission.ISSUE)
    departments = parties.list_departments()
    names = parties.holder_names({holder for wish in wishes for holder, _ in wish.holders})
    replaced = _replaced([wish.replaces for wish in wishes if wish.replaces])
    today, lists, demo = clock.today(), standards.code_lists(), env.home().demo
    drafts = []
    for wish in wishes:
        view = _issuable_type(wish.type_code)
        # Since a merger the successor issues: its name, its code, its seal.
        issuer = sealing_department(wish.issue_dept_code or view.issuing_dept_code, view.code, today)
        department = _issuer(actor, departments, issuer)
        problems = rules.check_wish(view.fields, wish.face, lists, wish.valid_from, wish.valid_to, demo=demo)
        if problems:
            raise CertificateFaceInvalid(type_code=wish.type_code, fields=problems)
        if any(holder not in names for holder, _ in wish.holders) or not wish.holders:
            raise CertificateFaceInvalid(
                "持证主体未登记", type_code=wish.type_code, fields={"holder": "未登记"}
            )
        serial, version = _serial(wish, replaced, today)
        drafts.append(
            Draft(
                id=new_id(),
                wish=replace(wish, issue_dept_code=department.code),
                type=view,
                department=department,
                serial=serial,
                version=version,
                identifier=certificate_identifier(view.type_code21, department.uscc, serial, version),
                number=wish.number or rules.key_number(view.fields, wish.face),
                holder_names=tuple(names[holder] for holder, _ in wish.holders),
                made_on=today,
            )
        )
    return drafts


def _issuable_type(code: str) -> TypeView:
    view = get_type(code)
    if not view.type_code21:
        raise CertificateTypeUnknown("该证照类型没有国家证照类型代码,不能制发", type_code=code)
    return view


def _issuer(actor: Actor, departments: Mapping[str, DepartmentView], code: str) -> DepartmentView:
    """The issuing department, which must be the actor's own unless the node itself acts."""
    if actor.department_code not in {"", code}:
        raise Forbidden("只能制发本单位的证照", department=code)
    if code not in departments:
        raise CertificateTypeUnknown("颁发机构未登记", department=code)
    return departments[code]


def _replaced(ids: Sequence[UUID]) -> dict[UUID, Certificate]:
    return {row.id: row for row in Certificate.objects.filter(id__in=ids)} if ids else {}


def _serial(wish: NewCertificate, replaced: Mapping[UUID, Certificate], today: date) -> tuple[str, int]:
    if wish.replaces is None:
        return rules.new_serial(today), 1
    old = replaced.get(wish.replaces)
    if old is None or old.holder_id != wish.holders[0][0] or old.type_code != wish.type_code:
        raise CertificateNotFound()
    check_replaceable(old.state)
    return old.serial, rules.next_version(old.version)


def check_replaceable(state: str) -> None:
    """Raises CertificateAlreadyRevoked for a certificate that has come to its end."""
    if state not in {CertificateState.VALID, CertificateState.SUSPENDED}:
        raise CertificateAlreadyRevoked(CertificateState(state).label)
