"""Names of issuing offices: county bodies by county, city bodies by department."""

from proofless.simulator.town.names import OUTSIDE
from proofless.simulator.town.world import World

CITY = "371400"
_SUFFIX = {
    "GAJ": "公安局",
    "MZJ": "民政局",
    "WJW": "卫生健康局",
    "SPJ": "行政审批服务局",
    "ZRZYJ": "自然资源局不动产登记中心",
    "RSJ": "人力资源和社会保障局",
    "JYTYJ": "教育和体育局",
    "ZJJ": "住房和城乡建设局",
    "CL": "残疾人联合会",
    "TYJR": "退役军人事务局",
    "NYJ": "农业农村局",
    "SWJ": "税务局",
    "BB": "事业单位登记管理局",
}
_CITY_OFFICES = {
    "ZFGJJ": "德州市住房公积金管理中心",
    "YBJ": "德州市医疗保障事业中心",
    "JTJ": "德州市交通运输局",
    "YJJ": "山东省应急管理厅",
    "FGW": "德州市公共信用信息中心",
    "STHJ": "德州市生态环境局",
    "KJJ": "山东省科学技术厅",
    "SFJ": "德州市司法局",
    "WLJ": "德州市文化和旅游局",
    "XFJY": "德州市消防救援支队",
    "YCZM": "德州市烟草专卖局",
    "SCJGJ": "德州市市场监督管理局",
}
_OUTSIDE = dict(OUTSIDE)
POLICE_STATION = "公安局户政派出所"
MARRIAGE = "民政局婚姻登记处"


def office(world: World, department: str, county: str) -> str:
    """The body of ``department`` that serves ``county``; an outside county is named by what it is."""
    if department in _CITY_OFFICES:
        return _CITY_OFFICES[department]
    return county_name(world, county) + _SUFFIX[department]


def county_name(world: World, county: str) -> str:
    known = world.counties.get(county)
    return known.name if known else _OUTSIDE.get(county, "济南市")


def station(world: World, county: str) -> str:
    return county_name(world, county) + POLICE_STATION


def marriage_office(world: World, county: str) -> str:
    return county_name(world, county) + MARRIAGE


def division_of(world: World, department: str, county: str) -> str:
    """Division an issue is booked under: the city for city bodies, else the county when it is ours."""
    return CITY if department in _CITY_OFFICES or county not in world.counties else county
