"""Facts of schooling and skill: enrolment, degrees, aid, professional certificates."""

from datetime import date, timedelta
from random import Random

from proofless.simulator.town.model import LONG_TERM, Person
from proofless.simulator.town.names import pick
from proofless.simulator.town.offices import county_name, office
from proofless.simulator.town.registry import PersonMake, add_person_fact, fact, person_fact
from proofless.simulator.town.world import Fact, World, money, years_after

_MAJORS = ("会计学", "机械设计", "计算机科学与技术", "汉语言文学", "药学", "护理学", "土木工程")
_TERMS = {"10": (3, 25, "3"), "20": (4, 22, "4"), "30": (3, 21, "3"), "40": (3, 19, "3")}


def school_year(w: World) -> int:
    """The calendar year in which the running school year began."""
    return w.as_of.year if w.as_of.month >= 9 else w.as_of.year - 1


@person_fact("DS_STUDENT")
def student(w: World, p: Person, r: Random) -> Fact:
    """Enrolment, with the grade that follows from the age on 31 August (compulsory education law art. 11)."""
    year = school_year(w)
    age = year - p.birth_date.year - (1 if (p.birth_date.month, p.birth_date.day) > (8, 31) else 0)
    place = county_name(w, w.serving(p))
    if age < 6:
        school, grade, began = (
            f"{place}演示幼儿园",
            ("小班", "中班", "大班")[max(min(age, 5), 3) - 3],
            year - max(age - 3, 0),
        )
    elif age < 12:
        school, grade, began = f"{place}演示小学", f"{'一二三四五六'[age - 6]}年级", year - (age - 6)
    elif age < 15:
        school, grade, began = f"{place}演示中学", f"初{'一二三'[age - 12]}", year - (age - 12)
    else:
        school, grade, began = (
            f"{place}演示高级中学",
            f"高{'一二三'[min(age, 17) - 15]}",
            year - (min(age, 17) - 15),
        )
    return {
        "student_no": f"G{p.id_no}",
        "school_name": school,
        "grade_name": grade,
        "enroll_month": f"{began}-09",
        "study_status": "1",
    }


@person_fact("student_proof")
def student_proof(w: World, p: Person, r: Random) -> Fact:
    enrolled = fact(w, "student", p.holder)
    issued = w.ago(r, 0, 60)
    return enrolled | {
        "cert_no": f"XJ{p.key:08d}",
        "grade_name": f"{enrolled['grade_name']}1班",
        "issuing_authority": enrolled["school_name"],
        "issue_date": issued.isoformat(),
        "valid_to": (issued + timedelta(days=182)).isoformat(),
    }


@person_fact("DS_EDUAID", "edu_hardship_proof")
def school_aid(w: World, p: Person, r: Random) -> Fact:
    granted = date(school_year(w), 10, 15)
    granted = min(granted, w.as_of)
    return {
        "cert_no": f"KNRD{p.key:08d}",
        "school_name": fact(w, "student", p.holder)["school_name"],
        "aid_item": "国家助学金",
        "hardship_type": "特别困难",
        "term_amount": money(1000),
        "issue_date": granted.isoformat(),
        "valid_to": years_after(granted, 1).isoformat(),
        "issuing_authority": office(w, "JYTYJ", w.serving(p)),
    }


@person_fact("edu_diploma", "DS_DEGREE")
def diploma(w: World, p: Person, r: Random) -> Fact:
    level = w.life(p.key).schooling
    level = level if level in _TERMS else "30"
    years, at_age, length = _TERMS[level]
    graduated = date(min(p.birth_date.year + at_age, w.as_of.year), 6, 30)
    if graduated > w.as_of:
        graduated = date(w.as_of.year - 1, 6, 30)
    school = "山东演示大学" if level in ("10", "20") else "德州演示职业学院"
    return {
        "cert_no": f"10999{'1' if level != '20' else '0'}{graduated.year}05{p.key:06d}",
        "enroll_date": date(graduated.year - years, 9, 1).isoformat(),
        "graduate_date": graduated.isoformat(),
        "issue_date": graduated.isoformat(),
        "school_name": school,
        "major": pick(r, _MAJORS),
        "edu_level": level,
        "degree_type": {"10": "3", "20": "4"}.get(level),
        "study_years": length,
        "study_form": "普通全日制",
        "conclusion": "1",
        "principal": "演示校长",
        "issuing_authority": school,
    }


@person_fact("degree_cert")
def degree(w: World, p: Person, r: Random) -> Fact:
    studied = fact(w, "diploma", p.holder)
    return studied | {
        "cert_no": f"109994{str(studied['graduate_date'])[:4]}{p.key:06d}",
        "discipline": "工学",
        "degree_type": studied["degree_type"] or "4",
        "grant_date": studied["graduate_date"],
    }


@person_fact("teacher_qual", "DS_TEACHER")
def teacher(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 200, 3000)
    authority = office(w, "JYTYJ", w.serving(p))
    return {
        "cert_no": f"{issued.year}3714{2}2{p.key:07d}",
        "qual_type": "2",
        "subject": "语文",
        "issue_org": authority,
        "issuing_authority": authority,
        "issue_date": issued.isoformat(),
        "register_result": "合格",
    }


@person_fact("lawyer_license", "DS_LAWYER")
def lawyer(w: World, p: Person, r: Random) -> Fact:
    return {
        "cert_no": f"13714{w.as_of.year - 3}1{p.key:07d}",
        "law_firm": "山东演示律师事务所",
        "practice_type": "专职律师",
        "annual_result": "称职",
        "issue_date": w.ago(r, 400, 1500).isoformat(),
        "issuing_authority": "山东省司法厅",
    }


@person_fact("skill_level_cert", "DS_SKILL")
def skill(w: World, p: Person, r: Random) -> Fact:
    months = w.life(p.key).given.get("skill_cert_months")
    issued = w.as_of - timedelta(days=int(months) * 30 + 10) if months is not None else w.ago(r, 30, 2500)
    return {
        "cert_no": f"S000037{issued.year}{p.key:09d}",
        "occupation": pick(r, ("电工", "焊工", "中式烹调师", "保育师", "汽车维修工")),
        "job_type": "不区分方向",
        "skill_level": str(3 + p.key % 3),
        "issue_org": "德州演示职业技能评价中心",
        "issuing_authority": "德州演示职业技能评价中心",
        "issue_date": issued.isoformat(),
    }


@person_fact("vocational_qual", "DS_SKILL")
def vocational(w: World, p: Person, r: Random) -> Fact:
    authority = "山东省人力资源和社会保障厅"
    return {
        "cert_no": f"ZY37{p.key:012d}",
        "occupation": "消防设施操作员",
        "skill_level": "4",
        "theory_score": "82",
        "practice_score": "86",
        "final_score": "合格",
        "issue_org": authority,
        "issuing_authority": authority,
        "issue_date": w.ago(r, 100, 2500).isoformat(),
    }


@person_fact("title_cert", "DS_SKILL")
def title(w: World, p: Person, r: Random) -> Fact:
    authority = office(w, "RSJ", w.serving(p))
    return {
        "cert_no": f"ZC{p.key:012d}",
        "speciality": "工程技术",
        "occupation": "工程技术",
        "title_name": "工程师",
        "title_level": "中级",
        "skill_level": "中级",
        "review_org": "德州市工程技术中级职称评审委员会",
        "issue_org": authority,
        "issuing_authority": authority,
        "issue_date": w.ago(r, 100, 2500).isoformat(),
    }


def _professional(
    prefix: str, occupation: str, years: int, authority: str, level: str = "合格"
) -> PersonMake:
    """Maker of a certificate without face fields of its own that the skill dataset lists."""

    def make(w: World, p: Person, r: Random) -> Fact:
        issued = w.ago(r, 30, 300 * years if years else 2000)
        return {
            "cert_no": f"{prefix}{p.key:010d}",
            "occupation": occupation,
            "skill_level": level,
            "issue_org": authority,
            "issuing_authority": authority,
            "issue_date": issued.isoformat(),
            "valid_to": years_after(issued, years).isoformat() if years else LONG_TERM,
        }

    return make


_PROFESSIONS = (
    ("mandarin_cert", "PTH", "普通话水平测试", 0, "山东省语言文字工作委员会办公室", "二级甲等"),
    ("pharmacist_reg", "YS", "执业药师", 5, "山东省药品监督管理局", "合格"),
    ("constructor_reg", "JZS", "二级建造师(建筑工程)", 3, "山东省住房和城乡建设厅", "二级"),
    ("safety_abc_cert", "AQB", "项目负责人安全生产考核", 3, "山东省住房和城乡建设厅", "B类"),
    ("construct_special_op", "JTZ", "建筑电工", 2, "山东省住房和城乡建设厅", "合格"),
    ("spec_equip_operator", "TZSB", "特种设备作业人员", 4, "德州市行政审批服务局", "合格"),
    ("guide_cert", "DY", "导游", 3, "德州市文化和旅游局", "初级"),
)
for _code, _prefix, _occupation, _years, _authority, _level in _PROFESSIONS:
    add_person_fact(_code, _professional(_prefix, _occupation, _years, _authority, _level), _code, "DS_SKILL")


def _safety_operator(w: World, p: Person, r: Random) -> Fact:
    issued = w.ago(r, 60, 900)
    return {
        "cert_no": f"T{p.id_no}",
        "subject_no": p.id_no,
        "scope": "低压电工作业",
        "issue_date": issued.isoformat(),
        "valid_to": years_after(issued, 6).isoformat(),
        "issuing_authority": "山东省应急管理厅",
    }


add_person_fact("special_op_cert", _safety_operator, "special_op_cert", "DS_SAFETY")
add_person_fact(
    "foreign_work_permit",
    _professional("WG", "外国人来华工作", 2, "德州市行政审批服务局"),
    "foreign_work_permit",
)
