"""事项的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class ItemUnknown(Refusal):
    code = ErrorCode.ITEM_UNKNOWN


class ListDeviates(Refusal):
    """``deviations`` in detail: element, label, before, after of each."""

    code = ErrorCode.LIST_DEVIATES


class ListAsksHeld(Refusal):
    """``materials`` in detail: name of each material asked for, and who holds it in ``held``."""

    code = ErrorCode.LIST_ASKS_HELD


class ListDates(Refusal):
    code = ErrorCode.LIST_DATES


class ListUpperMissing(Refusal):
    code = ErrorCode.LIST_UPPER_MISSING


class ListFileUnreadable(Refusal):
    code = ErrorCode.LIST_FILE_UNREADABLE


class ProofCycle(Refusal):
    """``cycles`` in detail: the item codes of each new ring."""

    code = ErrorCode.PROOF_CYCLE


class UseListShrinks(Refusal):
    """``dropped`` in detail: material codes of the entries missing without a law that ended them."""

    code = ErrorCode.USE_LIST_SHRINKS


class UseListUnchanged(Refusal):
    code = ErrorCode.USE_LIST_UNCHANGED


class LibraryState(Refusal):
    code = ErrorCode.LIBRARY_STATE
