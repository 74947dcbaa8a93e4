"""Custody: who keeps a seal, for which kinds of document, at what hours."""

from uuid import UUID

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.seals import rules
from proofless.seals.errors import SealNotFound
from proofless.seals.models import CustodyRow
from proofless.seals.queries.register import possible_keepers
from proofless.seals.rules import Custody
from proofless.seals.services.making import lock_seal


def give_custody(*, actor: Actor, seal_id: UUID, custody: Custody) -> UUID:
    """Make somebody of the seal's department its keeper; what he had before is replaced.

    From the first keeper on, only keepers use the seal. Nobody makes himself keeper: SecondPersonRequired.
    """
    _check(custody)
    rules.check_second(actor.account_id, custody.account_id, what="指定保管人和保管")
    with ledger.act(None, actor) as act:
        seal = lock_seal(actor, seal_id)
        keeper = {one.id: one for one in possible_keepers(seal.department_code)}.get(custody.account_id)
        if keeper is None:
            raise InputInvalid(fields={"account_id": "不是本部门可以用印的在用账号"})
        CustodyRow.objects.filter(seal=seal, account_id=keeper.id, ended_at__isnull=True).update(
            ended_at=clock.now()
        )
        row = CustodyRow.objects.create(
            id=new_id(),
            seal=seal,
            account_id=keeper.id,
            account_label=keeper.label,
            type_codes=list(custody.type_codes),
            weekdays=list(custody.weekdays),
            from_time=custody.from_time,
            to_time=custody.to_time,
            since=custody.since,
            until=custody.until,
            given_by=actor.account_id,
            given_at=clock.now(),
        )
        detail = {"seal": seal.code, "keeper": str(keeper.id)}
        act.enter(Kind.SEAL_CUSTODY_GIVEN, object_kind="seal", object_id=seal.code, detail=detail)
    return row.id


def end_custody(*, actor: Actor, custody_id: UUID) -> None:
    """Without any keeper left, everybody of the department who may issue uses the seal again."""
    found = CustodyRow.objects.filter(id=custody_id, ended_at__isnull=True).first()
    if found is None:
        raise SealNotFound()
    with ledger.act(None, actor) as act:
        seal = lock_seal(actor, found.seal_id)
        ended = CustodyRow.objects.filter(id=custody_id, ended_at__isnull=True).update(ended_at=clock.now())
        if not ended:
            raise SealNotFound()
        detail = {"seal": seal.code, "keeper": str(found.account_id)}
        act.enter(Kind.SEAL_CUSTODY_ENDED, object_kind="seal", object_id=seal.code, detail=detail)


def _check(custody: Custody) -> None:
    wrong = {}
    if custody.from_time >= custody.to_time:
        wrong["to_time"] = "结束时间须晚于开始时间"
    if custody.since > custody.until:
        wrong["until"] = "结束日期不能早于开始日期"
    if any(not 1 <= day <= 7 for day in custody.weekdays):
        wrong["weekdays"] = "星期取 1 到 7"
    if wrong:
        raise InputInvalid(fields=wrong)
