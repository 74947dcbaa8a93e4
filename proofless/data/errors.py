"""数据的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class DatasetUnknown(Refusal):
    code = ErrorCode.DATASET_UNKNOWN


class RowInvalid(Refusal):
    """``problems`` in detail are (row number, field, complaint); never a value."""

    code = ErrorCode.DATASET_ROW_INVALID


class SourceUnavailable(Refusal):
    code = ErrorCode.SOURCE_UNAVAILABLE
