"""通知的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class PasscodeInvalid(Refusal):
    """Wrong, expired, used, or for something else: one answer for all."""

    code = ErrorCode.PASSCODE_INVALID


class TooOften(Refusal):
    code = ErrorCode.TOO_MANY_REQUESTS


class NoTransport(Refusal):
    """This node has no way to send messages."""

    code = ErrorCode.MESSAGES_UNAVAILABLE
