"""目录的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class CatalogInvalid(Refusal):
    """``problems`` in detail lists what is wrong, in Chinese, one line each. Nothing was changed."""

    code = ErrorCode.CATALOG_INVALID


class LimitChanged(Refusal):
    """A colleague set the number meanwhile."""

    code = ErrorCode.LIMIT_CHANGED
