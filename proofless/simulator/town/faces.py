"""Projecting facts onto certificates: face, holders, number, term, issuer, state."""

from collections.abc import Callable
from datetime import date

from proofless.simulator.town.facts_home import bank_of
from proofless.simulator.town.model import LONG_TERM, CertificateSpec, CertificateState, Key, Value
from proofless.simulator.town.offices import division_of
from proofless.simulator.town.registry import ENTERPRISE, PERSON, fact, scope
from proofless.simulator.town.world import Fact, World

Holders = tuple[tuple[Key, str], ...]
# Printed numbers of types whose key field is a number of the holder's own or is shared by a family.
_NUMBER_FIELDS = {
    "hukou_book": "page_no",
    "ss_card": "card_no",
    "med_ins_voucher": "med_code",
    "si_payment_proof": "verify_code",
}


def certificates_of(w: World, key: Key) -> list[CertificateSpec]:
    """Certificates of which this holder is the first. One of two holders is made with the first."""
    wants = w.life(key[1]).wants if key[0] == "p" else w.firm(key[1]).wants
    makers = PERSON if key[0] == "p" else ENTERPRISE
    return [
        certificate(w, key, name, code)
        for name in sorted(wants)
        for code in makers[name].certificates
        if holders_of(w, key, code)[0][0] == key
    ]


def certificate(w: World, key: Key, name: str, code: str) -> CertificateSpec:
    made, own = fact(w, name, key), scope(w, key)
    fields = w.reference.face_fields[code]
    face: dict[str, Value] = {f: made[f] if f in made else own[f] for f in fields}
    valid_to = str(made.get("valid_to") or LONG_TERM)
    begin = made.get("valid_from") or made.get("issue_date") or made["register_date"]
    department = w.reference.issuers[code]
    return CertificateSpec(
        cert_code=code,
        holders=holders_of(w, key, code),
        number=_number(w, key, code, made, face),
        face=face,
        valid_from=date.fromisoformat(str(begin)),
        valid_to=valid_to,
        issue_dept_code=department,
        division_code=division_of(w, department, _county(w, key)),
        state=state_of(w, valid_to),
    )


def state_of(w: World, valid_to: str) -> CertificateState:
    return "expired" if valid_to < w.as_of.isoformat() else "valid"


def _number(w: World, key: Key, code: str, made: Fact, face: dict[str, Value]) -> str:
    if code == "hukou_book":
        home = w.household(w.life(key[1]).household)
        return f"{home.number}-{home.members.index(key[1]) + 1:02d}"
    field = _NUMBER_FIELDS.get(code) or w.reference.key_fields.get(code, "cert_no")
    value = face.get(field) or made.get(field)
    assert value is not None, code
    return str(value)


def _county(w: World, key: Key) -> str:
    if key[0] == "e":
        return w.enterprise(key[1]).division
    person = w.person(key[1])
    return person.hukou_division if person.hukou_division in w.counties else person.residence_division


def holders_of(w: World, key: Key, code: str) -> Holders:
    """Who holds a certificate of this type made for ``key``, with each one's side, the first holder first."""
    rule = _SHARED.get(code)
    if rule is not None and key[0] == "p":
        return rule(w, key)
    return ((key, "holder"),)


def _spouses(w: World, key: Key) -> Holders:
    person = w.person(key[1])
    mate: Key = ("p", w.life(key[1]).spouse)
    man, woman = (key, mate) if person.sex == "1" else (mate, key)
    return ((man, "man"), (woman, "woman"))


def _divorced(w: World, key: Key) -> Holders:
    former: Key = ("p", w.life(key[1]).former_spouse)
    man, woman = (key, former) if w.person(key[1]).sex == "1" else (former, key)
    return ((man, "man"), (woman, "woman"))


def _birth(w: World, key: Key) -> Holders:
    life = w.life(key[1])
    parents = ((life.mother, "mother"), (life.father, "father"))
    return ((key, "child"), *((("p", parent), side) for parent, side in parents if parent))


def _dibao(w: World, key: Key) -> Holders:
    members = w.household(w.life(key[1]).household).members
    living = [member for member in members if w.person(member).died_on is None]
    return tuple((("p", member), "head" if place == 0 else "member") for place, member in enumerate(living))


def _fertility(w: World, key: Key) -> Holders:
    if not w.life(key[1]).spouse:
        return ((key, "wife"),)
    man, woman = _spouses(w, key)
    return ((woman[0], "wife"), (man[0], "husband"))


def _one_child(w: World, key: Key) -> Holders:
    kin = w.life(w.life(key[1]).children[0])
    sides = ((kin.mother, "mother"), (kin.father, "father"))
    return tuple((("p", parent), side) for parent, side in sides if parent)


def _estate(w: World, key: Key) -> Holders:
    given = w.life(key[1]).given
    owner, second = given.get("estate_of"), given.get("estate_with")
    if isinstance(owner, int):
        return _estate(w, ("p", owner))
    return ((key, "owner"), (("p", second), "co_owner")) if isinstance(second, int) else ((key, "owner"),)


def _mortgage(w: World, key: Key) -> Holders:
    return ((key, "obligor"), (("e", bank_of(w, w.person(key[1]))), "owner"))


def _adoption(w: World, key: Key) -> Holders:
    life = w.life(key[1])
    child = key[1] if life.guardian else life.ward
    return ((("p", child), "adoptee"), (("p", w.life(child).guardian), "adopter"))


_SHARED: dict[str, Callable[[World, Key], Holders]] = {
    "marriage_cert": _spouses,
    "divorce_cert": _divorced,
    "birth_cert": _birth,
    "low_income_cert": _dibao,
    "fertility_reg": _fertility,
    "one_child_cert": _one_child,
    "real_estate_cert": _estate,
    "real_estate_reg_proof": _mortgage,
    "adoption_cert": _adoption,
}
