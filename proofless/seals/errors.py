"""印章的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class SealNotActive(Refusal):
    code = ErrorCode.SEAL_NOT_ACTIVE


class SealStateRefused(SealNotActive):
    """The verb does not apply to the state the seal or its application is in."""

    code = ErrorCode.SEAL_STATE


class SealForbidden(Refusal):
    code = ErrorCode.SEAL_FORBIDDEN


class SecondPersonRequired(Refusal):
    code = ErrorCode.SECOND_PERSON_REQUIRED


class SignerLocked(Refusal):
    code = ErrorCode.SIGNER_LOCKED


class SignerFailed(Refusal):
    """The signing device or key store went away in the middle of work; nothing half-made is kept."""

    code = ErrorCode.SIGNER_FAILED


class SealNotFound(Refusal):
    """Absent seals and seals of another department give the same answer."""

    code = ErrorCode.NOT_FOUND


class PlanStateRefused(Refusal):
    code = ErrorCode.SEALING_PLAN_STATE


class DocumentRefused(Refusal):
    """The file cannot be sealed: no OFD, closed already, or the place for a seal is not on a page."""

    code = ErrorCode.DOCUMENT_UNSEALABLE


class BatchForgotten(Refusal):
    """The files of a batch were kept for their time and are gone."""

    code = ErrorCode.SEAL_BATCH_FORGOTTEN


class TrustRefused(Refusal):
    """A certificate or revocation list that cannot be relied on."""

    code = ErrorCode.TRUST_INVALID
