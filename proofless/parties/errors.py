"""主体的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class SignInFailed(Refusal):
    code = ErrorCode.SIGN_IN_FAILED


class AccountLocked(Refusal):
    code = ErrorCode.ACCOUNT_LOCKED


class NumberInvalid(Refusal):
    code = ErrorCode.NUMBER_INVALID


class PartyExists(Refusal):
    code = ErrorCode.PARTY_EXISTS
