"""证照的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class CertificateTypeUnknown(Refusal):
    code = ErrorCode.CERTIFICATE_TYPE_UNKNOWN


class CertificateFaceInvalid(Refusal):
    """``fields`` in detail maps a face field's name to its Chinese complaint; never the value."""

    code = ErrorCode.CERTIFICATE_FACE_INVALID


class CertificateNotFound(Refusal):
    """Absent certificates and those of somebody else give the same answer."""

    code = ErrorCode.CERTIFICATE_NOT_FOUND


class CertificateIdentifierInvalid(Refusal):
    code = ErrorCode.CERTIFICATE_IDENTIFIER_INVALID


class CertificateAlreadyRevoked(Refusal):
    code = ErrorCode.CERTIFICATE_ALREADY_REVOKED


class CertificateAlreadyIssued(Refusal):
    code = ErrorCode.CERTIFICATE_ALREADY_ISSUED


class PreparedExpired(Refusal):
    code = ErrorCode.PREPARED_EXPIRED
