"""码的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class CodeInvalid(Refusal):
    """Unknown, expired and ill-formed codes give the same answer."""

    code = ErrorCode.CODE_INVALID


class CodeReplayed(Refusal):
    code = ErrorCode.CODE_REPLAYED


class SceneForbidden(Refusal):
    code = ErrorCode.SCENE_FORBIDDEN
