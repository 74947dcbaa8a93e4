"""告知承诺的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class CommitmentNotAllowed(Refusal):
    """``reasons`` in detail are the codes of all that keep the promise out."""

    code = ErrorCode.COMMITMENT_NOT_ALLOWED


class WrongStage(Refusal):
    """``stage`` in detail."""

    code = ErrorCode.COMMITMENT_STATE


class SecondPersonRequired(Refusal):
    code = ErrorCode.SECOND_PERSON_REQUIRED
