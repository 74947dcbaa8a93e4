"""授权的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class PermitDenied(Refusal):
    code = ErrorCode.PERMIT_DENIED


class ConsentRequired(Refusal):
    code = ErrorCode.CONSENT_REQUIRED


class ConsentWithdrawn(Refusal):
    code = ErrorCode.CONSENT_WITHDRAWN


class GuardianRequired(Refusal):
    code = ErrorCode.GUARDIAN_REQUIRED
