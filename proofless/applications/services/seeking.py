"""Seeking: somebody stands at the window without her receipt, and is found by the number on the card she holds out."""

from uuid import UUID

from proofless import ledger
from proofless.applications import queries
from proofless.applications.errors import NoCaseHere
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import is_resident_number, is_uscc
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.parties import queries as parties


def seek_applicant(*, actor: Actor, number: str) -> UUID:
    """The person or enterprise of this number, if a case of theirs is or was at the clerk's department.

    Each search is entered, found or not; the one found sees it in her own ledger. The number is not kept. Raises
    InputInvalid for a wrong number, NoCaseHere alike for somebody unknown and somebody without a case here.
    """
    actor.check(Permission.HANDLE)
    number = number.strip().upper()
    if not (is_resident_number(number) or is_uscc(number)):
        raise InputInvalid(fields={"number": "号码校验不通过，请核对18位号码"})
    holder = parties.find_holder_id(number)
    found = holder if holder and queries.has_case_here(actor, holder) else None
    with ledger.act(
        Kind.APPLICANT_SOUGHT,
        actor,
        object_kind="holder" if found else "",
        holders=[found] if found else [],
        purpose="窗口查找办件",
        detail={"found": int(found is not None)},
    ):
        pass
    if found is None:
        raise NoCaseHere()
    return found
