"""企业码的属性: how each attribute a scene may ask about an enterprise is judged. Pure."""

from proofless.codes.rules.evidence import (
    UNKNOWN,
    Answer,
    Evidence,
    Predicate,
    Record,
    answer,
    held,
    in_force,
    never,
    not_past,
    taken,
)

SEVERE = frozenset({"2", "02", "严重违法失信", "严重违法失信名单", "严重违法失信企业名单"})
SETTLED = frozenset({"2", "02", "已履行", "已撤销", "已退出"})
AUTHORITIES = {"legal_rep_of": "法定代表人", "owns_business": "经营者", "handler_of": "经办人"}
_LONG_TERM_YEAR = 9999


def _all_of(evidence: Evidence, code: str) -> Answer:
    """True when every certificate of the type is valid, False when none is; a mixture needs the one that is
    meant.
    """
    records = evidence.of(code)
    usable = {record.usable for record in records}
    return answer(usable == {True}, records[0]) if len(usable) == 1 else UNKNOWN


def _transport(evidence: Evidence) -> Answer:
    return _all_of(evidence, "road_transport_cert")


def _audit(evidence: Evidence) -> Answer:
    """审验: every vehicle's audit must lie ahead; a mixture needs the vehicle that is meant."""
    records = evidence.of("DS_TRANSVEH") or evidence.of("road_transport_cert")
    ahead = {not_past(evidence.value(record, "audit_valid_to"), evidence.today) for record in records}
    return answer(ahead.pop(), records[0]) if len(ahead) == 1 else UNKNOWN


def _registered(evidence: Evidence) -> Answer:
    status, row = evidence.first("DS_ENTBASE.reg_status")
    return answer(status, row)


def _honest(evidence: Evidence) -> Answer:
    """Not on the list of serious violators nor of dishonest debtors; unknown unless both lists answer."""
    for row in evidence.of("DS_ENTABN"):
        listed = str(evidence.value(row, "list_type")) in SEVERE
        if listed and evidence.value(row, "out_date") is None:
            return answer(False, row)
    for row in evidence.of("DS_DISHONEST"):
        if str(evidence.value(row, "status")) not in SETTLED:
            return answer(False, row)
    return Answer(True) if {"DS_ENTABN", "DS_DISHONEST"} <= evidence.complete else UNKNOWN


def _tax_level(evidence: Evidence) -> Answer:
    rows = evidence.of("DS_TAXCREDIT")
    if not rows:
        return UNKNOWN
    latest = max(rows, key=lambda row: str(evidence.value(row, "credit_year") or ""))
    return answer(evidence.value(latest, "credit_level"), latest)


def _permits(evidence: Evidence) -> list[Record]:
    """Valid certificates of public kinds (grade L1), without the business licence itself."""
    found = [record for records in evidence.records.values() for record in records]
    return [r for r in found if r.public and r.usable and r.code not in {"biz_license", "credit_report"}]


def _permit_list(evidence: Evidence) -> Answer:
    permits = _permits(evidence)
    titles = list(dict.fromkeys(record.title for record in permits))
    return Answer("、".join(titles), "电子证照", max(r.as_of for r in permits)) if permits else UNKNOWN


def _permits_valid_to(evidence: Evidence) -> Answer:
    permits = [record for record in _permits(evidence) if record.valid_to]
    lines = [f"{r.title}:{_day(r)}" for r in permits]
    return Answer("、".join(lines), "电子证照", max(r.as_of for r in permits)) if permits else UNKNOWN


def _day(record: Record) -> str:
    if record.valid_to is None or record.valid_to.year == _LONG_TERM_YEAR:
        return "长期"
    return record.valid_to.isoformat()


def _authority(evidence: Evidence) -> Answer:
    """Whether whoever showed the code acts for the enterprise: recorded when the code was made."""
    return (
        Answer(AUTHORITIES[evidence.authority], "主体关系登记")
        if evidence.authority in AUTHORITIES
        else UNKNOWN
    )


def _school(evidence: Evidence, row: Record) -> bool | None:
    if not_past(evidence.value(row, "valid_to"), evidence.today) is False:
        return False
    return in_force(evidence.value(row, "status"))


def _unsaid(evidence: Evidence, row: Record) -> bool | None:
    """No dataset holds these qualifications: without a certificate they are unknown."""
    return None


ENTERPRISE_PREDICATES: tuple[Predicate, ...] = (
    taken("uscc", "统一社会信用代码", "biz_license.uscc", "DS_ENTBASE.uscc"),
    taken("ent_name", "名称", "biz_license.ent_name", "DS_ENTBASE.ent_name"),
    taken("legal_person", "法定代表人", "biz_license.legal_person", "DS_ENTBASE.legal_person"),
    Predicate("reg_status", "登记状态", ("DS_ENTBASE.reg_status",), (), _registered),
    never("seal_record", "印章备案(未接入公安印章备案数据)"),
    never("seal_valid", "电子印章有效(须对所签文件验签)"),
    Predicate("agent_authority", "出示人身份", (), (), _authority),
    Predicate("transport_cert_valid", "道路运输证有效", (), ("road_transport_cert",), _transport),
    Predicate(
        "audit_valid",
        "车辆审验有效",
        ("DS_TRANSVEH.audit_valid_to", "road_transport_cert.audit_valid_to"),
        (),
        _audit,
    ),
    never("driver_qual_valid", "驾驶员从业资格有效(请扫驾驶员居民码)"),
    Predicate(
        "tax_credit_level",
        "纳税信用等级",
        ("DS_TAXCREDIT.credit_year", "DS_TAXCREDIT.credit_level"),
        (),
        _tax_level,
    ),
    taken("insured_count", "社保参保人数", "DS_ENTSI.insured_count", "ent_si_proof.insured_count"),
    Predicate(
        "no_serious_dishonest",
        "无严重失信记录",
        ("DS_ENTABN.list_type", "DS_ENTABN.out_date", "DS_DISHONEST.status"),
        (),
        _honest,
    ),
    Predicate(
        "qualification_valid",
        "建筑业企业资质有效",
        (),
        ("construct_qual",),
        held(["construct_qual"], "", _unsaid),
    ),
    Predicate(
        "safety_license_valid",
        "安全生产许可证有效",
        (),
        ("construct_safety_license",),
        held(["construct_safety_license"], "", _unsaid),
    ),
    never("staff_cert_valid", "人员证书有效(请扫人员居民码)"),
    Predicate("permit_list", "有效许可证照", (), ("*",), _permit_list),
    Predicate("valid_to", "许可有效期至", (), ("*",), _permits_valid_to),
    taken("credit_grade", "公共信用评价等级", "DS_CREDIT.credit_grade"),
    never("last_inspection", "最近一次检查(未接入执法检查数据)"),
    Predicate(
        "school_license_valid",
        "办学许可证有效",
        ("DS_SOCIALORG.status", "DS_SOCIALORG.valid_to"),
        ("private_school_license",),
        held(["private_school_license"], "DS_SOCIALORG", _school),
    ),
    never("teacher_qual_valid", "教师资格有效(请扫教师居民码)"),
)
