"""权限: every right an actor may hold. Scope names are the rooms' names."""

from enum import StrEnum


class Permission(StrEnum):
    # everyone who signs in
    NOTICES_READ = "notices:read"
    # everyone who signs in as a resident or for an enterprise
    OWN_READ = "portal:own"
    APPLY = "applications:apply"
    SHOW_CODE = "codes:show"
    # the device a kiosk is
    KIOSK = "portal:kiosk"
    # clerks and officers
    WINDOW = "applications:window"
    HANDLE = "applications:handle"
    DECIDE = "applications:decide"
    ISSUE = "certificates:issue"
    REVOKE = "certificates:revoke"
    CERTIFICATES_BROWSE = "certificates:browse"
    SEAL_READ = "seals:read"
    SEAL_KEEP = "seals:keep"
    SEAL_APPROVE = "seals:approve"
    COUNTER_MANAGE = "counter:manage"
    # between departments
    VERIFICATION_ASK = "verification:ask"
    VERIFICATION_ANSWER = "verification:answer"
    VERIFICATION_MANAGE = "verification:manage"
    # the data bureau
    CATALOG_LOAD = "standards:load"
    CATALOG_READ = "standards:read"
    LIMITS_SET = "standards:set_limits"
    DATA_LOAD = "data:load"
    ITEMS_PUBLISH = "items:publish"
    PROOFS_CLEAN = "items:clean"
    PARTY_REGISTER = "parties:register"
    ACCOUNT_MANAGE = "parties:accounts"
    # inspectors and shops
    SCAN = "codes:scan"
    # supervisors and auditors
    SUPERVISE = "supervision:read"
    ASKS_SETTLE = "applications:settle_asks"
    AUDIT = "ledger:audit"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Permission.NOTICES_READ: "查看通知",
    Permission.OWN_READ: "查看本人信息",
    Permission.APPLY: "提交办件",
    Permission.SHOW_CODE: "出示居民码或企业码",
    Permission.KIOSK: "作为自助终端开放给群众使用",
    Permission.WINDOW: "为到场群众代为操作",
    Permission.HANDLE: "受理办件",
    Permission.DECIDE: "作出决定",
    Permission.ISSUE: "制发证照",
    Permission.REVOKE: "撤销证照",
    Permission.CERTIFICATES_BROWSE: "查看证照目录与制发情况",
    Permission.SEAL_READ: "查看印章",
    Permission.SEAL_KEEP: "保管印章",
    Permission.SEAL_APPROVE: "审批印章",
    Permission.COUNTER_MANAGE: "设置预约窗口、回访差评",
    Permission.VERIFICATION_ASK: "发起协查",
    Permission.VERIFICATION_ANSWER: "答复协查",
    Permission.VERIFICATION_MANAGE: "管理协查委托、延期与接口",
    Permission.CATALOG_LOAD: "导入目录",
    Permission.CATALOG_READ: "查看目录",
    Permission.LIMITS_SET: "调整本市设定",
    Permission.DATA_LOAD: "汇聚数据",
    Permission.ITEMS_PUBLISH: "发布事项与用证清单",
    Permission.PROOFS_CLEAN: "清理证明",
    Permission.PARTY_REGISTER: "登记主体",
    Permission.ACCOUNT_MANAGE: "管理账号",
    Permission.SCAN: "扫码核验",
    Permission.SUPERVISE: "查看监督指标",
    Permission.ASKS_SETTLE: "处理违规索证举报",
    Permission.AUDIT: "审计日志",
}
