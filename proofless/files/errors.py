"""文件的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class FileNotStored(Refusal):
    """No file has this address."""

    code = ErrorCode.NOT_FOUND


class FileStoreUnavailable(Refusal):
    """The disk refuses: full, read-only or gone."""

    code = ErrorCode.UNAVAILABLE
