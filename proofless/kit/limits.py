"""期限与限量: numbers no law fixes, so that the city sets them. Each with unit, range, meaning and where it stands.

To add one: a member of ``Limit`` with its ``Terms`` below, and ``limit_of(Limit.X)`` of ``proofless.standards.limits``
where the number is used (a pure rule takes it as a parameter). Page, API, range check, entry and history follow by
themselves; ``tests/standards/test_limits.py`` holds every member to its text and range.
"""

from dataclasses import dataclass
from enum import StrEnum

DAYS, WORKING_DAYS, MINUTES, MEGABYTES, PAGES = "天", "个工作日", "分钟", "MB", "页"
PIXELS, GREY, PERCENT, SCORE = "像素", "级灰度", "%", "分"
_OWN = "国家和省没有统一规定，由本市自定"


@dataclass(frozen=True, slots=True)
class Terms:
    """``least`` and ``most`` are what may be set; ``what`` says what it decides and for whom a change matters."""

    group: str
    label: str
    unit: str
    default: int
    least: int
    most: int
    what: str
    source: str = _OWN


class Limit(StrEnum):
    # how good a source has to be
    REGISTER_FRESH_DAYS = "applications.register_fresh_days"
    OWN_WORD_DAYS = "applications.own_word_days"
    # papers the applicant brings
    PAPER_REUSE_DAYS = "applications.paper_reuse_days"
    UPLOAD_MEGABYTES = "applications.upload_megabytes"
    UPLOAD_PAGES = "applications.upload_pages"
    # when a photo gets a hint
    PHOTO_SHORT_PIXELS = "applications.photo_short_pixels"
    PHOTO_SHARP = "applications.photo_sharp"
    PHOTO_DARK = "applications.photo_dark"
    PHOTO_LIGHT = "applications.photo_light"
    PHOTO_CONTRAST = "applications.photo_contrast"
    PHOTO_CUT_PERCENT = "applications.photo_cut_percent"

    @property
    def terms(self) -> Terms:
        return _TERMS[self]


_SOURCES, _BROUGHT, _PHOTOS = "数据来源", "申请人提交的材料", "拍照提示"
_TERMS = {
    Limit.REGISTER_FRESH_DAYS: Terms(
        _SOURCES,
        "数据最长未更新天数",
        DAYS,
        95,
        7,
        400,
        "数据超过这么多天没有更新，就不能代替材料，只用来预填表单并请申请人确认；按季度、学期、年更新的，"
        "再放宽到三个更新周期。调短后，更多材料会改走下一种方式",
    ),
    Limit.OWN_WORD_DAYS: Terms(
        _SOURCES,
        "本人登记的信息多久后要再确认",
        DAYS,
        365,
        30,
        1100,
        "账户里由本人登记的地址、电话等，超过这么多天，填表时请申请人确认现在仍是这样",
    ),
    Limit.PAPER_REUSE_DAYS: Terms(
        _BROUGHT,
        "核对过原件的材料可沿用多久",
        DAYS,
        365,
        30,
        1100,
        "窗口核对过原件的材料，在这么多天内办别的事不用再交；只对改动以后核对的材料起作用",
    ),
    Limit.UPLOAD_MEGABYTES: Terms(
        _BROUGHT, "每个上传文件的大小", MEGABYTES, 10, 1, 20, "超过的文件不收，并提示压缩后再传"
    ),
    Limit.UPLOAD_PAGES: Terms(
        _BROUGHT, "每个 PDF 的页数", PAGES, 30, 1, 200, "超过的不收，并提示只传需要的几页"
    ),
    Limit.PHOTO_SHORT_PIXELS: Terms(
        _PHOTOS,
        "照片短边",
        PIXELS,
        600,
        200,
        3000,
        "照片的短边少于这么多像素，提示靠近重拍；只提示，不拦",
        "用手机翻拍的打印件试得，可由本市调整",
    ),
    Limit.PHOTO_SHARP: Terms(
        _PHOTOS,
        "清晰程度",
        SCORE,
        40,
        0,
        2000,
        "边缘的清晰程度（拉普拉斯方差）低于它，提示拿稳重拍；只提示，不拦",
        "用手机翻拍的打印件试得，可由本市调整",
    ),
    Limit.PHOTO_DARK: Terms(
        _PHOTOS,
        "太暗",
        GREY,
        70,
        0,
        120,
        "平均亮度（0至255）低于它，提示到亮处重拍；只提示，不拦",
        "用手机翻拍的打印件试得，可由本市调整",
    ),
    Limit.PHOTO_LIGHT: Terms(
        _PHOTOS,
        "反光",
        GREY,
        245,
        180,
        255,
        "平均亮度（0至255）高于它，提示避开灯光重拍；只提示，不拦",
        "用手机翻拍的打印件试得，可由本市调整",
    ),
    Limit.PHOTO_CONTRAST: Terms(
        _PHOTOS,
        "明暗差别",
        GREY,
        12,
        0,
        60,
        "明暗的标准差低于它，提示核对是不是拍了空白；只提示，不拦",
        "用手机翻拍的打印件试得，可由本市调整",
    ),
    Limit.PHOTO_CUT_PERCENT: Terms(
        _PHOTOS,
        "边上的字迹",
        PERCENT,
        6,
        1,
        50,
        "最外一圈里字迹超过这个比例，提示四边没有拍全；只提示，不拦",
        "用手机翻拍的打印件试得，可由本市调整",
    ),
}
