"""Publish 用证事项清单: only ever longer, never with a circle in what it rests on."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from proofless import ledger
from proofless.items import models
from proofless.items.errors import ProofCycle, UseListShrinks, UseListUnchanged
from proofless.items.queries import cleanup
from proofless.items.queries import uses as queries
from proofless.items.rules.uses import LEAST_LAW, UseEntry, compare, unlawfully_dropped
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission


def publish_uses(*, actor: Actor, note: str = "", endings: Mapping[str, str] | None = None) -> int:
    """Publish the next edition of the list as the catalogue now stands; returns its number.

    ``endings`` gives, by material code, the law that ended an entry which is no longer there. Raises
    USE_LIST_SHRINKS for entries gone without one, PROOF_CYCLE while items ask in a circle, USE_LIST_UNCHANGED when
    there is nothing new.
    """
    actor.check(Permission.ITEMS_PUBLISH)
    laws = {code: law.strip() for code, law in (endings or {}).items()}
    latest = queries.find_latest()
    before, after = latest.entries if latest else (), queries.current_entries()
    changes = compare(before, after)
    if latest and not changes:
        raise UseListUnchanged(number=latest.number)
    dropped = unlawfully_dropped(before, after, laws)
    if dropped:
        names = "、".join(f"{one.item_name}的{one.material_name}" for one in dropped[:5])
        raise UseListShrinks(
            f"新版比现行版少了{len(dropped)}条:{names}", dropped=[one.material_code for one in dropped]
        )
    rings = cleanup.cycles()
    if rings:
        raise ProofCycle(cycles=[list(ring) for ring in rings])
    number = latest.number + 1 if latest else 1
    row = models.UseList(
        id=new_id(),
        number=number,
        published_on=clock.today(),
        published_at=clock.now(),
        account_id=actor.account_id,
        note=note.strip()[:500],
        endings=[
            {"entry": asdict(change.before), "law": laws[change.before.material_code]}
            for change in changes
            if change.before
            and not change.after
            and len(laws.get(change.before.material_code, "")) >= LEAST_LAW
        ],
    )
    detail = {"number": number, "entries": len(after), "ended": len(row.endings)}
    with ledger.act(Kind.USE_LIST_PUBLISHED, actor, object_kind="use_list", object_id=row.id, detail=detail):
        row.save(force_insert=True)
        models.UseEntry.objects.bulk_create(_entries(row.id, after), batch_size=1000)
    return number


def _entries(list_id: UUID, entries: tuple[UseEntry, ...]) -> list[models.UseEntry]:
    return [models.UseEntry(id=new_id(), list_id=list_id, **asdict(one)) for one in entries]
