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

    # working in somebody's name
    PRESENCE_MINUTES = "access.presence_minutes"
    AUTHORITY_DAYS = "access.authority_days"
    # handling
    OPINION_DAYS = "applications.opinion_days"
    ASK_SETTLE_DAYS = "applications.ask_settle_days"
    INSPECTION_DAYS = "applications.inspection_days"
    EXPERTS_DAYS = "applications.experts_days"
    AUCTION_DAYS = "applications.auction_days"
    PUBLICITY_DAYS = "applications.publicity_days"
    SUSPENSION_DAYS = "applications.suspension_days"
    # papers between departments and on promises
    EVIDENCE_MEGABYTES = "verification.evidence_megabytes"
    PROMISE_MEGABYTES = "commitments.promise_megabytes"
    # seals and revocation lists that run out
    SEAL_FIRST_DAYS = "seals.first_reminder_days"
    SEAL_LAST_DAYS = "seals.last_reminder_days"
    CRL_LEFT_DAYS = "seals.crl_reminder_days"
    CRL_LEFT_PERCENT = "seals.crl_reminder_percent"

    @property
    def terms(self) -> Terms:
        return _TERMS[self]


_SOURCES, _BROUGHT, _PHOTOS = "数据来源", "申请人提交的材料", "拍照提示"
_STANDINGS, _HANDLING = "代为办理", "办理过程"
_PAPERS, _SEALS = "部门协查和承诺书", "印章和吊销列表到期提醒"
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
    Limit.PRESENCE_MINUTES: Terms(
        _STANDINGS,
        "窗口核对一次身份管多久",
        MINUTES,
        60,
        10,
        240,
        "核对到场人身份后，工作人员在这段时间内可以和本人（或代理人）一起办一个事项，过时重新核对",
    ),
    Limit.AUTHORITY_DAYS: Terms(
        _STANDINGS,
        "一次委托最长多久",
        DAYS,
        366,
        30,
        1100,
        "委托书的期限不能比它长，到期可以再委托；改动只对以后的委托起作用",
        "民法典第165条要求写明期限，没有规定最长多久，由本市自定",
    ),
    Limit.OPINION_DAYS: Terms(
        _HANDLING,
        "会签最长期限",
        WORKING_DAYS,
        20,
        5,
        60,
        "请其他部门会签时，期限不能定得比它长；逾期没有答复的可以继续办理",
    ),
    Limit.ASK_SETTLE_DAYS: Terms(
        _HANDLING,
        "违规索证举报的处理期限",
        WORKING_DAYS,
        5,
        1,
        20,
        "监督部门在这么多天内处理并告知举报人；改动只对以后的举报起作用",
        "优化营商环境条例没有规定期限，由本市承诺",
    ),
    Limit.INSPECTION_DAYS: Terms(
        _HANDLING,
        "检验、检测、检疫、鉴定最长时间",
        WORKING_DAYS,
        60,
        5,
        240,
        "停止计时的时间不能定得比它长；期间不计入办理期限，须书面告知申请人",
        "行政许可法第45条没有规定最长时间，由本市自定",
    ),
    Limit.EXPERTS_DAYS: Terms(
        _HANDLING,
        "专家评审最长时间",
        WORKING_DAYS,
        60,
        5,
        240,
        "停止计时的时间不能定得比它长；期间不计入办理期限，须书面告知申请人",
        "行政许可法第45条没有规定最长时间，由本市自定",
    ),
    Limit.AUCTION_DAYS: Terms(
        _HANDLING,
        "招标、拍卖最长时间",
        WORKING_DAYS,
        120,
        5,
        480,
        "停止计时的时间不能定得比它长；期间不计入办理期限，须书面告知申请人",
        "行政许可法第45条没有规定最长时间，由本市自定",
    ),
    Limit.PUBLICITY_DAYS: Terms(
        _HANDLING,
        "公示最长时间",
        WORKING_DAYS,
        30,
        5,
        120,
        "停止计时的时间不能定得比它长；期间不计入办理期限，须书面告知申请人",
        "依该事项的规定；没有规定的由本市自定",
    ),
    Limit.SUSPENSION_DAYS: Terms(
        _HANDLING,
        "中止办理最长时间",
        WORKING_DAYS,
        120,
        5,
        480,
        "停止计时的时间不能定得比它长；期间不计入办理期限，须书面告知申请人",
        "依该事项的规定；没有规定的由本市自定",
    ),
    Limit.EVIDENCE_MEGABYTES: Terms(
        _PAPERS,
        "每个佐证材料的大小",
        MEGABYTES,
        10,
        1,
        20,
        "部门答复协查时，超过的图片或 PDF 不收，并提示压缩后再传",
    ),
    Limit.PROMISE_MEGABYTES: Terms(
        _PAPERS, "每份纸质承诺书扫描件的大小", MEGABYTES, 10, 1, 20, "窗口收存签了字的承诺书时，超过的不收"
    ),
    Limit.SEAL_FIRST_DAYS: Terms(
        _SEALS,
        "印章到期前第一次提醒",
        DAYS,
        60,
        30,
        180,
        "提前这么多天通知保管人和印章审批人，要留够申请、审批、制作、启用的时间；印章登记也从这天起提示快到期。"
        "已经申请换发的，这一次不提醒",
    ),
    Limit.SEAL_LAST_DAYS: Terms(
        _SEALS,
        "印章到期前最后一次提醒",
        DAYS,
        15,
        3,
        29,
        "只剩这么多天时再通知一次，已经申请换发的也通知",
    ),
    Limit.CRL_LEFT_DAYS: Terms(
        _SEALS,
        "吊销列表失效前提醒",
        DAYS,
        5,
        1,
        15,
        "只剩这么多天还没有更新的，通知印章审批人；有效期短的列表，以下一项为准",
    ),
    Limit.CRL_LEFT_PERCENT: Terms(
        _SEALS,
        "短期吊销列表失效前提醒",
        PERCENT,
        25,
        5,
        45,
        "剩余时间还要不超过有效期的这个比例才提醒，免得天天更新的列表天天提醒；列表在一半时更新，所以不能到50%",
    ),
}
