"""The fixed cast with its really sealed certificates, loaded into an empty database."""

from dataclasses import replace
from pathlib import Path

from proofless.access.actors import system_actor
from proofless.config import catalog
from proofless.kit import env
from proofless.kit.permissions import Permission
from proofless.seals import services as seals
from proofless.simulator.load import LoadedTown, load_town
from proofless.simulator.town import Town, make_town

CATALOG = Path(__file__).resolve().parents[2] / "catalog"


def load_cast() -> LoadedTown:
    """The catalogue, the seals, and of a small town those who have a name in the story."""
    catalog.load(CATALOG)
    keeper = system_actor(Permission.SEAL_KEEP, Permission.SEAL_APPROVE)
    seals.make_home_authority(actor=keeper)
    seals.make_seals_for_departments(actor=keeper)
    seals.export_trust(env.home().trust)
    return load_town(cast_only(make_town(1, 1, 2026, CATALOG)))


def cast_only(town: Town) -> Town:
    kept = set(town.cast.values())
    return replace(
        town,
        people=tuple(p for p in town.people if p.holder in kept),
        enterprises=tuple(e for e in town.enterprises if e.holder in kept),
        relations=tuple(r for r in town.relations if {r.from_key, r.to_key} <= kept),
        rows=tuple(r for r in town.rows if r.holder in kept),
        certificates=tuple(c for c in town.certificates if {key for key, _ in c.holders} <= kept),
        awkward={},
    )
