"""How promises are called in notices: the material promised. Names nobody."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from proofless.commitments import queries
from proofless.commitments.models import Breach, Commitment, Deferral
from proofless.notices.subjects import Subject


def describe_promises(ids: Collection[str]) -> Mapping[str, Subject]:
    return _named(Commitment.objects.filter(id__in=_uuids(ids)).values_list("id", "material_code"))


def describe_breaches(ids: Collection[str]) -> Mapping[str, Subject]:
    """A breach is called by the material that was promised."""
    rows = list(Breach.objects.filter(id__in=_uuids(ids)))
    promised = {row.commitment_id for row in rows}
    codes = dict(Commitment.objects.filter(id__in=promised).values_list("id", "material_code"))
    return _named((row.id, codes.get(row.commitment_id, "")) for row in rows)


def describe_deferrals(ids: Collection[str]) -> Mapping[str, Subject]:
    return _named(Deferral.objects.filter(id__in=_uuids(ids)).values_list("id", "material_code"))


def _uuids(ids: Collection[str]) -> list[UUID]:
    return [UUID(one) for one in ids]


def _named(rows: Iterable[tuple[UUID, str]]) -> dict[str, Subject]:
    return {str(row_id): Subject(queries.material_name(code)) for row_id, code in rows}
