"""账目种类: every kind of entry the ledger may hold, with the Chinese label shown to holders and auditors."""

from enum import StrEnum


class Kind(StrEnum):
    # reads
    READ = "access.read"
    VERIFIED = "certificates.verified"
    # parties and access
    SIGNED_IN = "parties.signed_in"
    SIGN_IN_REFUSED = "parties.sign_in_refused"
    SIGNED_OUT = "parties.signed_out"
    ACCOUNT_LOCKED = "parties.account_locked"
    ACCOUNT_MADE = "parties.account_made"
    PARTY_REGISTERED = "parties.registered"
    RELATION_RECORDED = "parties.relation_recorded"
    DIRECTORY_LOADED = "parties.directory_loaded"
    CONSENT_GIVEN = "access.consent_given"
    CONSENT_WITHDRAWN = "access.consent_withdrawn"
    PRESENCE_OPENED = "access.presence_opened"
    PRESENCE_REFUSED = "access.presence_refused"
    PRESENCE_CLOSED = "access.presence_closed"
    AUTHORITY_GIVEN = "access.authority_given"
    AUTHORITY_REVOKED = "access.authority_revoked"
    REFUSED = "access.refused"
    # catalogue
    STANDARDS_LOADED = "standards.loaded"
    LIMIT_SET = "standards.limit_set"
    DATASETS_LOADED = "data.datasets_loaded"
    ROWS_LOADED = "data.rows_loaded"
    SOURCE_MARKED = "data.source_marked"
    TYPES_LOADED = "certificates.types_loaded"
    ITEMS_LOADED = "items.loaded"
    LIST_PUBLISHED = "items.list_published"
    LISTS_RECEIVED = "items.lists_received"
    LIBRARY_MERGED = "items.library_merged"
    LIBRARY_KEPT_APART = "items.library_kept_apart"
    USE_LIST_PUBLISHED = "items.use_list_published"
    PROOF_SETTLED = "items.proof_settled"
    SCENES_LOADED = "codes.scenes_loaded"
    # seals and certificates
    SEAL_MADE = "seals.made"
    SEAL_SUSPENDED = "seals.suspended"
    SEAL_RESUMED = "seals.resumed"
    SEAL_REVOKED = "seals.revoked"
    SEAL_USED = "seals.used"
    SEAL_APPLIED = "seals.applied"
    SEAL_WITHDRAWN = "seals.withdrawn"
    SEAL_APPROVED = "seals.approved"
    SEAL_REFUSED = "seals.refused"
    SEAL_ACTIVATED = "seals.activated"
    SEAL_RENEWED = "seals.renewed"
    SEAL_CUSTODY_GIVEN = "seals.custody_given"
    SEAL_CUSTODY_ENDED = "seals.custody_ended"
    SEAL_SUCCESSION_SET = "seals.succession_set"
    SEAL_SUCCESSION_ENDED = "seals.succession_ended"
    SEAL_FILE_CHECKED = "seals.file_checked"
    SEAL_ENDING = "seals.ending"
    CRL_ENDING = "seals.crl_ending"
    SEAL_BATCH_OPENED = "seals.batch_opened"
    SEAL_BATCH_ITEM_REFUSED = "seals.batch_item_refused"
    SEAL_BATCH_FETCHED = "seals.batch_fetched"
    SEAL_BATCH_FORGOTTEN = "seals.batch_forgotten"
    PLAN_OPENED = "seals.plan_opened"
    PLAN_STEP_READY = "seals.plan_step_ready"
    PLAN_STEP_BEGUN = "seals.plan_step_begun"
    PLAN_STEP_REFUSED = "seals.plan_step_refused"
    PLAN_STEP_REOPENED = "seals.plan_step_reopened"
    PLAN_PARTY_REPLACED = "seals.plan_party_replaced"
    PLAN_CLOSED = "seals.plan_closed"
    PLAN_CANCELLED = "seals.plan_cancelled"
    TRUST_IMPORTED = "seals.trust_imported"
    TRUST_ENDED = "seals.trust_ended"
    TRUST_CRL_RENEWED = "seals.trust_crl_renewed"
    RECOGNITION_SET = "seals.recognition_set"
    SIGNER_UNLOCKED = "seals.signer_unlocked"
    SIGNER_RELOCKED = "seals.signer_locked"
    CERTIFICATE_PREPARED = "certificates.prepared"
    CERTIFICATE_ISSUED = "certificates.issued"
    CERTIFICATE_REVOKED = "certificates.revoked"
    CERTIFICATE_SUPERSEDED = "certificates.superseded"
    CERTIFICATE_ABANDONED = "certificates.abandoned"
    FILE_STORED = "files.stored"
    # applications
    DRAFT_OPENED = "applications.draft_opened"
    DRAFT_SAVED = "applications.draft_saved"
    APPLICATION_SUBMITTED = "applications.submitted"
    APPLICATION_TAKEN = "applications.taken"
    APPLICATION_RETURNED = "applications.returned"
    APPLICATION_ACCEPTED = "applications.accepted"
    APPLICATION_REFUSED = "applications.refused"
    APPLICATION_DECIDED = "applications.decided"
    APPLICATION_WITHDRAWN = "applications.withdrawn"
    COMMITMENT_SIGNED = "applications.commitment_signed"
    MATERIAL_UPLOADED = "applications.material_uploaded"
    ASK_REFUSED = "applications.ask_refused"
    GATE_OVERRIDDEN = "applications.gate_overridden"
    ASK_REPORTED = "applications.ask_reported"
    ASK_REPORT_WITHDRAWN = "applications.ask_report_withdrawn"
    ASK_REPORT_SETTLED = "applications.ask_report_settled"
    ORIGINAL_CHECKED = "applications.original_checked"
    CORRECTION_OPENED = "applications.correction_opened"
    CORRECTION_ANSWERED = "applications.correction_answered"
    LIVE_SOURCE_SET = "applications.live_source_set"
    LIVE_ASKED = "applications.live_asked"
    LIVE_TRIED = "applications.live_tried"
    LIVE_SUSPENDED = "applications.live_suspended"
    LIVE_RESUMED = "applications.live_resumed"
    APPLICANT_SOUGHT = "applications.applicant_sought"
    CONFIRMED_IN_PERSON = "applications.confirmed_in_person"
    PROCEDURE_BEGUN = "applications.procedure_begun"
    PROCEDURE_ENDED = "applications.procedure_ended"
    OPINION_ASKED = "applications.opinion_asked"
    OPINION_GIVEN = "applications.opinion_given"
    OPINION_WITHDRAWN = "applications.opinion_withdrawn"
    OPINION_LAPSED = "applications.opinion_lapsed"
    PAPER_SEALED = "applications.paper_sealed"
    PAPER_WAITS = "applications.paper_waits"
    PERSON_CHOSEN = "applications.person_chosen"
    TRANSFER_DECLINED = "applications.transfer_declined"
    TRANSFER_ALLOWED = "applications.transfer_allowed"
    PARTNER_INVITED = "applications.partner_invited"
    PARTNER_ASKED = "applications.partner_asked"
    INVITATION_ANSWERED = "applications.invitation_answered"
    THEME_OPENED = "applications.theme_opened"
    THEME_SAVED = "applications.theme_saved"
    THEME_SUBMITTED = "applications.theme_submitted"
    THEME_MEMBER_HELD = "applications.theme_member_held"
    THEME_MEMBER_WENT_ON = "applications.theme_member_went_on"
    THEME_MEMBER_STOPPED = "applications.theme_member_stopped"
    THEME_WITHDRAWN = "applications.theme_withdrawn"
    VERIFICATION_ANSWERED = "applications.verification_answered"
    VERIFICATION_ENDED = "applications.verification_ended"
    # verification between departments
    VERIFICATION_TEMPLATES_LOADED = "verification.templates_loaded"
    REQUEST_ASKED = "verification.asked"
    REQUEST_ATTEMPTED = "verification.attempted"
    REQUEST_TAKEN = "verification.taken"
    REQUEST_RELEASED = "verification.released"
    REQUEST_ANSWERED = "verification.answered"
    REQUEST_PAUSED = "verification.paused"
    REQUEST_RESUMED = "verification.resumed"
    REQUEST_EXTENDED = "verification.extended"
    REQUEST_RETURNED = "verification.returned"
    REQUEST_WITHDRAWN = "verification.withdrawn"
    REQUEST_ORPHANED = "verification.case_closed"
    REQUEST_REDIRECTED = "verification.redirected"
    REQUEST_ESCALATED = "verification.escalated"
    REQUEST_LIMIT_SET = "verification.limit_set"
    EVIDENCE_ATTACHED = "verification.evidence_attached"
    DELEGATION_SET = "verification.delegation_set"
    DELEGATION_ENDED = "verification.delegation_ended"
    CONNECTOR_SET = "verification.connector_set"
    # commitments
    PROMISE_TEMPLATES_LOADED = "commitments.templates_loaded"
    PROMISE_SIGNED = "commitments.signed"
    PROMISE_RELEASED = "commitments.released"
    PROMISE_WITHDRAWN = "commitments.withdrawn"
    PROMISE_LOOKED = "commitments.looked"
    PROMISE_KEPT = "commitments.kept"
    PROMISE_BROKEN = "commitments.broken"
    PROMISE_POOLED = "commitments.pooled"
    PROMISE_SAMPLED = "commitments.sampled"
    PROMISE_UNSAMPLED = "commitments.unsampled"
    BREACH_NOTICED = "commitments.breach_noticed"
    BREACH_STATED = "commitments.breach_stated"
    HEARING_ASKED = "commitments.hearing_asked"
    HEARING_HELD = "commitments.hearing_held"
    BREACH_DECIDED = "commitments.breach_decided"
    REPAIR_ASKED = "commitments.repair_asked"
    REPAIR_DECIDED = "commitments.repair_decided"
    DEFERRAL_OPENED = "commitments.deferral_opened"
    DEFERRAL_SUPPLIED = "commitments.deferral_supplied"
    DEFERRAL_EXTENDED = "commitments.deferral_extended"
    DEFERRAL_ENDED = "commitments.deferral_ended"
    DEFERRAL_LAPSED = "commitments.deferral_lapsed"
    # codes
    CODE_SHOWN = "codes.shown"
    CODE_SCANNED = "codes.scanned"
    SCAN_REFUSED = "codes.scan_refused"
    # counter
    WINDOW_SET = "counter.window_set"
    APPOINTMENT_BOOKED = "counter.booked"
    APPOINTMENT_CANCELLED = "counter.cancelled"
    APPOINTMENT_CALLED = "counter.called"
    APPOINTMENT_SERVED = "counter.served"
    APPOINTMENT_MISSED = "counter.missed"
    APPOINTMENT_REMINDED = "counter.reminded"
    FEE_PAID = "counter.fee_paid"
    FEE_WAIVED = "counter.fee_waived"
    FEE_VOIDED = "counter.fee_voided"
    DELIVERY_CHOSEN = "counter.delivery_chosen"
    DELIVERY_POSTED = "counter.delivery_posted"
    DELIVERY_RECEIVED = "counter.delivery_received"
    RATED = "counter.rated"
    FOLLOW_UP_OPENED = "counter.follow_up_opened"
    FOLLOW_UP_CONTACTED = "counter.follow_up_contacted"
    FOLLOW_UP_CLOSED = "counter.follow_up_closed"
    # notices
    NOTICE_SENT = "notices.sent"
    NOTICE_READ = "notices.read"
    REMINDED = "notices.reminded"
    NOTICES_CHOSEN = "notices.chosen"
    MESSAGE_SENT = "notices.message_sent"
    MESSAGE_FAILED = "notices.message_failed"
    PASSCODE_SENT = "notices.passcode_sent"
    PASSCODE_USED = "notices.passcode_used"
    PASSCODE_REFUSED = "notices.passcode_refused"
    # supervision and operation
    TOWN_MADE = "simulator.town_made"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.READ: "读取信息",
    Kind.VERIFIED: "核验证照状态",
    Kind.SIGNED_IN: "登录",
    Kind.SIGN_IN_REFUSED: "登录失败",
    Kind.SIGNED_OUT: "退出登录",
    Kind.ACCOUNT_LOCKED: "账号锁定",
    Kind.ACCOUNT_MADE: "开通账号",
    Kind.PARTY_REGISTERED: "登记主体",
    Kind.RELATION_RECORDED: "登记关系",
    Kind.DIRECTORY_LOADED: "导入区划与部门",
    Kind.CONSENT_GIVEN: "同意授权",
    Kind.CONSENT_WITHDRAWN: "撤回同意",
    Kind.PRESENCE_OPENED: "本人到场，开始代为操作",
    Kind.PRESENCE_REFUSED: "到场身份核对未通过",
    Kind.PRESENCE_CLOSED: "结束代为操作",
    Kind.AUTHORITY_GIVEN: "委托他人办理",
    Kind.AUTHORITY_REVOKED: "撤销委托",
    Kind.REFUSED: "拒绝访问",
    Kind.STANDARDS_LOADED: "导入标准字段与代码",
    Kind.LIMIT_SET: "调整本市设定",
    Kind.DATASETS_LOADED: "导入数据资源目录",
    Kind.ROWS_LOADED: "汇聚数据",
    Kind.SOURCE_MARKED: "标记数据来源状态",
    Kind.TYPES_LOADED: "导入证照类型",
    Kind.ITEMS_LOADED: "导入事项",
    Kind.LIST_PUBLISHED: "发布事项清单",
    Kind.LISTS_RECEIVED: "接收实施清单文件",
    Kind.LIBRARY_MERGED: "归并标准材料或字段",
    Kind.LIBRARY_KEPT_APART: "确认不归并",
    Kind.USE_LIST_PUBLISHED: "发布用证事项清单",
    Kind.PROOF_SETTLED: "决定证明清理方式",
    Kind.SCENES_LOADED: "导入扫码场景",
    Kind.SEAL_MADE: "制作印章",
    Kind.SEAL_SUSPENDED: "停用印章",
    Kind.SEAL_RESUMED: "恢复印章",
    Kind.SEAL_REVOKED: "撤销印章",
    Kind.SEAL_USED: "使用印章",
    Kind.SEAL_APPLIED: "申请印章",
    Kind.SEAL_WITHDRAWN: "撤回印章申请",
    Kind.SEAL_APPROVED: "批准印章申请",
    Kind.SEAL_REFUSED: "不批准印章申请",
    Kind.SEAL_ACTIVATED: "启用印章",
    Kind.SEAL_RENEWED: "换发印章",
    Kind.SEAL_CUSTODY_GIVEN: "指定印章保管人",
    Kind.SEAL_CUSTODY_ENDED: "解除印章保管",
    Kind.SEAL_SUCCESSION_SET: "登记颁发机构调整",
    Kind.SEAL_SUCCESSION_ENDED: "终止颁发机构调整",
    Kind.SEAL_FILE_CHECKED: "核对文件的印章",
    Kind.SEAL_ENDING: "提醒印章将到期",
    Kind.CRL_ENDING: "提醒吊销列表将到期",
    Kind.SEAL_BATCH_OPENED: "发起批量盖章",
    Kind.SEAL_BATCH_ITEM_REFUSED: "批量盖章中一份不能盖章",
    Kind.SEAL_BATCH_FETCHED: "取回已盖章文件",
    Kind.SEAL_BATCH_FORGOTTEN: "清除批量盖章的文件",
    Kind.PLAN_OPENED: "发起联合签章",
    Kind.PLAN_STEP_READY: "轮到一方签章",
    Kind.PLAN_STEP_BEGUN: "开始签章",
    Kind.PLAN_STEP_REFUSED: "拒绝签章",
    Kind.PLAN_STEP_REOPENED: "重新送签",
    Kind.PLAN_PARTY_REPLACED: "更换签章单位",
    Kind.PLAN_CLOSED: "完成联合签章",
    Kind.PLAN_CANCELLED: "取消联合签章",
    Kind.TRUST_IMPORTED: "导入信任证书",
    Kind.TRUST_ENDED: "终止信任证书",
    Kind.TRUST_CRL_RENEWED: "更新吊销列表",
    Kind.RECOGNITION_SET: "调整互认策略",
    Kind.SIGNER_UNLOCKED: "解锁签名密钥",
    Kind.SIGNER_RELOCKED: "锁定签名密钥",
    Kind.CERTIFICATE_PREPARED: "制作待签发证照",
    Kind.CERTIFICATE_ISSUED: "签发证照",
    Kind.CERTIFICATE_REVOKED: "撤销证照",
    Kind.CERTIFICATE_SUPERSEDED: "换发证照",
    Kind.CERTIFICATE_ABANDONED: "作废待签发证照",
    Kind.FILE_STORED: "存储文件",
    Kind.DRAFT_OPENED: "新建办件",
    Kind.DRAFT_SAVED: "保存办件",
    Kind.APPLICATION_SUBMITTED: "提交办件",
    Kind.APPLICATION_TAKEN: "领取办件",
    Kind.APPLICATION_RETURNED: "退回补正",
    Kind.APPLICATION_ACCEPTED: "受理",
    Kind.APPLICATION_REFUSED: "不予受理",
    Kind.APPLICATION_DECIDED: "办结",
    Kind.APPLICATION_WITHDRAWN: "撤回办件",
    Kind.COMMITMENT_SIGNED: "签署告知承诺",
    Kind.MATERIAL_UPLOADED: "上传材料",
    Kind.ASK_REFUSED: "阻止索要证明",
    Kind.GATE_OVERRIDDEN: "依法另要材料",
    Kind.ASK_REPORTED: "举报违规索证",
    Kind.ASK_REPORT_WITHDRAWN: "撤回违规索证举报",
    Kind.ASK_REPORT_SETTLED: "处理违规索证举报",
    Kind.ORIGINAL_CHECKED: "核对材料原件",
    Kind.CORRECTION_OPENED: "提出更正",
    Kind.CORRECTION_ANSWERED: "答复更正",
    Kind.LIVE_SOURCE_SET: "登记在线数据接口",
    Kind.LIVE_ASKED: "在线查询数据来源",
    Kind.LIVE_TRIED: "试问在线来源",
    Kind.LIVE_SUSPENDED: "暂停在线来源",
    Kind.LIVE_RESUMED: "恢复在线来源",
    Kind.APPLICANT_SOUGHT: "按号码查找办件",
    Kind.CONFIRMED_IN_PERSON: "本人当面确认",
    Kind.PROCEDURE_BEGUN: "中止或特别程序，停止计时",
    Kind.PROCEDURE_ENDED: "程序结束，恢复计时",
    Kind.OPINION_ASKED: "请其他部门会签",
    Kind.OPINION_GIVEN: "会签答复",
    Kind.OPINION_WITHDRAWN: "撤回会签",
    Kind.OPINION_LAPSED: "会签逾期未答复",
    Kind.PAPER_SEALED: "办件文书盖章",
    Kind.PAPER_WAITS: "办件文书暂未盖章",
    Kind.PERSON_CHOSEN: "选定办事涉及的人",
    Kind.TRANSFER_DECLINED: "不同意读取",
    Kind.TRANSFER_ALLOWED: "改为可以读取",
    Kind.PARTNER_INVITED: "邀请对方共同办理",
    Kind.PARTNER_ASKED: "有人邀请共同办理",
    Kind.INVITATION_ANSWERED: "答复办事邀请",
    Kind.THEME_OPENED: "新建一件事",
    Kind.THEME_SAVED: "保存一件事",
    Kind.THEME_SUBMITTED: "提交一件事",
    Kind.THEME_MEMBER_HELD: "一件事中的事项转本人补办",
    Kind.THEME_MEMBER_WENT_ON: "一件事中的下一项自动接着办",
    Kind.THEME_MEMBER_STOPPED: "一件事中的事项不再办理",
    Kind.THEME_WITHDRAWN: "撤回一件事",
    Kind.VERIFICATION_ANSWERED: "答复核验",
    Kind.VERIFICATION_ENDED: "不再需要核验",
    Kind.VERIFICATION_TEMPLATES_LOADED: "导入协查模板",
    Kind.REQUEST_ASKED: "请其他部门核验",
    Kind.REQUEST_ATTEMPTED: "核验接口没有答复",
    Kind.REQUEST_TAKEN: "领取协查",
    Kind.REQUEST_RELEASED: "退还协查待办",
    Kind.REQUEST_ANSWERED: "答复协查",
    Kind.REQUEST_PAUSED: "暂停协查计时",
    Kind.REQUEST_RESUMED: "恢复协查计时",
    Kind.REQUEST_EXTENDED: "延长协查期限",
    Kind.REQUEST_RETURNED: "退回协查",
    Kind.REQUEST_WITHDRAWN: "撤回协查",
    Kind.REQUEST_ORPHANED: "标记原办件已办结",
    Kind.REQUEST_REDIRECTED: "转交受托单位",
    Kind.REQUEST_ESCALATED: "协查催办",
    Kind.REQUEST_LIMIT_SET: "重算协查期限",
    Kind.EVIDENCE_ATTACHED: "附协查佐证",
    Kind.DELEGATION_SET: "登记协查委托",
    Kind.DELEGATION_ENDED: "终止协查委托",
    Kind.CONNECTOR_SET: "登记核验接口",
    Kind.PROMISE_TEMPLATES_LOADED: "导入承诺模板",
    Kind.PROMISE_SIGNED: "签署承诺",
    Kind.PROMISE_WITHDRAWN: "改为提交材料",
    Kind.PROMISE_RELEASED: "办件未办成，承诺终止",
    Kind.PROMISE_LOOKED: "核查承诺，暂无结论",
    Kind.PROMISE_KEPT: "承诺已核实",
    Kind.PROMISE_BROKEN: "核查与承诺不符",
    Kind.PROMISE_POOLED: "承诺列入抽查",
    Kind.PROMISE_SAMPLED: "承诺被抽中核查",
    Kind.PROMISE_UNSAMPLED: "承诺未抽中，结案",
    Kind.BREACH_NOTICED: "告知承诺不符",
    Kind.BREACH_STATED: "陈述申辩",
    Kind.HEARING_ASKED: "要求听证",
    Kind.HEARING_HELD: "举行听证",
    Kind.BREACH_DECIDED: "作出承诺处理决定",
    Kind.REPAIR_ASKED: "申请信用修复",
    Kind.REPAIR_DECIDED: "决定信用修复",
    Kind.DEFERRAL_OPENED: "容缺受理",
    Kind.DEFERRAL_SUPPLIED: "补齐容缺材料",
    Kind.DEFERRAL_EXTENDED: "延长容缺期限",
    Kind.DEFERRAL_ENDED: "办件未办成，容缺终止",
    Kind.DEFERRAL_LAPSED: "容缺材料逾期未补",
    Kind.CODE_SHOWN: "出示码",
    Kind.CODE_SCANNED: "扫码核验",
    Kind.SCAN_REFUSED: "扫码未通过",
    Kind.WINDOW_SET: "设置预约窗口",
    Kind.APPOINTMENT_BOOKED: "预约",
    Kind.APPOINTMENT_CANCELLED: "取消预约",
    Kind.APPOINTMENT_CALLED: "预约叫号",
    Kind.APPOINTMENT_SERVED: "预约到场",
    Kind.APPOINTMENT_MISSED: "预约未到场",
    Kind.APPOINTMENT_REMINDED: "提醒预约",
    Kind.FEE_PAID: "登记缴费",
    Kind.FEE_WAIVED: "登记免收",
    Kind.FEE_VOIDED: "作废缴费记录",
    Kind.DELIVERY_CHOSEN: "选择领取方式",
    Kind.DELIVERY_POSTED: "寄出结果",
    Kind.DELIVERY_RECEIVED: "领取结果",
    Kind.RATED: "评价",
    Kind.FOLLOW_UP_OPENED: "差评转回访整改",
    Kind.FOLLOW_UP_CONTACTED: "差评回访",
    Kind.FOLLOW_UP_CLOSED: "差评整改办结",
    Kind.NOTICE_SENT: "发出通知",
    Kind.NOTICE_READ: "通知已读",
    Kind.REMINDED: "提醒",
    Kind.NOTICES_CHOSEN: "调整通知设置",
    Kind.MESSAGE_SENT: "发出短信",
    Kind.MESSAGE_FAILED: "短信未能送达",
    Kind.PASSCODE_SENT: "发送验证码",
    Kind.PASSCODE_USED: "验证码通过",
    Kind.PASSCODE_REFUSED: "验证码未通过",
    Kind.TOWN_MADE: "生成演示城市",
}
