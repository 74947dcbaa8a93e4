"""The awkward ones: records that are late, withdrawn, missing or at odds, each with a label.

A spoiler takes the complete records of one holder and gives back what the town has instead. Complete profile
members, the cast and whoever stands beside them are never spoiled.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from proofless.simulator.town.model import CertificateSpec, DataRow, Key
from proofless.simulator.town.world import World, years_after

Records = tuple[list[DataRow], list[CertificateSpec]]
# Share of all living residents, by kind. With the unusual names (people.py) about eight in a hundred.
SHARES = {
    "expired": 0.018,
    "revoked": 0.012,
    "superseded": 0.008,
    "name_changed": 0.010,
    "record_missing": 0.016,
    "sources_disagree": 0.014,
}
_TERMED = ("id_card", "driver_license", "ss_card", "health_cert", "disabled_cert", "residence_permit")
_REVOCABLE = ("driver_license", "real_estate_cert", "low_income_cert", "disabled_cert", "ss_card", "id_card")
_LOSABLE = ("DS_SSCARD", "DS_HOUSEHOLD", "DS_MEDINS", "DS_SOCIALINS", "DS_PERSON_BASE")
_LOSABLE_CERTIFICATES = ("ss_card", "hukou_book", "med_ins_voucher", "id_card", "marriage_cert")


def choose_awkward(w: World, eligible: list[int]) -> dict[str, list[int]]:
    """Kind -> people, at least two of each kind where there are people enough."""
    r = w.random("awkward")
    drawn = eligible[:]
    r.shuffle(drawn)
    chosen: dict[str, list[int]] = {}
    for kind, share in SHARES.items():
        count = max(2, round(share * len(w.people)))
        chosen[kind], drawn = sorted(drawn[:count]), drawn[count:]
    return chosen


def spoil(w: World, kind: str, key: Key, records: Records) -> Records:
    return _SPOILERS[kind](w, key, records)


def _first(certificates: list[CertificateSpec], codes: tuple[str, ...], turn: int) -> str | None:
    held = {spec.cert_code for spec in certificates}
    found = [code for code in codes if code in held]
    return found[turn % len(found)] if found else None


def _swap(
    records: Records, code: str | None, change: Callable[[CertificateSpec], CertificateSpec]
) -> Records:
    rows, certificates = records
    return rows, [change(spec) if spec.cert_code == code else spec for spec in certificates]


def _expire(w: World, key: Key, records: Records) -> Records:
    """A term that ended some months ago and was not renewed."""
    ended = w.as_of - timedelta(days=60 + key[1] % 300)

    def late(spec: CertificateSpec) -> CertificateSpec:
        begin = years_after(ended, -6)
        face = {**spec.face, "valid_to": ended.isoformat()}
        for name in ("valid_from", "issue_date"):
            if name in face:
                face[name] = begin.isoformat()
        return replace(spec, face=face, valid_from=begin, valid_to=ended.isoformat(), state="expired")

    return _swap(records, _first(records[1], _TERMED, key[1]), late)


def _revoke(w: World, key: Key, records: Records) -> Records:
    code = _first(records[1], _REVOCABLE, key[1])
    return _swap(records, code, lambda spec: replace(spec, state="revoked", revoke_reason="law"))


def _supersede(w: World, key: Key, records: Records) -> Records:
    """An older card stays in the library beside the one that replaced it."""
    code = _first(records[1], ("ss_card", "id_card"), key[1])
    rows, certificates = records
    older = [
        replace(
            spec,
            number=f"{spec.number}-旧",
            valid_from=spec.valid_from - timedelta(days=1500),
            state="superseded",
        )
        for spec in certificates
        if spec.cert_code == code
    ]
    return rows, older + certificates


def _rename(w: World, key: Key, records: Records) -> Records:
    """The identity card already has the new name; every other record still has the old one."""
    person = w.person(key[1])
    new = person.name[0] + ("子涵" if person.sex == "2" else "浩然")
    rows, certificates = records
    renamed = [
        replace(spec, face={**spec.face, "name": new}) if spec.cert_code == "id_card" else spec
        for spec in certificates
    ]
    return [
        replace(row, values={**row.values, "name": new}) if row.dataset_code == "DS_PERSON_BASE" else row
        for row in rows
    ], renamed


def _lose(w: World, key: Key, records: Records) -> Records:
    """One dataset never got its row, and one certificate is not in the library."""
    rows, certificates = records
    held = [code for code in _LOSABLE if any(row.dataset_code == code for row in rows)]
    lost = held[key[1] % len(held)] if held else ""
    gone = _first(certificates, _LOSABLE_CERTIFICATES, key[1])
    return [row for row in rows if row.dataset_code != lost], [
        spec for spec in certificates if spec.cert_code != gone
    ]


def _disagree(w: World, key: Key, records: Records) -> Records:
    """The register knows another address than the certificates."""
    person = w.person(key[1])
    other = f"山东省德州市{w.county(w.serving(person)).name}旧址村{key[1] % 90 + 1}号"
    rows, certificates = records
    return [
        replace(row, values={**row.values, "hukou_address": other})
        if row.dataset_code in ("DS_PERSON_BASE", "DS_HOUSEHOLD")
        else row
        for row in rows
    ], certificates


_SPOILERS: Mapping[str, Callable[[World, Key, Records], Records]] = {
    "expired": _expire,
    "revoked": _revoke,
    "superseded": _supersede,
    "name_changed": _rename,
    "record_missing": _lose,
    "sources_disagree": _disagree,
}
