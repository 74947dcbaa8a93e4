"""一次性告知: whatever is missing is named once; naming more later is refused unless the supervisor is told why."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from proofless.access import Ground, permit
from proofless.access.snapshots import open_snapshot
from proofless.applications.errors import NamedLate
from proofless.applications.handling.rules import could_have_been_named
from proofless.applications.models import Application, ApplicationMaterial, Supplement
from proofless.applications.sealing import values_context
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.ids import new_id
from proofless.vault import cipher

AGAIN_MIN = 10


def plan_supplement(
    actor: Actor,
    application: Application,
    materials: Iterable[str],
    fields: Iterable[str],
    note: str,
    again: str,
) -> Supplement:
    """The notice, checked and not yet written.

    Raises NamedLate (detail: materials, fields) for what an earlier notice should have named while ``again`` does not
    say why, InputInvalid for a material or field the case does not have.
    """
    wanted, asked = sorted(set(materials)), sorted(set(fields))
    rows = {
        row.material_code: row
        for row in ApplicationMaterial.objects.filter(
            holder_id=application.holder_id, application_id=application.id
        )
    }
    if unknown := [code for code in wanted if code not in rows]:
        raise InputInvalid(fields={"materials": f"本件没有这些材料：{'、'.join(unknown)}"})
    now = {code: _fingerprint(row) for code, row in rows.items()}
    earlier = list(
        Supplement.objects.filter(holder_id=application.holder_id, application_id=application.id).order_by(
            "number"
        )
    )
    late = _late(actor, application, earlier, wanted, asked, now)
    if late and len(again.strip()) < AGAIN_MIN:
        raise NamedLate(late=late)
    return Supplement(
        id=new_id(),
        holder_id=application.holder_id,
        application_id=application.id,
        department_code=application.department_code,
        number=len(earlier) + 1,
        materials=wanted,
        fields=asked,
        note=note,
        late=late,
        again=again.strip()[:500] if late else "",
        seen=[f"{code}={mark}" for code, mark in sorted(now.items())],
        values_sealed=application.values_sealed,
        noticed_by=actor.account_id,
        noticed_at=clock.now(),
    )


def _fingerprint(row: ApplicationMaterial) -> str:
    """What the clerk has before her of a material; says nothing of its content."""
    return f"{row.mode}:{row.file_address[:24]}:{row.answer}:{int(row.committed_at is not None)}"


def _late(
    actor: Actor,
    application: Application,
    earlier: list[Supplement],
    materials: list[str],
    fields: list[str],
    now: dict[str, str],
) -> list[str]:
    """What should have been named before; a later notice that names nothing of the case is late as a whole."""
    if not earlier:
        return []
    if not materials and not fields:
        return ["note"]
    named = frozenset(one for notice in earlier for one in (*notice.materials, *notice.fields))
    then = dict(mark.split("=", 1) for mark in earlier[0].seen)
    found = list(could_have_been_named(materials, named, then, now))
    if any(name not in named for name in fields):
        before, after = (
            _values(actor, application, earlier[0].values_sealed),
            _values(actor, application, application.values_sealed),
        )
        found += could_have_been_named(fields, named, before, after)
    return found


def _values(actor: Actor, application: Application, sealed: bytes | memoryview | None) -> dict[str, str]:
    """The form as it was handed in, to be compared: a read like any other."""
    if not sealed:
        return {}
    duty = permit(
        actor,
        [application.holder_id],
        ["application.*"],
        f"办理事项:{application.item_code}",
        ground=Ground.STATUTORY,
        basis=application.receipt,
    )
    context, source = values_context(application.id), f"application:{application.id}"
    values = msgspec.json.decode(
        open_snapshot(duty, application.holder_id, bytes(sealed), context, source, ())
    )
    return {name: cipher.blind_index("supplement", str(value)).hex() for name, value in values.items()}


def latest_supplement(application_id: UUID, holder_id: UUID) -> Supplement | None:
    rows = Supplement.objects.filter(holder_id=holder_id, application_id=application_id)
    return rows.order_by("-number").first()
