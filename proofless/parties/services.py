"""Acts on parties: register holders, record relations, load the directory, make accounts, sign in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from proofless import ledger
from proofless.kit import clock, ids
from proofless.kit.actor import Actor
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger import Act
from proofless.parties.errors import AccountLocked, NumberInvalid, PartyExists, SignInFailed
from proofless.parties.models import (
    Account,
    Department,
    Division,
    Holder,
    HolderKind,
    HolderNumber,
    HolderState,
    Relation,
    holder_context,
    number_index,
)
from proofless.vault import cipher

Row = TypeVar("Row", Division, Department)
DEMO_PASSWORD = "demo-2026"  # of every account of a demo home; a production home has none such
ADULT_YEARS = 18
MAX_ATTEMPTS = 5
LOCK_MINUTES = 15
NUMBER_RESIDENT, NUMBER_USCC = "111", "001"  # GB/T 36903-2018 Annex A
_DUMMY_HASH = make_password("absent account, same time")


@dataclass(frozen=True, slots=True)
class NewHolder:
    """A party to register. ``record`` may hold mobile, address, bank_name, bank_account."""

    kind: HolderKind
    name: str
    number: str
    division_code: str
    record: dict[str, str] = field(default_factory=dict)
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class NewRelation:
    kind: str
    from_id: UUID
    to_id: UUID
    evidence: str
    since: date | None = None


def register_holders(*, actor: Actor, holders: Sequence[NewHolder]) -> list[UUID]:
    """Register parties, one entry each, in one transaction (give chunks of at most 1000).

    Raises NumberInvalid on a wrong check digit, PartyExists when a number is registered already.
    """
    actor.check(Permission.PARTY_REGISTER)
    indexes = [number_index(_checked_number(h)) for h in holders]
    with ledger.act(None, actor) as act:
        taken = HolderNumber.objects.filter(number_index__in=indexes).count()
        if taken or len(set(indexes)) < len(indexes):
            raise PartyExists(count=taken)
        rows = [_holder_row(new) for new in holders]
        Holder.objects.bulk_create(rows)
        HolderNumber.objects.bulk_create(
            HolderNumber(number_index=index, holder_id=row.id)
            for index, row in zip(indexes, rows, strict=True)
        )
        for row in rows:
            act.enter(Kind.PARTY_REGISTERED, object_kind="holder", object_id=row.id, holders=[row.id])
    return [row.id for row in rows]


def _checked_number(new: NewHolder) -> str:
    valid = ids.is_resident_number if new.kind == HolderKind.PERSON else ids.is_uscc
    if not valid(new.number):
        raise NumberInvalid()
    return new.number


def _holder_row(new: NewHolder) -> Holder:
    holder_id = ids.new_id()
    return Holder(
        id=holder_id,
        kind=new.kind,
        state=HolderState.DECEASED if new.deceased else HolderState.ACTIVE,
        name=new.name,
        number_type=NUMBER_RESIDENT if new.kind == HolderKind.PERSON else NUMBER_USCC,
        division_code=new.division_code,
        sex=("1" if int(new.number[16]) % 2 else "2") if new.kind == HolderKind.PERSON else "",
        minor_until=_minor_until(new),
        record_sealed=cipher.seal_record(
            {"number": new.number, "name": new.name, **new.record}, holder_context(holder_id)
        ),
        registered_at=clock.now(),
    )


def _minor_until(new: NewHolder) -> date | None:
    """The eighteenth birthday of somebody who has not had it yet, by the number."""
    if new.kind != HolderKind.PERSON:
        return None
    born = date(int(new.number[6:10]), int(new.number[10:12]), int(new.number[12:14]))
    if clock.full_years(born, clock.today()) >= ADULT_YEARS:
        return None
    of_age = (born.year + ADULT_YEARS, born.month, born.day)
    return date(born.year + ADULT_YEARS, 3, 1) if of_age[1:] == (2, 29) else date(*of_age)


def record_relations(*, actor: Actor, relations: Sequence[NewRelation]) -> None:
    """Record relations, each under both holders. Repeating one changes nothing."""
    actor.check(Permission.PARTY_REGISTER)
    with ledger.act(None, actor) as act:
        rows = []
        for new in relations:
            for mine, other, forward in ((new.from_id, new.to_id, True), (new.to_id, new.from_id, False)):
                rows.append(
                    Relation(
                        id=ids.new_id(),
                        holder_id=mine,
                        kind=new.kind,
                        forward=forward,
                        other_id=other,
                        evidence=new.evidence,
                        since=new.since,
                    )
                )
            act.enter(
                Kind.RELATION_RECORDED,
                object_kind="relation",
                object_id=rows[-2].id,
                holders=[new.from_id, new.to_id],
                detail={"kind": new.kind},
            )
        Relation.objects.bulk_create(rows, ignore_conflicts=True)


def load_directory(*, actor: Actor, divisions: Iterable[Division], departments: Iterable[Department]) -> None:
    """Insert or update divisions and departments from the catalogue."""
    actor.check(Permission.CATALOG_LOAD)
    divisions, departments = list(divisions), list(departments)
    with ledger.act(
        Kind.DIRECTORY_LOADED, actor, detail={"divisions": len(divisions), "departments": len(departments)}
    ):
        _upsert(Division, divisions)
        _upsert(Department, departments)


def _upsert(model: type[Row], rows: list[Row]) -> None:
    names = [f.name for f in model._meta.fields if not f.primary_key]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=names
    )


@dataclass(frozen=True, slots=True)
class NewAccount:
    username: str
    password: str
    label: str
    roles: tuple[str, ...]
    party_id: UUID | None = None
    represents: UUID | None = None
    department_code: str = ""
    division_code: str = ""
    scene_codes: tuple[str, ...] = ()


def make_accounts(*, actor: Actor, accounts: Sequence[NewAccount]) -> list[UUID]:
    """Make accounts, one entry each."""
    actor.check(Permission.ACCOUNT_MANAGE)
    with ledger.act(None, actor) as act:
        rows = [
            Account(
                id=ids.new_id(),
                username=new.username,
                password=make_password(new.password),
                label=new.label,
                roles=list(new.roles),
                party_id=new.party_id,
                represents=new.represents,
                department_code=new.department_code,
                division_code=new.division_code,
                scene_codes=list(new.scene_codes),
            )
            for new in accounts
        ]
        Account.objects.bulk_create(rows)
        for row in rows:
            act.enter(Kind.ACCOUNT_MADE, object_kind="account", object_id=row.id, detail={"roles": row.roles})
    return [row.id for row in rows]


def open_resident_account(*, actor: Actor, party_id: UUID, how: str, within: Act) -> UUID:
    """An account for somebody identified in person who has none, without a password. ``how`` she was identified."""
    actor.check(Permission.KIOSK)
    row = Account(
        id=ids.new_id(),
        username=f"r-{ids.new_id().hex}",
        password=make_password(None),
        label=Holder.objects.values_list("name", flat=True).get(id=party_id)[:100],
        roles=["resident"],
        party_id=party_id,
    )
    row.save(force_insert=True)
    within.enter(
        Kind.ACCOUNT_MADE,
        object_kind="account",
        object_id=row.id,
        holders=[party_id],
        detail={"roles": row.roles, "how": how},
    )
    return row.id


def sign_in(*, actor: Actor, username: str, password: str) -> Account:
    """Check name and password. ``actor`` is the edge's anonymous actor.

    Raises SignInFailed (same answer and time for an unknown name), AccountLocked after five failures for 15 minutes.
    Success, failure, lock-out and a try at a locked account are each an entry.
    """
    account = Account.objects.filter(username=username, is_active=True).first()
    good = check_password(password, account.password if account else _DUMMY_HASH)
    if account is None:
        with ledger.act(Kind.SIGN_IN_REFUSED, actor, object_kind="account"):
            pass
        raise SignInFailed()
    if account.locked_until and account.locked_until > clock.now():
        with ledger.act(Kind.SIGN_IN_REFUSED, actor, object_kind="account", object_id=account.id):
            pass
        raise AccountLocked()
    if not good:
        _enter_failure(actor, account)
        raise SignInFailed()
    with ledger.act(Kind.SIGNED_IN, actor, object_kind="account", object_id=account.id):
        Account.objects.filter(id=account.id).update(failed_attempts=0, locked_until=None)
    return account


def _enter_failure(actor: Actor, account: Account) -> None:
    failed = account.failed_attempts + 1
    kind = Kind.ACCOUNT_LOCKED if failed >= MAX_ATTEMPTS else Kind.SIGN_IN_REFUSED
    with ledger.act(kind, actor, object_kind="account", object_id=account.id):
        changes: dict[str, object] = {"failed_attempts": F("failed_attempts") + 1}
        if kind is Kind.ACCOUNT_LOCKED:
            changes = {"failed_attempts": 0, "locked_until": clock.now() + timedelta(minutes=LOCK_MINUTES)}
        Account.objects.filter(id=account.id).update(**changes)
