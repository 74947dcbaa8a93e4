"""协查的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class TemplateUnknown(Refusal):
    code = ErrorCode.VERIFICATION_TEMPLATE_UNKNOWN


class WrongState(Refusal):
    """``state`` in detail."""

    code = ErrorCode.VERIFICATION_STATE


class RequestTaken(Refusal):
    """A colleague, or an interface, changed the request meanwhile."""

    code = ErrorCode.VERIFICATION_TAKEN


class AnswerInvalid(Refusal):
    """``fields`` in detail maps a field of the answer to its complaint."""

    code = ErrorCode.VERIFICATION_ANSWER_INVALID


class InterfaceLied(Refusal):
    """``problem`` in detail says where the reply left what was agreed."""

    code = ErrorCode.VERIFICATION_SOURCE_LIED


class KeyReused(Refusal):
    code = ErrorCode.IDEMPOTENCY_KEY_REUSED
