"""事项的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class ItemUnknown(Refusal):
    code = ErrorCode.ITEM_UNKNOWN
