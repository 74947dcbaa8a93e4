"""办件的拒绝."""

from proofless.kit.errors import ErrorCode, Refusal


class NotEligible(Refusal):
    """``rules`` in detail lists the rule codes that do not hold."""

    code = ErrorCode.NOT_ELIGIBLE


class ApplicationIncomplete(Refusal):
    code = ErrorCode.APPLICATION_INCOMPLETE


class WrongState(Refusal):
    code = ErrorCode.APPLICATION_STATE


class DecisionTaken(Refusal):
    code = ErrorCode.DECISION_TAKEN


class MaterialAlreadyHeld(Refusal):
    code = ErrorCode.MATERIAL_ALREADY_HELD


class FieldNotEditable(Refusal):
    code = ErrorCode.FIELD_NOT_EDITABLE


class UploadNotExpected(Refusal):
    code = ErrorCode.UPLOAD_NOT_EXPECTED


class UploadInvalid(Refusal):
    code = ErrorCode.UPLOAD_INVALID


class ThemeNotOpen(Refusal):
    """The list the theme comes from is not verified; its items can be done one by one."""

    code = ErrorCode.THEME_NOT_OPEN
