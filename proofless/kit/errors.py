"""拒绝: every refusal the product can give, with its HTTP status, its Chinese text and what to do next.

A domain's ``errors.py`` binds one exception class to each code; nothing else may be raised at a user.
"""

from enum import Enum


class ErrorCode(Enum):
    """Name → (HTTP status, 中文说明, 下一步)."""

    status: int
    text: str
    next_step: str

    def __init__(self, status: int, text: str, next_step: str) -> None:
        self.status = status
        self.text = text
        self.next_step = next_step

    # shape of input
    INPUT_INVALID = (400, "填写的内容不符合要求", "请按提示修改后再提交")
    JSON_BROKEN = (400, "请求内容不是有效的 JSON", "请检查请求格式后重发")
    BODY_TOO_LARGE = (413, "提交的内容超过大小限制", "请减小文件或分次提交")
    NOT_FOUND = (404, "没有找到您要的内容", "请核对编号，或返回上一页重新选择")
    METHOD_NOT_ALLOWED = (405, "这个地址不支持这样访问", "请返回上一页重新操作")
    TOO_MANY_REQUESTS = (429, "操作太频繁", "请稍候一分钟再试")
    UNAVAILABLE = (503, "服务暂时不可用", "请稍后再试；紧急事项可到窗口办理")
    # who
    SIGN_IN_REQUIRED = (401, "请先登录", "登录后即可继续")
    SIGN_IN_FAILED = (401, "账号或密码不正确", "请重新输入；连续错误多次账号会暂时锁定")
    ACCOUNT_LOCKED = (423, "账号因连续输错密码已暂时锁定", "请15分钟后再试，或联系管理员解锁")
    SESSION_FORGED = (403, "会话无效", "请重新登录")
    FORBIDDEN = (403, "您没有办理这项操作的权限", "如确需办理，请联系本单位管理员授权")
    # vault and ledger
    KEY_MISSING = (503, "加密密钥不可用", "请联系运维人员检查密钥文件")
    SEALED_VALUE_BROKEN = (500, "加密数据校验失败", "请联系运维人员，数据未被改动")
    READ_UNRECORDED = (500, "读取个人数据未留痕，已被系统阻止", "请联系运维人员")
    # access
    PERMIT_DENIED = (403, "没有依据读取这些信息", "须有法定职责或本人同意")
    CONSENT_REQUIRED = (409, "需要您的同意才能继续", "请逐项阅读并勾选同意")
    CONSENT_WITHDRAWN = (409, "同意已撤回", "如需继续办理，请重新同意")
    GUARDIAN_REQUIRED = (403, "未满十四周岁须由监护人同意", "请由监护人登录办理")
    # parties
    NUMBER_INVALID = (400, "证件号码校验不通过", "请核对号码")
    PARTY_EXISTS = (409, "该主体已登记", "无需重复登记")
    # seals and certificates
    SEAL_NOT_ACTIVE = (409, "印章未启用、已停用或已过期", "请联系印章管理员")
    SEAL_FORBIDDEN = (403, "该印章未授权用于此类证照", "请联系印章管理员授权")
    SEAL_STATE = (409, "印章当前状态不能进行这项操作", "请刷新页面查看最新状态")
    SECOND_PERSON_REQUIRED = (409, "这一步须由另一人办理", "请由另一位有权限的人员办理")
    SIGNER_LOCKED = (503, "签名密钥未解锁", "请由密钥管理员运行 proofless unlock 解锁后再签章")
    SIGNER_FAILED = (503, "签名设备或密钥库没有响应", "请检查后重做；未完成的部分没有留下半成品")
    SEALING_PLAN_STATE = (409, "签章流程当前状态不能进行这项操作", "请刷新页面查看最新状态")
    DOCUMENT_UNSEALABLE = (400, "文件不能加盖印章", "请核对文件和盖章位置后重试")
    SEAL_BATCH_FORGOTTEN = (410, "这批文件已经清除", "请重新选择文件，发起新的一批")
    TRUST_INVALID = (400, "证书或吊销列表不能接受", "请核对文件来源后重新导入")
    CERTIFICATE_TYPE_UNKNOWN = (404, "没有这种证照类型", "请核对证照目录")
    CERTIFICATE_FACE_INVALID = (400, "照面信息不完整或不符合类型规定", "请补齐标出的照面项")
    CERTIFICATE_NOT_FOUND = (404, "没有找到该证照", "请核对证照标识")
    CERTIFICATE_IDENTIFIER_INVALID = (400, "证照标识格式或校验位不正确", "请核对标识后重试")
    CERTIFICATE_ALREADY_REVOKED = (409, "该证照已被撤销", "无需重复操作")
    CERTIFICATE_ALREADY_ISSUED = (409, "该证照已经签发", "无需重复签发")
    PREPARED_EXPIRED = (409, "待签发的证照已过有效时间", "请重新制作")
    # data
    DATASET_UNKNOWN = (404, "没有这个数据资源", "请核对资源目录")
    DATASET_ROW_INVALID = (400, "数据行不符合资源目录的字段", "请按目录字段修改后重传")
    SOURCE_UNAVAILABLE = (503, "数据来源暂时无响应", "系统会自动改用其他方式")
    # items and applications
    ITEM_UNKNOWN = (404, "没有这个事项", "请从事项列表中选择")
    LIST_DEVIATES = (409, "与上级清单的要素不一致", "下级清单只能缩短时限、增加办理地点，请按差异对照修改")
    LIST_DATES = (409, "生效日期早于已发布的版本", "请填写更晚的生效日期")
    LIST_UPPER_MISSING = (409, "上级清单还没有发布", "请先发布上级清单")
    LIST_FILE_UNREADABLE = (400, "清单文件无法读取", "请使用从本系统导出的 Excel 或 JSON 样式")
    LIST_ASKS_HELD = (
        409,
        "清单要申请人提交本市已有的证照或数据",
        "请删去这些材料；确需另交的，在“要求提供材料的依据”里写明法律名称和条款",
    )
    PROOF_CYCLE = (409, "清单中出现循环证明", "请取消其中一项材料，或改为数据共享、部门核验")
    USE_LIST_SHRINKS = (409, "用证事项清单只增不减", "请恢复减少的条目；确因法律取消的，请逐条写明依据")
    USE_LIST_UNCHANGED = (409, "与现行用证事项清单没有差别", "有新的用证事项后再发布")
    LIBRARY_STATE = (409, "该材料或字段已被归并", "请刷新页面查看最新状态")
    LIMIT_CHANGED = (409, "这项设定刚被同事改过", "请刷新页面，看清现在的数再改")
    CATALOG_INVALID = (400, "目录文件有误，未作任何改动", "请按列出的问题修改后重新导入")
    NOT_ELIGIBLE = (409, "不符合办理条件", "请查看不符合的条件")
    APPLICATION_STATE = (409, "办件当前状态不能进行这项操作", "请刷新页面查看最新状态")
    APPLICATION_INCOMPLETE = (409, "还有必填内容没有完成", "请按标出的项目补齐")
    NO_CASE_HERE = (404, "这个号码在本单位没有办件", "请核对号码，或请其出示办件编号")
    THEME_NOT_OPEN = (409, "这个主题还没有开放联办", "清单核实后开放；其中的事项可以分别办理")
    MATERIAL_ALREADY_HELD = (409, "该材料政府已掌握，不得要求群众提交", "请直接使用系统核验结果")
    FIELD_NOT_EDITABLE = (409, "该项来自权威数据，不能直接修改", "如有误，请提出数据异议")
    NOT_IDENTIFIED = (409, "号码与姓名对不上", "请核对证件上的号码和姓名；证件有疑问的，请到公安窗口核实")
    SUPPLEMENT_AGAIN = (
        409,
        "第一次告知时就应当告知，不得再次要求补正",
        "请撤去；确有必要的写明理由，监督人员会看到",
    )
    OPINIONS_OPEN = (409, "会签还没有答复", "请等会签部门答复；会签期限过后仍未答复的可以办结")
    DECISION_TAKEN = (409, "该办件已由其他人员处理", "请刷新后查看结果")
    DEMAND_UNFOUNDED = (400, "要求群众提交须写明法律依据和理由", "没有依据的，请直接使用系统核验结果")
    ASK_REPORT_STATE = (409, "这份材料或举报当前状态不能进行这项操作", "请刷新页面查看最新状态")
    UPLOAD_UNSAFE = (400, "文件没有通过安全检查", "请重新拍照，或另存为不含脚本和附件的 PDF 再上传")
    APPLICANT_GONE = (
        409,
        "申请人的情况已经变化，这件事不能再由您提交",
        "请按页面说明处理，已填的内容仍然保留",
    )
    UPLOAD_NOT_EXPECTED = (409, "该材料不需要上传", "系统已自动取得")
    UPLOAD_INVALID = (400, "上传的文件类型或大小不符合要求", "请重新拍照，或另选一份再上传")
    # verification between departments
    VERIFICATION_TEMPLATE_UNKNOWN = (404, "没有这种协查模板", "请从模板列表中选择")
    VERIFICATION_STATE = (409, "这项协查当前状态不能进行这项操作", "请刷新页面查看最新状态")
    VERIFICATION_TAKEN = (409, "这项协查已由其他人员处理", "请刷新页面查看结果，您的内容没有保存")
    VERIFICATION_ANSWER_INVALID = (400, "答复内容不符合协查模板的要求", "请按标出的项目修改")
    ANSWERED_ELSEWHERE = (
        409,
        "这项材料由主管部门答复，不能自行确认",
        "请等主管部门答复；临近期限的，系统会自动催办",
    )
    VERIFICATION_SOURCE_LIED = (502, "核验接口的答复不符合约定，未予采信", "已转由工作人员在期限内答复")
    IDEMPOTENCY_KEY_REUSED = (409, "同一幂等键已用于另一项内容", "请为新的请求更换幂等键")
    # commitments
    COMMITMENT_NOT_ALLOWED = (409, "暂时不能以承诺代替这项材料", "请查看列出的原因，或直接提交材料")
    COMMITMENT_STATE = (409, "这项承诺当前状态不能进行这项操作", "请刷新页面查看最新状态")
    # notices
    PASSCODE_INVALID = (401, "验证码不正确或已失效", "请核对后重新输入，或重新获取验证码")
    MESSAGES_UNAVAILABLE = (503, "暂时不能发送短信", "请用密码登录，或到窗口办理")
    # counter
    APPOINTMENT_FULL = (409, "这个时段已经约满", "请换一个时段")
    APPOINTMENT_TWICE = (409, "您已经约了这件事，或这个时间已有别的预约", "请先取消原来的预约，或直接改约")
    COUNTER_STATE = (409, "当前状态不能进行这项操作", "请刷新页面查看最新状态")
    RECEIPT_NUMBER_USED = (409, "这个票据号已经登记过", "请核对票据号；登记错了的，请先作废原记录")
    RATING_GIVEN = (409, "这件事您已经评价过", "每件事评价一次，谢谢您")
    # codes
    CODE_INVALID = (404, "码无效或已过期", "请出示人刷新后重新扫码")
    CODE_REPLAYED = (409, "该码已被使用", "请出示人刷新后重新扫码")
    SCENE_FORBIDDEN = (403, "您无权使用该扫码场景", "请联系监管部门登记场景")
    # home
    DEMO_ONLY = (403, "该功能只在演示环境可用", "正式环境请使用真实数据")
    MASK_BROKEN = (500, "系统内部错误", "请稍后再试，错误已记录")


class Refusal(Exception):
    """A refusal shown to a user. ``detail`` may hold codes, field names and counts, never personal values."""

    code: ErrorCode = ErrorCode.MASK_BROKEN

    def __init__(self, message: str = "", *, code: ErrorCode | None = None, **detail: object) -> None:
        if code is not None:
            self.code = code
        self.message = message or self.code.text
        self.detail = detail
        super().__init__(f"{self.code.name}: {self.message}")

    @property
    def status(self) -> int:
        return self.code.status

    @property
    def next_step(self) -> str:
        return self.code.next_step


class Forbidden(Refusal):
    code = ErrorCode.FORBIDDEN


class NotFound(Refusal):
    """Absent and foreign objects give the same answer."""

    code = ErrorCode.NOT_FOUND


class InputInvalid(Refusal):
    """``fields`` in detail maps a field name to its Chinese complaint."""

    code = ErrorCode.INPUT_INVALID
