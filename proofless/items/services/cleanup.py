"""Decide by what route a proof stops being asked for; it counts from then on, in every plan."""

from proofless import ledger
from proofless.items import models
from proofless.items.queries import cleanup as queries
from proofless.items.rules.cleanup import Ask, Route
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden, InputInvalid
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.standards import versions

TEXT_MOST = 500


def settle_proof(*, actor: Actor, material_code: str, route: str, reason: str, law: str = "") -> None:
    """Decide that a proof is cancelled, promised, shared or verified, with the reason applicants are told.

    A department's lawyer decides for the items of her department; the bureau for all. Promising needs the law that
    lets it be promised. Raises NOT_FOUND, FORBIDDEN, INPUT_INVALID.
    """
    actor.check(Permission.PROOFS_CLEAN)
    ask = queries.get_ask(material_code)
    if not actor.may(Permission.ITEMS_PUBLISH) and ask.department != actor.department_code:
        raise Forbidden("只能清理本部门事项的证明", department=ask.department)
    _check(ask, route, reason, law)
    row = models.ProofDecision(
        id=new_id(),
        item_code=ask.item,
        material_code=ask.code,
        defects=sorted({one.defect.value for one in queries.list_findings() if ask in one.asks}),
        route=route,
        reason=reason.strip(),
        law=law.strip(),
        decided_at=clock.now(),
        account_id=actor.account_id,
        department_code=actor.department_code,
    )
    detail = {"item": ask.item, "material": ask.code, "route": route, "defects": row.defects}
    with ledger.act(Kind.PROOF_SETTLED, actor, object_kind="proof", object_id=ask.code, detail=detail):
        versions.lock(models.ROOM)
        row.save(force_insert=True)
        versions.bump(models.ROOM)


def _check(ask: Ask, route: str, reason: str, law: str) -> None:
    fields = {}
    if route not in set(Route):
        fields["route"] = "请选择清理方式"
    if route == Route.SHARE and not ask.sources:
        fields["route"] = "还没有可以共享的证照或数据,请先接入"
    if route == Route.VERIFY and not ask.issuers:
        fields["route"] = "没有可以核验的出具单位"
    if route == Route.COMMIT and not law.strip():
        fields["law"] = "请写明可以告知承诺的依据"
    for name, text in (("reason", reason), ("law", law)):
        if len(text) > TEXT_MOST:
            fields[name] = f"不超过{TEXT_MOST}字"
    if not reason.strip():
        fields["reason"] = "请写明理由,办事群众会看到"
    if fields:
        raise InputInvalid(fields=fields)
