"""Facts about the people concerned, computed from records only when a rule or situation asks for them.

Names are those of ``catalog/item_facts.csv``; a prefix names the role (``spouse.age``). Unknown is None and never "no".
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from proofless.applications.waterfall.records import Held
from proofless.applications.waterfall.sources import Context
from proofless.kit import clock
from proofless.parties.queries import HolderFacts

Value = bool | int | float | str | None
MARRIED, DIVORCED, BOOKED, ANNULLED = {"IA", "ICA"}, {"IB", "ICB"}, "YY", "ID"
CITY_PREFIX = "3714"
PENSION_STAFF, PENSION_RESIDENT, UNEMPLOYMENT = "110", "170", "210"


class Facts:
    """Looks facts up for one case. ``get`` is what compiled expressions call."""

    def __init__(self, context: Context, holders: Mapping[UUID, HolderFacts]) -> None:
        self._context = context
        self._holders = holders
        self._known: dict[str, Value] = {}

    def get(self, name: str) -> Value:
        """The value of a fact, or None when it is not known."""
        if name not in self._known:
            records = self._context.records
            before, records.missed = records.missed, False
            value = self._compute(name)
            # What rests on a record she does not let us read is not known, whatever the rest would say.
            self._known[name] = None if records.missed else value
            records.missed = records.missed or before
        return self._known[name]

    def _compute(self, name: str) -> Value:
        role, _, fact = name.rpartition(".")
        role = role or _DEFAULT_ROLE.get(fact, "applicant")
        candidates = self._context.roles.get(role, ())
        if not candidates:
            return False if fact.startswith(("has_", "row_")) and role in {"child", "staff"} else None
        if fact.startswith("has_"):
            return self._has(candidates, fact.removeprefix("has_"))
        if fact.startswith("row_"):
            return self._has_row(candidates, fact.removeprefix("row_").upper())
        return COMPUTED[fact](self, candidates)

    # what facts are computed from

    def _has(self, candidates: tuple[UUID, ...], code: str) -> bool | None:
        held = self._context.records.find(candidates, code)
        return held is not None and held.usable

    def _has_row(self, candidates: tuple[UUID, ...], code: str) -> bool | None:
        if self._context.records.is_down(code):
            return None
        rows = self.rows(candidates, code)
        if code == "DS_MARRIAGE":
            return any(self.value(row, "op_type") != BOOKED for row in rows)
        return bool(rows)

    def rows(self, candidates: tuple[UUID, ...], code: str) -> list[Held]:
        return self._context.records.all(candidates, code)

    def value(self, held: Held, field: str) -> Any:
        return self._context.records.open(held).get(field)

    def first(self, candidates: tuple[UUID, ...], *references: str) -> Any:
        """The first known value among references such as ``DS_PERSON_BASE.sex``."""
        for reference in references:
            code, field = reference.split(".")
            held = self._context.records.find(candidates, code)
            if held is not None and held.usable:
                value = self.value(held, field)
                if value not in (None, ""):
                    return value
        return None

    def day(self, candidates: tuple[UUID, ...], *references: str) -> date | None:
        text = self.first(candidates, *references)
        return date.fromisoformat(str(text)[:10]) if text else None

    def state(self, candidates: tuple[UUID, ...]) -> str:
        facts = self._holders.get(candidates[0])
        return facts.state if facts else ""

    def sex_of(self, holder_id: UUID) -> str:
        facts = self._holders.get(holder_id)
        return facts.sex if facts else ""

    def any_status(
        self, candidates: tuple[UUID, ...], code: str, field: str, good: frozenset[str]
    ) -> bool | None:
        """Whether some row of a dataset has a status among the good ones; None while the source is down."""
        if self._context.records.is_down(code):
            return None
        return any(str(self.value(row, field)) in good for row in self.rows(candidates, code))


Compute = Callable[[Facts, tuple[UUID, ...]], Value]
IN_FORCE = frozenset(
    {
        "1",
        "01",
        "正常",
        "有效",
        "享受中",
        "在册",
        "在读",
        "正常参保",
        "正常缴费",
        "参保缴费",
        "正常领取",
        "正常缴存",
    }
)


def _months_since(day: date | None) -> int | None:
    if day is None:
        return None
    today = clock.today()
    return (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)


def _birth(f: Facts, who: tuple[UUID, ...]) -> date | None:
    return f.day(
        who, "DS_PERSON_BASE.birth_date", "id_card.birth_date", "hukou_book.birth_date", "DS_BIRTH.birth_time"
    )


def _age(f: Facts, who: tuple[UUID, ...]) -> Value:
    born = _birth(f, who)
    return clock.full_years(born, clock.today()) if born else None


def _age_on_0831(f: Facts, who: tuple[UUID, ...]) -> Value:
    born, today = _birth(f, who), clock.today()
    term = date(today.year + (today > date(today.year, 8, 31)), 8, 31)
    return clock.full_years(born, term) if born else None


def _sex(f: Facts, who: tuple[UUID, ...]) -> Value:
    return f.sex_of(who[0]) or f.first(who, "DS_PERSON_BASE.sex", "id_card.sex")


def _alive(f: Facts, who: tuple[UUID, ...]) -> Value:
    return f.state(who) == "active"


def _dead(f: Facts, who: tuple[UUID, ...]) -> Value:
    return f.state(who) == "deceased"


def _in_city(reference: str, absent: Value) -> Compute:
    def compute(f: Facts, who: tuple[UUID, ...]) -> Value:
        division = f.first(who, reference)
        return str(division).startswith(CITY_PREFIX) if division else absent

    return compute


def _rural(f: Facts, who: tuple[UUID, ...]) -> Value:
    kind = f.first(who, "DS_PERSON_BASE.hukou_type")
    return None if kind is None else str(kind) in {"2", "1", "20", "农业", "农业户口", "农村居民"}


def _marital(f: Facts, who: tuple[UUID, ...]) -> Value:
    """The latest marriage entry decides; appointments do not count; a dead spouse makes a widow."""
    if f._context.records.is_down("DS_MARRIAGE"):
        return None
    rows = [r for r in f.rows(who, "DS_MARRIAGE") if f.value(r, "op_type") != BOOKED]
    if not rows:
        return "single"
    latest = max(rows, key=lambda row: str(f.value(row, "op_date") or ""))
    kind = str(f.value(latest, "op_type"))
    if kind in DIVORCED:
        return "divorced"
    if kind not in MARRIED:
        return "single"
    is_applicant = who == f._context.roles.get("applicant")
    spouse_gone = is_applicant and "spouse" not in f._context.roles and "deceased" in f._context.roles
    return "widowed" if spouse_gone else "married"


def _status(code: str, field: str) -> Compute:
    return lambda f, who: f.any_status(who, code, field, IN_FORCE)


def _stored(*references: str, absent: Value = None) -> Compute:
    def compute(f: Facts, who: tuple[UUID, ...]) -> Value:
        value = f.first(who, *references)
        return absent if value is None else value

    return compute


def _number(*references: str, absent: Value = None) -> Compute:
    def compute(f: Facts, who: tuple[UUID, ...]) -> Value:
        value = f.first(who, *references)
        if value is None:
            return absent
        number = float(value)
        return int(number) if number.is_integer() else number

    return compute


def _insured_months(insurance_type: str) -> Compute:
    def compute(f: Facts, who: tuple[UUID, ...]) -> Value:
        rows = [r for r in f.rows(who, "DS_SOCIALINS") if str(f.value(r, "insurance_type")) == insurance_type]
        return max((int(f.value(row, "pay_months") or 0) for row in rows), default=0)

    return compute


def _insured_now(f: Facts, who: tuple[UUID, ...]) -> Value:
    return any(
        str(f.value(row, "insured_status")) in IN_FORCE and f.value(row, "employer_uscc")
        for row in f.rows(who, "DS_SOCIALINS")
    )


def _flexible(f: Facts, who: tuple[UUID, ...]) -> Value:
    return any(
        str(f.value(row, "insured_status")) in IN_FORCE
        and str(f.value(row, "insurance_type")) == PENSION_STAFF
        and not f.value(row, "employer_uscc")
        for row in f.rows(who, "DS_SOCIALINS")
    )


def _months(*references: str, absent: Value = None) -> Compute:
    def compute(f: Facts, who: tuple[UUID, ...]) -> Value:
        months = _months_since(f.day(who, *references))
        return absent if months is None else months

    return compute


def _skill_months(f: Facts, who: tuple[UUID, ...]) -> Value:
    days = [str(f.value(row, "issue_date") or "")[:10] for row in f.rows(who, "DS_SKILL")]
    known = [date.fromisoformat(day) for day in days if day]
    return _months_since(max(known)) if known else _months_since(f.day(who, "skill_level_cert.issue_date"))


def _driver_years(f: Facts, who: tuple[UUID, ...]) -> Value:
    first = f.day(who, "DS_DRIVER.first_issue_date", "driver_license.first_issue_date")
    return clock.full_years(first, clock.today()) if first else 0


def _no_crime(f: Facts, who: tuple[UUID, ...]) -> Value:
    result = f.first(who, "DS_NOCRIME.check_result")
    return None if result is None else str(result) in {"1", "0", "01", "通过", "无", "未发现"}


def _received(f: Facts, who: tuple[UUID, ...]) -> Value:
    """Whether a payment for a listed subsidy was made; ordinary transfers of other items do not count."""
    return False if not f.rows(who, "DS_BANKPAY") else None


def _count_rows(code: str) -> Compute:
    return lambda f, who: len(f.rows(who, code))


def _estate_sealed(f: Facts, who: tuple[UUID, ...]) -> Value:
    sealed = {"1", "01", "查封", "已查封", "是"}
    return any(str(f.value(row, "seal_status")) in sealed for row in f.rows(who, "DS_ESTATEMORT"))


def _settled(f: Facts, who: tuple[UUID, ...]) -> Value:
    settled = {"1", "01", "已结清", "结清", "是"}
    return any(str(f.value(row, "settle_status")) in settled for row in f.rows(who, "DS_FUNDLOAN"))


def _active(f: Facts, who: tuple[UUID, ...]) -> Value:
    return f.state(who) == "active"


def _listed(kind: frozenset[str]) -> Compute:
    def compute(f: Facts, who: tuple[UUID, ...]) -> Value:
        rows = f.rows(who, "DS_ENTABN")
        return any(str(f.value(r, "list_type")) in kind and not f.value(r, "out_date") for r in rows)

    return compute


def _dishonest(f: Facts, who: tuple[UUID, ...]) -> Value:
    return any(
        str(f.value(r, "status")) not in {"2", "02", "已履行", "已撤销"} for r in f.rows(who, "DS_DISHONEST")
    )


_DEFAULT_ROLE = {
    **dict.fromkeys(("age_months", "age_on_0831"), "child"),
    "is_dead": "deceased",
    **dict.fromkeys(
        (
            "active",
            "is_abnormal",
            "is_serious_dishonest",
            "est_months",
            "insured_count",
            "layoff_rate",
            "unemp_pay_months",
            "si_arrears",
            "tax_arrears",
            "fund_arrears",
            "penalty_months",
        ),
        "enterprise",
    ),
}
COMPUTED: dict[str, Compute] = {
    "age": _age,
    "age_months": lambda f, who: _months_since(_birth(f, who)),
    "age_on_0831": _age_on_0831,
    "sex": _sex,
    "is_alive": _alive,
    "is_dead": _dead,
    "hukou_in_city": _in_city("DS_PERSON_BASE.hukou_division", None),
    "hukou_is_rural": _rural,
    "residence_in_city": _in_city("DS_RESIDENCE.residence_division", None),
    "residence_months": _months("DS_RESIDENCE.register_date", absent=0),
    "marital_status": _marital,
    "child_count": _number("DS_FAMILYPLAN.child_count"),
    "is_dibao": _status("DS_DIBAO", "status"),
    "is_dibao_edge": _status("DS_DIBAO_EDGE", "status"),
    "is_tekun": _status("DS_TEKUN", "status"),
    "is_poverty_monitor": lambda f, who: bool(f.rows(who, "DS_POVERTY")),
    "disability_level": _number("DS_DISABLED.disability_level", "disabled_cert.disability_level"),
    "disability_category": _stored("DS_DISABLED.disability_category", "disabled_cert.disability_category"),
    "is_student": _status("DS_STUDENT", "study_status"),
    "edu_level": _stored("DS_DEGREE.edu_level", "edu_diploma.edu_level"),
    "is_unemp_registered": _status("DS_UNEMP", "status"),
    "is_hard_employ": lambda f, who: f.first(who, "DS_UNEMP.difficulty_type") not in (None, "", "0", "00"),
    "is_insured_now": _insured_now,
    "is_flexible_insured": _flexible,
    "pension_months": _insured_months(PENSION_STAFF),
    "resident_pension_months": _insured_months(PENSION_RESIDENT),
    "unemp_ins_months": _insured_months(UNEMPLOYMENT),
    "receives_pension": _status("DS_PENSION", "benefit_status"),
    "already_received": _received,
    "med_insured": _status("DS_MEDINS", "insured_status"),
    "med_insurance_type": _stored("DS_MEDINS.insurance_type", "med_ins_voucher.insurance_type"),
    "fund_active": _status("DS_FUND", "account_status"),
    "fund_months": _number("housing_fund_proof.continuous_months", absent=0),
    "mortgage_settled": _settled,
    "house_count": _count_rows("DS_ESTATE"),
    "estate_sealed": _estate_sealed,
    "driver_years": _driver_years,
    "no_crime_pass": _no_crime,
    "skill_cert_months": _skill_months,
    "labor_grade": _number("DS_INJURY.disability_grade"),
    "is_veteran_object": _status("DS_VETERAN", "status"),
    "is_dishonest_debtor": _dishonest,
    "active": _active,
    "is_abnormal": _listed(frozenset({"1", "01", "经营异常", "经营异常名录"})),
    "is_serious_dishonest": _listed(frozenset({"2", "02", "严重违法失信", "严重违法失信名单"})),
    "est_months": _months("DS_ENTBASE.establish_date", "biz_license.establish_date"),
    "insured_count": _number("DS_ENTSI.insured_count", absent=0),
    "layoff_rate": _number("DS_ENTSI.layoff_rate", absent=0),
    "unemp_pay_months": _number("DS_ENTSI.pay_months", absent=0),
    "si_arrears": _number("DS_ENTSI.arrears", absent=0),
    "tax_arrears": _number("DS_TAXPAY.arrears", absent=0),
    "fund_arrears": _number("DS_ENTFUND.arrears", absent=0),
    "penalty_months": _months("DS_CREDIT.decision_date"),
}
