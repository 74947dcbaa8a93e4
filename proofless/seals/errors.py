"""印章的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class SealNotActive(Refusal):
    code = ErrorCode.SEAL_NOT_ACTIVE


class SealForbidden(Refusal):
    code = ErrorCode.SEAL_FORBIDDEN


class SignerLocked(Refusal):
    code = ErrorCode.SIGNER_LOCKED


class SealNotFound(Refusal):
    """Absent seals and seals of another department give the same answer."""

    code = ErrorCode.NOT_FOUND
