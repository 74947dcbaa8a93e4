"""Reads of coverage: what is mapped to an official source, by item, department and county, and what is not yet."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from proofless.certificates.queries import types as certificate_types
from proofless.data import queries as data
from proofless.items import models
from proofless.items.queries import guide
from proofless.items.queries.elsewhere import holders_of
from proofless.items.queries.lists import places
from proofless.items.rules.coverage import FIELD, MATERIAL, Coverage, Need, Step, connect_next, measure
from proofless.items.rules.sources import SourceKind
from proofless.items.rules.views import FieldView, ItemView, MaterialView
from proofless.kit.kinds import Kind
from proofless.ledger.queries import count_details
from proofless.standards import queries as standards
from proofless.standards.versions import Versioned

OFFICIAL = frozenset({SourceKind.CERTIFICATE, SourceKind.DATA, SourceKind.VERIFICATION})
OFFICIAL_FIELDS = frozenset({"certificate", "dataset"})
# Who makes a paper only for the one case: nothing could be connected in his place.
OWN_MAKERS = ("申请人", "企业", "建设单位", "平台")
# Connections are codes of certificate types and datasets, 核验:<issuer> where the catalogue names neither, or
# 接口:<register>|<who has it> where there is no such type or dataset yet (``gap_steps.csv``).
VERIFY, INTERFACE = "核验", "接口"
CONNECT = "connect"
INSTEAD = {"choice": "没有可以接入的来源：", "capture": "不用自己准备：", "handback": ""}
MADE_HERE = "由系统生成，申请人只需确认"
BEFORE = {"manual": "由申请人填写"}
OWN_ACCOUNT = "本人在账户里登记一次，各事项共用"
BELOW_CITY = frozenset({"县", "乡"})


@dataclass(frozen=True, slots=True)
class Group:
    """Coverage of an item, department or county. ``by_cases`` weighs each item by its submitted cases."""

    code: str
    name: str
    items: int
    cases: int
    coverage: Coverage
    by_cases: Coverage


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to connect, in words. ``kind`` is 证照, 数据, 核验 or 接口."""

    step: Step
    kind: str
    name: str


def total(needs: Sequence[Need] | None = None) -> Group:
    return _group("", "全市", needs or list_needs(), cases_by_item())


def by_item() -> list[Group]:
    """Least covered first."""
    cases = cases_by_item()
    names = {item.code: item.name for item in guide.list_items()}
    found = [_group(code, names[code], needs, cases) for code, needs in _by(lambda need: need.item).items()]
    return sorted(found, key=lambda one: (one.coverage.material_rate or 0, one.code))


def by_department() -> list[Group]:
    owners = {item.code: (item.department_code, item.department_name) for item in guide.list_items()}
    grouped = _by(lambda need: owners[need.item][0])
    names = dict(owners.values())
    cases = cases_by_item()
    found = [_group(code, names[code], needs, cases) for code, needs in grouped.items()]
    return sorted(found, key=lambda one: (one.coverage.material_rate or 0, one.code))


def by_county() -> list[Group]:
    """Every county over what is handled below the city, weighed by the county's own cases."""
    below = {item.code for item in guide.list_items() if BELOW_CITY & set(item.levels)}
    needs = [need for need in list_needs() if need.item in below]
    counted = cases_by_place()
    counties = [place for place in places().values() if place.level == "county"]
    return [
        _group(
            place.code,
            place.name,
            needs,
            {item: n for (item, code), n in counted.items() if code == place.code},
        )
        for place in counties
    ]


def gaps(item_code: str = "") -> list[Need]:
    """What has no official source yet: the most asked first, then what can be connected, materials before fields."""
    found = [need for need in list_needs() if not need.met and item_code in {"", need.item}]
    return sorted(found, key=lambda need: (-need.people, not need.connections, need.kind == FIELD, need.code))


@dataclass(frozen=True, slots=True)
class Change:
    """A row whose source was changed from the reference catalogue, in words, with the citation it rests on."""

    code: str
    item_code: str
    item_name: str
    name: str
    before: str
    after: str
    citation: str


def list_changes() -> list[Change]:
    """Every re-mapped row, in the order of the catalogue."""
    needs, titles = {need.code: need for need in _needs.get()}, _titles()
    names = {item.code: item.name for item in guide.list_items()}
    return [
        Change(
            row.code,
            need.item,
            names[need.item],
            need.name,
            _source_words(row.before, titles),
            _source_words(row.after, titles),
            row.source,
        )
        for row in models.MappingChange.objects.order_by("code")
        if (need := needs.get(row.code))
    ]


def _source_words(text: str, titles: Mapping[str, str]) -> str:
    """``dataset:DS_X.field`` or an obtain mode, as a person says it."""
    kind, _, reference = text.partition(":")
    return titles.get(reference.split(".")[0], reference) if reference else BEFORE.get(kind, kind)


def what_next(most: int = 20) -> list[Suggestion]:
    """What to connect next to raise coverage most, each after the ones before it."""
    titles = _titles()
    return [_suggest(step, titles) for step in connect_next(list_needs(), most=most)]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do about an unmet need: connect one of ``ways``, else ``instead`` says why nothing can be."""

    ways: tuple[str, ...]
    instead: str


def next_steps(item_code: str) -> Mapping[str, NextStep]:
    """The next step for each unmet material (by code) and field (by name) of an item; no statement."""
    return _steps.get().get(item_code, {})


def _build_steps(_: int) -> Mapping[str, Mapping[str, NextStep]]:
    found: dict[str, dict[str, NextStep]] = defaultdict(dict)
    for need in _needs.get():
        if not need.met:
            found[need.item][need.code.rpartition(".")[2]] = NextStep(in_words(need), need.step)
    return found


def in_words(need: Need) -> tuple[str, ...]:
    """The connections any of which would meet a need."""
    titles = _titles()
    return tuple(_way(one, titles) for one in need.connections)


def elsewhere_in_words(need: Need) -> tuple[str, ...]:
    """Who else in the city holds a field of that name."""
    titles = _titles()
    return tuple(titles.get(code, code) for code in need.elsewhere)


def _way(connection: str, titles: Mapping[str, str]) -> str:
    kind, _, rest = connection.partition(":")
    if kind == INTERFACE:
        what, _, holder = rest.partition("|")
        return f"{what}（{holder}）"
    return f"{rest}核验" if rest else titles.get(kind, kind)


def _titles() -> Mapping[str, str]:
    titles = {kind.code: kind.name for kind in certificate_types.all_types().values()}
    return titles | {dataset.code: dataset.name for dataset in data.list_datasets()}


def _suggest(step: Step, titles: Mapping[str, str]) -> Suggestion:
    kind, _, rest = step.connection.partition(":")
    if kind in {VERIFY, INTERFACE}:
        return Suggestion(step, kind, rest.replace("|", "，来自"))
    return Suggestion(step, "数据" if kind.isupper() else "证照", titles.get(kind, kind))


def list_needs() -> list[Need]:
    """Every material and field of every item with its cases."""
    cases = cases_by_item()
    return [replace(one, people=cases.get(one.item, 0)) for one in _needs.get()]


def cases_by_item() -> Mapping[str, int]:
    """Cases submitted, by item, counted from the ledger."""
    counts: dict[str, int] = defaultdict(int)
    for (item, _), number in cases_by_place().items():
        counts[item] += number
    return counts


def cases_by_place() -> Mapping[tuple[str, str], int]:
    """(item, county) → cases submitted."""
    counted = count_details(Kind.APPLICATION_SUBMITTED, "item", "division")
    return {(item, division): number for (item, division), number in counted.items()}


def _by(key: Callable[[Need], str]) -> Mapping[str, list[Need]]:
    grouped: dict[str, list[Need]] = defaultdict(list)
    for need in list_needs():
        grouped[key(need)].append(need)
    return grouped


def _group(code: str, name: str, needs: Sequence[Need], cases: Mapping[str, int]) -> Group:
    items = {need.item for need in needs}
    return Group(
        code,
        name,
        len(items),
        sum(cases.get(item, 0) for item in items),
        measure(needs),
        measure(needs, cases),
    )


def _build(_: int) -> tuple[Need, ...]:
    names = _names_of_fields()
    steps = {row.code: row for row in models.NextStep.objects.all()}
    return tuple(
        need
        for item in guide.list_items()
        for need in (
            *(_material(item, m, steps) for m in item.materials if m.sources[0] is not SourceKind.CANCELLED),
            *(_field(item, f, names, steps) for f in item.fields),
        )
    )


def _material(item: ItemView, material: MaterialView, steps: Mapping[str, models.NextStep]) -> Need:
    need = Need(item.code, material.code, material.name, MATERIAL, material.sources[0] in OFFICIAL)
    if need.met:
        return need
    if row := steps.get(material.code):
        return _stepped(need, row)
    made = MADE_HERE if material.sources[0] is SourceKind.FORM else ""
    return replace(need, connections=_sources_for(material), step=made)


def _stepped(need: Need, row: models.NextStep) -> Need:
    """What the catalogue says of a gap goes before what is guessed from its codes."""
    need = replace(need, kept=row.reason)
    if row.step == CONNECT:
        return replace(need, connections=(f"{INTERFACE}:{row.what}|{row.holder}",))
    return replace(need, step=f"{INSTEAD[row.step]}{row.what}")


def _sources_for(material: MaterialView) -> tuple[str, ...]:
    if material.issuer in OWN_MAKERS or material.sources[0] is SourceKind.FORM:
        return ()
    codes = tuple(code for code in (material.cert_code, material.dataset_code) if code)
    return codes or ((f"{VERIFY}:{material.issuer}",) if material.issuer else ())


def _field(
    item: ItemView,
    field: FieldView,
    names: Mapping[str, frozenset[str]],
    steps: Mapping[str, models.NextStep],
) -> Need:
    """A field that is written by hand is filled from a source the item reads anyway, when one holds a field of that
    name; not from the document the item is about to make.
    """
    need = Need(item.code, f"{item.code}.{field.name}", field.label, FIELD, field.origin in OFFICIAL_FIELDS)
    if need.met:
        return need
    if field.origin != "manual":
        return replace(need, step=OWN_ACCOUNT)
    row = steps.get(need.code)
    if not (row and row.reason):
        need = replace(need, elsewhere=holders_of(item, field))
    if row:
        return _stepped(need, row)
    read = (item.certificate_codes | item.dataset_codes) - {item.result_cert_code}
    return replace(need, connections=tuple(sorted(names.get(field.label, frozenset()) & read)))


def _names_of_fields() -> Mapping[str, frozenset[str]]:
    """Name of a standard field → the certificate types and datasets that hold one of that name."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in standards.fields_by_ref().values():
        found[one.name_cn].add(one.owner_code)
    return {name: frozenset(owners) for name, owners in found.items()}


_needs = Versioned(models.ROOM, _build, "standards", "certificates", "data")
_steps = Versioned(models.ROOM, _build_steps, "standards", "certificates", "data")
