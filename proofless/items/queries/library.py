"""Reads of the standard libraries: materials and fields under one name each, and what is probably one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from proofless.certificates.queries import types as certificate_types
from proofless.data import queries as data
from proofless.items import models
from proofless.items.queries import guide
from proofless.items.rules.library import (
    MERGED,
    Decision,
    Entry,
    Named,
    Proposal,
    entries,
    normal_name,
    proposals,
    root,
)
from proofless.items.rules.sources import SourceKind
from proofless.items.rules.views import FieldView as FormField
from proofless.items.rules.views import ItemView, MaterialView
from proofless.kit.errors import NotFound
from proofless.parties import queries as parties
from proofless.standards import queries as standards
from proofless.standards.queries import FieldView
from proofless.standards.rules import stricter
from proofless.standards.versions import Versioned

MATERIAL, FIELD = "material", "field"
LABELS = {MATERIAL: "标准材料", FIELD: "标准字段"}
ACCOUNT = "account"
DECIDED = "items.library"  # changes with every merge
KEY_MOST = 100
LEAST_ALIKE_FIELDS = 0.55


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A standard field: who answers for it, in what code, how closely guarded, where it comes from.

    ``authority`` is the department behind the source forms use most; "" when nobody holds it.
    """

    entry: Entry
    authority: str
    code_lists: tuple[str, ...]
    data_types: tuple[str, ...]
    grade: str
    sensitive: bool
    sources: tuple[FieldView, ...]
    items: frozenset[str]


def list_materials(words: str = "") -> tuple[Entry, ...]:
    """The standard materials, the most used first; those whose names hold ``words``."""
    return _sorted(materials(), words)


def list_fields(words: str = "") -> tuple[FieldEntry, ...]:
    """The standard fields, the most used first."""
    found = _sorted(entries(_field_uses.get(), decisions(FIELD)), words)
    owners = _authorities()
    return tuple(_field_entry(entry, owners) for entry in found)


def materials() -> tuple[Entry, ...]:
    return entries(_material_uses.get(), decisions(MATERIAL))


def _sorted(library: Iterable[Entry], words: str) -> tuple[Entry, ...]:
    found = [entry for entry in library if not words or any(words in name for name in entry.names)]
    return tuple(sorted(found, key=lambda entry: (-len(entry.uses), entry.key)))


def get_material(key: str) -> Entry:
    """Raises NotFound."""
    for entry in materials():
        if entry.key == key:
            return entry
    raise NotFound()


def get_field(key: str) -> FieldEntry:
    """Raises NotFound."""
    for one in list_fields():
        if one.entry.key == key:
            return one
    raise NotFound()


@lru_cache(maxsize=4096)
def plain_key(name: str) -> str:
    """What papers of one kind are kept under, whatever is merged later: the material's normal name."""
    return normal_name(name)[:KEY_MOST]


def standing_key(key: str) -> str:
    """The key a kept one is called by now, after what was merged; no statement once read."""
    return root(key, _merged.get())


def key_of(name: str) -> str:
    """The key of the standard material a name stands for now."""
    return standing_key(plain_key(name))


def holders() -> Mapping[str, tuple[str, ...]]:
    """Key of a standard material → who holds it, in words: the certificate types that give it, else the datasets."""
    return _holders.get()


def _build_merged(_: int) -> Mapping[str, str]:
    return {one.from_key: one.into_key for one in decisions(MATERIAL) if one.verdict == MERGED}


def _build_holders(_: int) -> Mapping[str, tuple[str, ...]]:
    types = {kind.code: kind.name for kind in certificate_types.all_types().values()}
    shared = {one.code: one.name for one in data.list_datasets()}
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in (shared | types).items():
        found[key_of(name)].add(code)
    for item in guide.list_items():
        for material in item.materials:
            if not material.abolished:
                found[key_of(material.name)] |= _givers(material)
    held = ((key, codes & types.keys() or codes & shared.keys()) for key, codes in found.items())
    return {key: _in_words(sorted(codes), types, shared) for key, codes in held if codes}


def _givers(material: MaterialView) -> set[str]:
    """What the catalogue names for a material: its certificate type, and the dataset that is shared in its place."""
    shared = material.dataset_code if SourceKind.DATA in material.sources else ""
    return {material.cert_code, shared} - {""}


def _in_words(codes: Iterable[str], types: Mapping[str, str], shared: Mapping[str, str]) -> tuple[str, ...]:
    owners = _authorities()
    kinds = {**dict.fromkeys(types, "电子证照"), **dict.fromkeys(shared, "共享数据")}
    return tuple(f"{owners[code][1]}的{kinds[code]}“{types.get(code) or shared[code]}”" for code in codes)


def standard_names() -> Mapping[str, str]:
    """The standard name of every material, by the material's code."""
    return {use.code: entry.name for entry in materials() for use in entry.uses}


def list_proposals(library: str) -> tuple[Proposal, ...]:
    """Pairs of a library that are probably one, the surest first."""
    decided = decisions(library)
    if library == MATERIAL:
        return proposals(materials(), decided)
    found = entries(_field_uses.get(), decided)
    return proposals(found, decided, least=LEAST_ALIKE_FIELDS, one_owner=False)


def decisions(library: str) -> tuple[Decision, ...]:
    rows = models.LibraryDecision.objects.filter(library=library).order_by("decided_at")
    return tuple(Decision(row.from_key, row.into_key, row.verdict) for row in rows)


def count_decisions(library: str) -> Mapping[str, int]:
    """Verdict → how many."""
    return Counter(one.verdict for one in decisions(library))


def keys(library: str) -> frozenset[str]:
    """The keys that stand for themselves."""
    uses = _material_uses.get() if library == MATERIAL else _field_uses.get()
    return frozenset(entry.key for entry in entries(uses, decisions(library)))


def _build_materials(_: int) -> tuple[Named, ...]:
    return tuple(
        Named(item.code, m.code, m.name, m.cert_code, m.dataset_code, m.issuer)
        for item in guide.list_items()
        for m in item.materials
        if not m.abolished
    )


def _build_fields(_: int) -> tuple[Named, ...]:
    held = standards.fields_by_ref()
    uses = [
        Named(f.owner_code, f.ref, f.name_cn, code_list=f.list_name, kind=f.data_type, key=f.key)
        for f in held.values()
    ]
    for item in guide.list_items():
        uses += _form_uses(item, held)
    return tuple(uses)


def _form_uses(item: ItemView, held: Mapping[str, FieldView]) -> Iterable[Named]:
    for one in item.fields:
        source = held.get(one.reference)
        key = source.key if source else f"{one.label}/{one.reference}"
        kind = source.data_type if source else one.data_type
        yield Named(
            item.code, f"{item.code}.{one.name}", one.label, code_list=one.code_list, kind=kind, key=key
        )


def _authorities() -> Mapping[str, tuple[bool, str]]:
    """Certificate type or dataset → (is a dataset, the department that answers for it)."""
    departments = {code: view.short_name for code, view in parties.list_departments().items()}
    types = {
        kind.code: (False, departments.get(kind.issuing_dept_code, kind.issuing_dept_code))
        for kind in certificate_types.all_types().values()
    }
    datasets = {
        one.code: (True, departments.get(one.provider_code, one.provider_code))
        for one in data.list_datasets()
    }
    return {**types, **datasets}


def _field_entry(entry: Entry, owners: Mapping[str, tuple[bool, str]]) -> FieldEntry:
    held = standards.fields_by_ref()
    sources = tuple(held[use.code] for use in entry.uses if use.code in held)
    on_forms = Counter(
        field.reference.split(".", 1)[0]
        for use in entry.uses
        if use.code not in held
        for field in _fields_of(use.owner)
        if f"{use.owner}.{field.name}" == use.code and field.reference
    )
    ranked = sorted(
        {one.owner_code for one in sources},
        key=lambda code: (-on_forms[code], not owners.get(code, (False, ""))[0], code),
    )
    return FieldEntry(
        entry=entry,
        authority=owners.get(ranked[0], (False, ""))[1] if ranked else "",
        code_lists=tuple(sorted(entry.code_lists)),
        data_types=tuple(sorted(entry.kinds)),
        grade=stricter(*(one.grade for one in sources)) if sources else "",
        sensitive=any(one.sensitive for one in sources),
        sources=sources,
        items=frozenset(use.owner for use in entry.uses if use.code not in held),
    )


def _fields_of(item_code: str) -> Iterable[FormField]:
    item = guide.find_item(item_code)
    return item.fields if item else ()


_material_uses = Versioned(models.ROOM, _build_materials)
_field_uses = Versioned(models.ROOM, _build_fields, "standards")
_merged = Versioned(DECIDED, _build_merged)
_holders = Versioned(models.ROOM, _build_holders, "certificates", "data", DECIDED)
