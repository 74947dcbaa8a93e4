"""居民码的属性: how each attribute a scene may ask about a person is judged. Pure."""

from collections.abc import Callable
from datetime import date

from proofless.codes.rules.evidence import (
    UNKNOWN,
    Answer,
    Decide,
    Evidence,
    Predicate,
    Record,
    Value,
    answer,
    held,
    in_force,
    never,
    not_past,
    taken,
)
from proofless.kit.clock import full_years

CITY_PREFIX = "3714"
BIRTH = ("id_card.birth_date", "DS_PERSON_BASE.birth_date", "elder_card.birth_date")
MARRIED, DIVORCED, ANNULLED, BOOKED = {"IA", "ICA"}, {"IB", "ICB"}, {"ID"}, "YY"
_BANDS = ((100, "100周岁及以上"), (90, "90—99周岁"), (80, "80—89周岁"), (65, "65—79周岁"), (60, "60—64周岁"))


def _age(evidence: Evidence) -> tuple[int | None, Record | None]:
    born, record = evidence.first(*BIRTH)
    try:
        return full_years(date.fromisoformat(str(born)), evidence.today), record
    except ValueError:
        return None, record


def _aged(test: Callable[[int], Value]) -> Decide:
    def decide(evidence: Evidence) -> Answer:
        age, record = _age(evidence)
        return UNKNOWN if age is None else answer(test(age), record)

    return decide


def _band(age: int) -> str:
    return next((name for least, name in _BANDS if age >= least), "18—59周岁" if age >= 18 else "未满18周岁")


def _row_in_force(status: str, valid_to: str = "") -> Callable[[Evidence, Record], bool | None]:
    """A row counts when its status is in force and, where it has one, its last day has not passed."""

    def judge(evidence: Evidence, row: Record) -> bool | None:
        if valid_to and not_past(evidence.value(row, valid_to), evidence.today) is False:
            return False
        return in_force(evidence.value(row, status))

    return judge


def _row_not_past(name: str) -> Callable[[Evidence, Record], bool | None]:
    return lambda evidence, row: not_past(evidence.value(row, name), evidence.today)


def _exists(evidence: Evidence, row: Record) -> bool | None:
    return True


def _unsaid(evidence: Evidence, row: Record) -> bool | None:
    """The dataset mixes kinds that its fields do not tell apart."""
    return None


def _identity(evidence: Evidence) -> Answer:
    for card in evidence.of("id_card"):
        if card.usable:
            return answer(True, card)
    status, row = evidence.first("DS_PERSON_BASE.person_status")
    return answer(in_force(status), row) if row else UNKNOWN


def _local(evidence: Evidence) -> Answer:
    hukou, record = evidence.first("DS_PERSON_BASE.hukou_division")
    if record and str(hukou).startswith(CITY_PREFIX):
        return answer(True, record)
    for row in evidence.of("DS_RESIDENCE"):
        here = str(evidence.value(row, "residence_division")).startswith(CITY_PREFIX)
        if here and not_past(evidence.value(row, "valid_to"), evidence.today) is not False:
            return answer(True, row)
    return answer(False, record) if record and evidence.absent("DS_RESIDENCE") else UNKNOWN


def _student(evidence: Evidence, row: Record) -> bool | None:
    return in_force(evidence.value(row, "study_status"))


_GROUPS: tuple[tuple[str, str, Decide], ...] = (
    ("elder_card", "老年人", _aged(lambda age: age >= 60)),
    ("disabled_cert", "残疾人", held(["disabled_cert"], "DS_DISABLED", _row_in_force("status", "valid_to"))),
    ("low_income_cert", "低保对象", held(["low_income_cert"], "DS_DIBAO", _row_in_force("status"))),
)


def _benefit_group(evidence: Evidence) -> Answer:
    """The groups the scene's certificates speak of; unknown when one of them is and no other is found."""
    found = [(name, decide(evidence)) for code, name, decide in _GROUPS if code in evidence.scene_codes]
    names = [name for name, one in found if one.value is True]
    sources = "、".join(dict.fromkeys(one.source for _, one in found if one.value is True))
    if names:
        return Answer("、".join(names), sources, max(one.as_of for _, one in found if one.value is True))
    return UNKNOWN if any(one.value is None for _, one in found) or not found else Answer("无")


def _any_of(*decisions: Decide) -> Decide:
    """True when one is, False when all are, else unknown."""

    def decide(evidence: Evidence) -> Answer:
        answers = [one(evidence) for one in decisions]
        for found in answers:
            if found.value is True:
                return found
        return UNKNOWN if any(found.value is None for found in answers) else answers[0]

    return decide


def _marital(evidence: Evidence) -> Answer:
    """The latest marriage entry decides; appointments and annulled marriages do not count."""
    rows = [(str(evidence.value(row, "op_type")), row) for row in evidence.of("DS_MARRIAGE")]
    entries = [(kind, row) for kind, row in rows if kind != BOOKED]
    if not entries:
        return Answer("无婚姻登记记录") if "DS_MARRIAGE" in evidence.complete else UNKNOWN
    kind, latest = max(entries, key=lambda entry: str(evidence.value(entry[1], "op_date") or ""))
    words = {
        **dict.fromkeys(MARRIED, "已婚"),
        **dict.fromkeys(DIVORCED, "离婚"),
        **dict.fromkeys(ANNULLED, "婚姻已撤销"),
    }
    return answer(words.get(kind), latest)


def _estates(evidence: Evidence) -> list[Record]:
    """Registered properties, without those whose registration has ended."""
    return [row for row in evidence.of("DS_ESTATE") if in_force(evidence.value(row, "status")) is not False]


def _houses(evidence: Evidence) -> Answer:
    rows = _estates(evidence)
    if not rows and not evidence.of("DS_ESTATE"):
        return Answer(0) if evidence.absent("DS_ESTATE") else UNKNOWN
    return answer(len({evidence.value(row, "unit_no") for row in rows}), evidence.of("DS_ESTATE")[0])


def _degree(evidence: Evidence) -> Answer:
    """The highest: GB/T 4658 codes fall as degrees rise."""
    found = [
        (evidence.value(r, "edu_level"), r) for r in (*evidence.of("DS_DEGREE"), *evidence.of("edu_diploma"))
    ]
    levels = [(str(level), record) for level, record in found if level is not None]
    return answer(*min(levels, key=lambda one: one[0])) if levels else UNKNOWN


def _free_of_employer(evidence: Evidence) -> Answer:
    rows = evidence.of("DS_SOCIALINS")
    if not rows:
        return Answer(True) if evidence.absent("DS_SOCIALINS") else UNKNOWN
    insured = [(in_force(evidence.value(row, "insured_status")), row) for row in rows]
    for state, row in insured:
        if state and evidence.value(row, "employer_name") is not None:
            return answer(False, row)
    return UNKNOWN if any(state is None for state, _ in insured) else answer(True, rows[0])


def _no_record(evidence: Evidence) -> Answer:
    result, row = evidence.first("DS_NOCRIME.check_result")
    known = {"1": True, "通过": True, "2": False, "不通过": False}
    return answer(known.get(str(result)), row) if row else UNKNOWN


def _masked(*refs: str, mask: Callable[[str], str]) -> Decide:
    def decide(evidence: Evidence) -> Answer:
        value, record = evidence.first(*refs)
        return answer(mask(str(value)), record) if record else UNKNOWN

    return decide


def mask_name(name: str) -> str:
    """Only the last character shows: 张三 → *三, 王丽华 → **华."""
    return "*" * max(len(name) - 1, 1) + name[-1] if len(name) > 1 else "*"


def mask_number(number: str) -> str:
    """First four and last one; the birth date is hidden."""
    return number[:4] + "*" * (len(number) - 5) + number[-1] if len(number) > 8 else "*" * len(number)


def _own_property(evidence: Evidence) -> tuple[Record | None, bool]:
    """The holder's property that is meant, and whether that is certain: by number, or his only one."""
    rows = _estates(evidence)
    if evidence.about:
        for row in rows:
            if evidence.about in {str(evidence.value(row, "unit_no")), str(evidence.value(row, "cert_no"))}:
                return row, True
        return None, "DS_ESTATE" in evidence.complete
    return (rows[0], True) if len(rows) == 1 else (None, False)


def _owns(evidence: Evidence) -> Answer:
    """Only against a number the scanner gives: whose property is meant cannot be seen from a code."""
    row, certain = _own_property(evidence)
    return answer(row is not None, row) if evidence.about and certain else UNKNOWN


def _encumbered(name: str, marks: frozenset[str]) -> Decide:
    """Whether the property is mortgaged (any entry) or sealed (an entry so marked)."""

    def decide(evidence: Evidence) -> Answer:
        row, certain = _own_property(evidence)
        if not certain or row is None or "DS_ESTATEMORT" not in evidence.complete:
            return UNKNOWN
        unit = evidence.value(row, "unit_no")
        entries = [one for one in evidence.of("DS_ESTATEMORT") if evidence.value(one, "unit_no") == unit]
        hits = [one for one in entries if not marks or str(evidence.value(one, name)) in marks]
        return answer(bool(hits), (hits or entries or [row])[0])

    return decide


_ESTATE = ("DS_ESTATE.unit_no", "DS_ESTATE.cert_no", "DS_ESTATE.status")
_MORTGAGE = (*_ESTATE, "DS_ESTATEMORT.unit_no")
_SEALED = frozenset({"1", "01", "查封", "已查封", "是"})
_DISABLED = held(["disabled_cert"], "DS_DISABLED", _row_in_force("status", "valid_to"))

PERSON_PREDICATES: tuple[Predicate, ...] = (
    Predicate("is_age_ge_18", "已满18周岁", BIRTH, (), _aged(lambda age: age >= 18)),
    Predicate("is_age_ge_60", "已满60周岁", BIRTH, (), _aged(lambda age: age >= 60)),
    Predicate("is_age_ge_65", "已满65周岁", BIRTH, (), _aged(lambda age: age >= 65)),
    Predicate("is_age_60_64", "60至64周岁", BIRTH, (), _aged(lambda age: 60 <= age < 65)),
    Predicate("age_band", "年龄段", BIRTH, (), _aged(_band)),
    Predicate(
        "has_valid_disabled_cert",
        "持有有效残疾人证",
        ("DS_DISABLED.status", "DS_DISABLED.valid_to"),
        ("disabled_cert",),
        _DISABLED,
    ),
    Predicate(
        "has_valid_veteran_card",
        "持有有效退役军人优待证",
        ("DS_VETERAN.status",),
        ("veteran_card",),
        held(["veteran_card"], "DS_VETERAN", _row_in_force("status")),
    ),
    Predicate(
        "is_enrolled_student",
        "在读学生",
        ("DS_STUDENT.study_status",),
        ("student_proof",),
        held(["student_proof"], "DS_STUDENT", _student),
    ),
    Predicate(
        "has_teacher_qual",
        "具有教师资格",
        (),
        ("teacher_qual", "DS_TEACHER"),
        held(["teacher_qual"], "DS_TEACHER", _exists),
    ),
    Predicate(
        "has_valid_taxi_qual",
        "出租汽车驾驶员证有效",
        (),
        ("taxi_driver_cert", "ridehail_driver_cert", "DS_TRANSSTAFF"),
        held(["taxi_driver_cert", "ridehail_driver_cert"], "DS_TRANSSTAFF", _unsaid),
    ),
    Predicate("identity_verified", "身份已核实", ("DS_PERSON_BASE.person_status",), ("id_card",), _identity),
    Predicate(
        "local_resident",
        "本市居民",
        ("DS_PERSON_BASE.hukou_division", "DS_RESIDENCE.residence_division", "DS_RESIDENCE.valid_to"),
        (),
        _local,
    ),
    Predicate(
        "benefit_group",
        "优待对象类别",
        (*BIRTH, "DS_DISABLED.status", "DS_DISABLED.valid_to", "DS_DIBAO.status"),
        ("disabled_cert", "low_income_cert"),
        _benefit_group,
    ),
    Predicate(
        "is_dibao_or_tekun",
        "低保或特困对象",
        ("DS_DIBAO.status", "DS_TEKUN.status"),
        ("low_income_cert", "tekun_cert"),
        _any_of(
            held(["low_income_cert"], "DS_DIBAO", _row_in_force("status")),
            held(["tekun_cert"], "DS_TEKUN", _row_in_force("status")),
        ),
    ),
    taken("name", "姓名", "id_card.name", "DS_PERSON_BASE.name"),
    taken("id_no", "公民身份号码", "id_card.id_no", "DS_PERSON_BASE.id_no"),
    taken("address", "住址", "id_card.address", "DS_PERSON_BASE.hukou_address"),
    taken("id_valid_to", "身份证有效期至", "id_card.valid_to"),
    taken("mobile", "手机号码", "account.mobile"),
    Predicate(
        "name_masked",
        "姓名(已隐去部分)",
        ("id_card.name", "DS_PERSON_BASE.name"),
        (),
        _masked("id_card.name", "DS_PERSON_BASE.name", mask=mask_name),
    ),
    Predicate(
        "id_no_masked",
        "公民身份号码(已隐去部分)",
        ("id_card.id_no", "DS_PERSON_BASE.id_no"),
        (),
        _masked("id_card.id_no", "DS_PERSON_BASE.id_no", mask=mask_number),
    ),
    never("photo_match", "人像比对一致(须现场比对)"),
    taken("vehicle_plate", "车辆号牌", "DS_TRANSVEH.plate_no"),
    Predicate(
        "insured_active",
        "医保正常参保",
        ("DS_MEDINS.insured_status",),
        ("med_ins_voucher",),
        held(["med_ins_voucher"], "DS_MEDINS", _row_in_force("insured_status")),
    ),
    taken("med_code", "医保码", "med_ins_voucher.med_code"),
    Predicate("marital_status", "婚姻登记状况", ("DS_MARRIAGE.op_type", "DS_MARRIAGE.op_date"), (), _marital),
    Predicate("house_count", "本市登记房屋套数", ("DS_ESTATE.unit_no", "DS_ESTATE.status"), (), _houses),
    taken("deposit_months", "公积金连续缴存月数", "housing_fund_proof.continuous_months"),
    Predicate(
        "degree_level", "最高学历", ("DS_DEGREE.edu_level", "edu_diploma.edu_level"), (), _degree, "GB/T 4658"
    ),
    Predicate(
        "cert_no_masked",
        "技能证书编号(已隐去部分)",
        ("skill_level_cert.cert_no", "DS_SKILL.cert_no"),
        (),
        _masked("skill_level_cert.cert_no", "DS_SKILL.cert_no", mask=mask_number),
    ),
    Predicate(
        "not_currently_insured_elsewhere",
        "目前未在其他单位参保",
        ("DS_SOCIALINS.insured_status", "DS_SOCIALINS.employer_name"),
        (),
        _free_of_employer,
    ),
    Predicate("no_prohibited_record", "无从业禁止情形", ("DS_NOCRIME.check_result",), (), _no_record),
    Predicate(
        "health_cert_valid",
        "健康证明有效",
        ("DS_HEALTHCERT.valid_to",),
        ("health_cert",),
        held(["health_cert"], "DS_HEALTHCERT", _row_not_past("valid_to")),
    ),
    taken("job_category", "从业类别", "health_cert.job_category", "DS_HEALTHCERT.job_category"),
    Predicate("owner_matches_property", "是所查房屋的产权人", _ESTATE, (), _owns),
    Predicate("owner_matches", "是所查房屋的产权人", _ESTATE, (), _owns),
    Predicate("has_mortgage", "所查房屋有抵押", _MORTGAGE, (), _encumbered("", frozenset())),
    Predicate(
        "is_sealed",
        "所查房屋被查封",
        (*_MORTGAGE, "DS_ESTATEMORT.seal_status"),
        (),
        _encumbered("seal_status", _SEALED),
    ),
    taken("guardian_contact", "监护人联系电话", "disabled_cert.guardian_phone"),
)
