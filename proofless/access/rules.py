"""角色: what each role may do. Least privilege; a role not named here may do nothing."""

from proofless.kit.permissions import Permission as P

_RIGHTS: dict[str, frozenset[P]] = {
    "resident": frozenset({P.OWN_READ, P.APPLY, P.SHOW_CODE}),
    "handler": frozenset({P.OWN_READ, P.APPLY, P.SHOW_CODE}),
    "clerk": frozenset(
        {P.WINDOW, P.HANDLE, P.DECIDE, P.ISSUE, P.CATALOG_READ, P.VERIFICATION_ASK, P.VERIFICATION_ANSWER}
    ),
    "window": frozenset({P.WINDOW}),
    "kiosk": frozenset({P.KIOSK}),
    "coordinator": frozenset({P.VERIFICATION_ASK, P.VERIFICATION_ANSWER, P.VERIFICATION_MANAGE}),
    "lead": frozenset({P.HANDLE, P.COUNTER_MANAGE, P.CATALOG_READ}),
    "department_system": frozenset({P.VERIFICATION_ASK, P.VERIFICATION_ANSWER}),
    "officer": frozenset(
        {P.ISSUE, P.REVOKE, P.CERTIFICATES_BROWSE, P.SEAL_READ, P.SEAL_KEEP, P.CATALOG_READ}
    ),
    "approver": frozenset({P.SEAL_READ, P.SEAL_APPROVE, P.CATALOG_READ}),
    "bureau": frozenset(
        {
            P.CATALOG_LOAD,
            P.CATALOG_READ,
            P.LIMITS_SET,
            P.DATA_LOAD,
            P.ITEMS_PUBLISH,
            P.PROOFS_CLEAN,
            P.PARTY_REGISTER,
            P.CERTIFICATES_BROWSE,
        }
    ),
    "lawyer": frozenset({P.PROOFS_CLEAN, P.CATALOG_READ}),
    "inspector": frozenset({P.SCAN}),
    "supervisor": frozenset({P.SUPERVISE, P.ASKS_SETTLE, P.CATALOG_READ}),
    "auditor": frozenset({P.AUDIT, P.SUPERVISE, P.SEAL_READ}),
    "administrator": frozenset({P.ACCOUNT_MANAGE}),
}
# Whoever is a person reads his notices; a department's system or a kiosk has nobody to read them.
ROLES = {
    role: rights if role in {"department_system", "kiosk"} else rights | {P.NOTICES_READ}
    for role, rights in _RIGHTS.items()
}
ROLE_LABELS = {
    "resident": "居民",
    "handler": "企业经办人",
    "clerk": "窗口人员",
    "window": "综合窗口与帮办代办人员",
    "kiosk": "自助终端设备",
    "coordinator": "部门协查负责人",
    "lead": "窗口负责人",
    "department_system": "部门业务系统",
    "officer": "部门发证人员",
    "approver": "印章审批人",
    "bureau": "大数据局运营人员",
    "lawyer": "部门法制审核人员",
    "inspector": "扫码核验人员",
    "supervisor": "监督人员",
    "auditor": "审计人员",
    "administrator": "系统管理员",
}


def roles_with(permission: str) -> list[str]:
    """The roles whose rights include this permission."""
    return [role for role, rights in ROLES.items() if permission in rights]


def permissions_of(roles: list[str]) -> frozenset[P]:
    """The union of the roles' permissions; unknown roles add nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
