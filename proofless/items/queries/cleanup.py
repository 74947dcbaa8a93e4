"""Reads of the cleaning up of proofs: the register, what is wrong in it, and what nobody needs any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from proofless.certificates.queries import types as certificate_types
from proofless.data import queries as data
from proofless.items import models
from proofless.items.queries import guide, library, lists
from proofless.items.queries.coverage import OWN_MAKERS, cases_by_item
from proofless.items.rules import cleanup as rules
from proofless.items.rules.cleanup import Ask, Finding, Route
from proofless.items.rules.elements import Elements
from proofless.items.rules.library import normal_name
from proofless.items.rules.search import grams
from proofless.items.rules.sources import SourceKind
from proofless.items.rules.views import ItemView, MaterialView
from proofless.kit.errors import NotFound
from proofless.kit.paging import PAGE_SIZE, Page, page_of

REQUIRED = "必要"
ENDED = "取消"
# Who a free text in the catalogue means: the words an issuer is called by, and the department that answers.
ISSUER_WORDS = {
    "公安": "GAJ",
    "民政": "MZJ",
    "卫健": "WJW",
    "医保": "YBJ",
    "人社": "RSJ",
    "社保": "RSJ",
    "公积金": "ZFGJJ",
    "自然资源": "ZRZYJ",
    "不动产登记": "ZRZYJ",
    "住建": "ZJJ",
    "税务": "SWJ",
    "交通": "JTJ",
    "市场监管": "SCJGJ",
    "审批": "SPJ",
    "登记机关": "SPJ",
    "教育": "JYTYJ",
    "残联": "CL",
    "退役": "TYJR",
    "农业农村": "NYJ",
    "消防": "XFJY",
    "档案": "DAJ",
}
_ROUTE_OF_SOURCE = {
    SourceKind.CERTIFICATE: Route.SHARE,
    SourceKind.DATA: Route.SHARE,
    SourceKind.VERIFICATION: Route.VERIFY,
    SourceKind.COMMITMENT: Route.COMMIT,
    SourceKind.CANCELLED: Route.CANCEL,
}
STILL_ASKED, MADE_HERE = "仍由申请人提交", "系统生成"


@dataclass(frozen=True, slots=True)
class Decided:
    """The latest decision about a proof."""

    route: Route
    reason: str
    law: str
    decided_at: datetime
    department_code: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One proof of the register. ``route`` is in force; ``proposed`` is what could take its place."""

    ask: Ask
    item_name: str
    department_name: str
    necessity: str
    standard_name: str
    route: Route | None
    state: str
    proposed: Route | None
    decided: Decided | None
    source: str


@dataclass(frozen=True, slots=True)
class Unneeded:
    """A proof nobody has to bring any more: where it was asked for, what stands in its place, since when."""

    name: str
    scene: str
    action: str
    instead: str
    since: str
    source: str
    item_code: str = ""


def list_asks() -> tuple[Ask, ...]:
    """Every proof every item asks for, and those lower lists added by themselves."""
    context = _Context()
    found = [context.ask(item, m) for item in guide.list_items() for m in item.materials]
    return (*found, *_template_asks(context), *_local_asks(context))


def list_findings(department_code: str = "") -> tuple[Finding, ...]:
    """What is wrong, those that spare most people first; of one department's items when given."""
    found = rules.detect(list_asks())
    return tuple(one for one in found if not department_code or one.cut.department == department_code)


def cycles() -> tuple[tuple[str, ...], ...]:
    """Rings of items in the catalogue as loaded."""
    return rules.cycles(list_asks())


def cycles_with(item_code: str, elements: Elements) -> tuple[tuple[str, ...], ...]:
    """Rings that an item would bring in if it asked for what ``elements`` say."""
    asks = list_asks()
    item = guide.get_item(item_code)
    context = _Context()
    own = {ask.name: ask for ask in asks if ask.item == item_code}
    new = [own.get(m.name) or context.named(item, m.name, m.necessity) for m in elements.materials]
    others = [ask for ask in asks if ask.item != item_code]
    before = set(rules.cycles(asks))
    return tuple(ring for ring in rules.cycles([*others, *new]) if ring not in before)


class _Context:
    """What asks are built from, read once."""

    def __init__(self) -> None:
        self.names = library.standard_names()
        self.cases = cases_by_item()
        self.makers: dict[str, list[str]] = defaultdict(list)
        self.makers_by_name: dict[str, list[str]] = defaultdict(list)
        for item in guide.list_items():
            if item.result_cert_code:
                self.makers[item.result_cert_code].append(item.code)
                self.makers_by_name[normal_name(item.titles[item.result_cert_code])].append(item.code)
        self.holders = {kind.code: kind.issuing_dept_code for kind in certificate_types.all_types().values()}
        self.holders |= {one.code: one.provider_code for one in data.list_datasets()}
        self.ended = frozenset(normal_name(p.name) for p in guide.list_proofs() if p.action == ENDED)

    def ask(self, item: ItemView, m: MaterialView) -> Ask:
        situation = (m.situation.code,) if m.situation else ()
        sources = tuple(code for code in (m.cert_code, m.dataset_code) if code)
        return Ask(
            item=item.code,
            code=m.code,
            name=m.name,
            department=item.department_code,
            issuer=m.issuer,
            issuers=self.issuers(m.issuer, sources),
            makers=tuple(self.makers.get(m.cert_code, ())) if m.cert_code else (),
            required=m.necessity == REQUIRED,
            brought=m.sources[0] is SourceKind.UPLOAD,
            own=m.issuer in OWN_MAKERS,
            returned=bool(m.cert_code) and m.cert_code == item.result_cert_code,
            sources=sources,
            fact=self.names.get(m.code, m.name),
            roles=(*m.roles, *situation),
            can_commit=m.can_commit,
            basis=item.legal_basis,
            ended=normal_name(m.name) in self.ended,
            people=self.cases.get(item.code, 0),
        )

    def named(self, item: ItemView, name: str, necessity: str, *, local: str = "", basis: str = "") -> Ask:
        """A proof known by its name only, as lists know it: the applicant would have to bring it."""
        makers = tuple(self.makers_by_name.get(normal_name(name), ()))
        return Ask(
            item=item.code,
            code=f"{item.code}@{local}:{name}"[:64],
            name=name,
            department=item.department_code,
            makers=makers,
            issuers=frozenset(guide.get_item(code).department_code for code in makers),
            required=necessity == REQUIRED,
            fact=name,
            roles=("applicant",),
            basis=basis or item.legal_basis,
            local=local,
            people=self.cases.get(item.code, 0),
        )

    def issuers(self, text: str, sources: Sequence[str]) -> frozenset[str]:
        held = {self.holders[code] for code in sources if self.holders.get(code)}
        named = {code for word, code in ISSUER_WORDS.items() if word in text}
        return frozenset(held | named or {text} - {""})


def _template_asks(context: _Context) -> Iterable[Ask]:
    """Materials the city's own lists hold beyond the catalogue."""
    cities = [place for place in lists.places().values() if place.level == lists.CITY]
    for one in (one for place in cities for one in lists.list_in_force(place.code)):
        item = guide.find_item(one.item_code)
        known = {m.name for m in item.materials} if item else set()
        for m in one.elements.materials:
            if item and m.name not in known:
                yield context.named(item, m.name, m.necessity, basis=m.basis)


def _local_asks(context: _Context) -> Iterable[Ask]:
    """Materials that lists in force below the city hold and the city's does not."""
    for one in lists.list_deviating():
        item = guide.find_item(one.lower.item_code)
        above = {m.name for m in one.upper.elements.materials}
        for m in one.lower.elements.materials:
            if item and m.name not in above:
                yield context.named(item, m.name, m.necessity, local=one.lower.division_code, basis=m.basis)


def get_ask(material_code: str) -> Ask:
    """Raises NotFound."""
    for ask in list_asks():
        if ask.code == material_code:
            return ask
    raise NotFound()


def list_register(
    *, department_code: str = "", state: str = "", words: str = "", page: int = 1, size: int = PAGE_SIZE
) -> Page[RegisterRow]:
    """The register of proofs. ``state`` is a route's value, or ``asked`` for what still has to be brought."""
    rows = [row for row in register() if _wanted(row, department_code, state, words.strip())]
    return page_of(rows, page, size)


def _wanted(row: RegisterRow, department_code: str, state: str, words: str) -> bool:
    if department_code and row.ask.department != department_code:
        return False
    if state and (row.route.value if row.route else "asked" if row.ask.brought else "made") != state:
        return False
    return not words or words in f"{row.ask.name}{row.standard_name}{row.item_name}"


def register() -> list[RegisterRow]:
    """Every proof with its legal basis, how it is got now, and what could take its place."""
    decided = _decisions()
    names = library.standard_names()
    items = {item.code: item for item in guide.list_items()}
    materials = {m.code: m for item in items.values() for m in item.materials}
    return [_row(ask, items[ask.item], materials.get(ask.code), names, decided) for ask in list_asks()]


def _row(
    ask: Ask,
    item: ItemView,
    material: MaterialView | None,
    names: Mapping[str, str],
    decided: Mapping[str, Decided],
) -> RegisterRow:
    first = material.sources[0] if material else SourceKind.UPLOAD
    route = _ROUTE_OF_SOURCE.get(first)
    return RegisterRow(
        ask=ask,
        item_name=item.name,
        department_name=item.department_name,
        necessity=material.necessity if material else "",
        standard_name=names.get(ask.code, ask.name),
        route=route,
        state=route.label if route else MADE_HERE if first is SourceKind.FORM else STILL_ASKED,
        proposed=rules.proposed_route(ask) if ask.brought else None,
        decided=decided.get(ask.code),
        source=material.source if material else "",
    )


def count_states() -> Mapping[str, int]:
    """How many proofs stand in each state; ``asked`` still have to be brought."""
    counts: dict[str, int] = defaultdict(int)
    for row in register():
        counts[row.route.value if row.route else "asked" if row.ask.brought else "made"] += 1
    return counts


def _decisions() -> Mapping[str, Decided]:
    return {
        row.material_code: Decided(Route(row.route), row.reason, row.law, row.decided_at, row.department_code)
        for row in models.ProofDecision.objects.order_by("decided_at")
    }


def search_unneeded(words: str = "", *, page: int = 1) -> Page[Unneeded]:
    """Proofs nobody has to bring any more that answer the words; all of them without words."""
    found = list(_unneeded())
    if words.strip():
        asked = grams(words.strip()) or [words.strip()]
        scored = [(_score(asked, one, words.strip()), n, one) for n, one in enumerate(found)]
        found = [one for score, _, one in sorted(scored, key=lambda s: (-s[0], s[1])) if score >= 0.5]
    return page_of(found, page)


def _score(asked: Sequence[str], one: Unneeded, words: str) -> float:
    """The share of what was asked that the name or, for less, the scene answers."""
    name = sum(gram in one.name for gram in asked) / len(asked)
    scene = sum(gram in f"{one.name}{one.scene}" for gram in asked) / len(asked)
    return max(name + (words in one.name), scene * 0.8)


def _unneeded() -> Iterable[Unneeded]:
    for proof in guide.list_proofs():
        if not proof.action.startswith("保留"):
            yield Unneeded(
                proof.name, proof.requesting_scene, proof.action, proof.replacement, proof.year, proof.source
            )
    decided = _decisions()
    for item in guide.list_items():
        for m in item.materials:
            known = decided.get(m.code)
            if m.abolished or known:
                action = known.route.label if known else Route.CANCEL.label
                since = str(known.decided_at.year) if known else ""
                yield Unneeded(m.name, item.name, action, m.note, since, m.source, item.code)
