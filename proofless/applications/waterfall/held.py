"""What the people concerned hold: certificates and rows, found but not opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from proofless.applications.waterfall.live import NOT_ASKED, LiveFound
from proofless.applications.waterfall.quality import Delivery, staleness
from proofless.applications.waterfall.records import Held
from proofless.certificates import queries as certificates
from proofless.data import queries as data
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.limits import Limit
from proofless.standards.limits import limit_of


@dataclass(frozen=True, slots=True)
class Found:
    """``down`` are codes whose source did not answer; ``loaded`` datasets where no row means no record."""

    records: tuple[Held, ...]
    down: frozenset[str]
    loaded: frozenset[str]
    stale: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


def find_held(
    holders: Iterable[UUID],
    items: Sequence[ItemView],
    also: frozenset[str] = frozenset(),
    live: LiveFound = NOT_ASKED,
) -> Found:
    """Every record of the codes the items may use, for all holders: two reads of certificates, one of rows.

    ``also`` are datasets a step needs besides; ``live`` what sources said over the line, before what is held here.
    """
    people = list(holders)
    titles = {code: title for item in items for code, title in item.titles.items()}
    terms = {code: term for item in items for code, term in item.terms.items()}
    certs = certificates.find_held(people, frozenset().union(*(item.certificate_codes for item in items)))
    rows = data.find_rows(people, also.union(*(item.dataset_codes for item in items)))
    records = [
        Held(
            holder_id=c.holder_id,
            code=c.type_code,
            source=f"certificate:{c.certificate_id}",
            title=titles.get(c.type_code, c.type_code),
            provider_code=c.issue_dept_code,
            as_of=clock.day_of(c.issued_at).isoformat(),
            usable=c.usable,
            why=c.why,
            side=c.side,
            record=c.record,
            checks=(("已加盖电子印章", True), ("在证照库中", True), ("在有效期内", c.usable)),
        )
        for c in certs
        if c.record is not None
    ]
    records += [
        Held(
            holder_id=r.holder_id,
            code=r.dataset_code,
            source=f"data:{r.row_id}",
            title=titles.get(r.dataset_code, r.dataset_code),
            provider_code=terms[r.dataset_code].provider_code if r.dataset_code in terms else "",
            as_of=r.as_of.isoformat(),
            usable=True,
            why="",
            side="",
            record=r.record,
            checks=(("来自提供部门", True),),
        )
        for r in rows.rows
    ]
    # Where rows are held here too, a source that does not answer is no loss.
    down = rows.down | (live.down - rows.loaded)
    stale = {code: why for code, why in _stale(rows.delivered).items() if code not in live.whole}
    found = (*live.records, *records)
    return Found(found, down, rows.loaded | live.whole, stale, live.waiting)


def _stale(delivered: Mapping[str, date]) -> dict[str, str]:
    """Datasets that delivered too long ago to prove anything now, with why."""
    catalogue, today = {one.code: one.update_frequency for one in data.list_datasets()}, clock.today()
    fresh_days = limit_of(Limit.REGISTER_FRESH_DAYS)
    found = {
        code: staleness(Delivery(catalogue.get(code, ""), day), today, fresh_days)
        for code, day in delivered.items()
    }
    return {code: why for code, why in found.items() if why}
