"""Projecting facts onto rows of the shared datasets."""

from datetime import date, timedelta

from proofless.simulator.town.model import DataRow, Key
from proofless.simulator.town.registry import ENTERPRISE, PERSON, fact, scope
from proofless.simulator.town.world import World


def rows_of(w: World, key: Key) -> list[DataRow]:
    """Every row under this holder. A dataset fed by several facts has one row for each of them."""
    wants = w.life(key[1]).wants if key[0] == "p" else w.firm(key[1]).wants
    makers = PERSON if key[0] == "p" else ENTERPRISE
    return [row(w, key, name, code) for name in sorted(wants) for code in makers[name].datasets]


def row(w: World, key: Key, name: str, code: str) -> DataRow:
    made, own = fact(w, name, key), scope(w, key)
    values = {f: made[f] if f in made else own[f] for f in w.reference.row_fields[code]}
    stated = made.get("as_of")
    as_of = date.fromisoformat(str(stated)) if stated else w.as_of - timedelta(days=key[1] % 20)
    return DataRow(code, key, values, as_of)
