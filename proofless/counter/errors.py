"""窗口服务的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class SlotFull(Refusal):
    code = ErrorCode.APPOINTMENT_FULL


class BookedAlready(Refusal):
    """The holder has a place for this item, or is elsewhere at that time."""

    code = ErrorCode.APPOINTMENT_TWICE


class WrongState(Refusal):
    """``state`` in detail."""

    code = ErrorCode.COUNTER_STATE


class ReceiptUsed(Refusal):
    code = ErrorCode.RECEIPT_NUMBER_USED


class RatedAlready(Refusal):
    code = ErrorCode.RATING_GIVEN
