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


class AnsweredElsewhere(Refusal):
    """``material`` in detail: another department was asked about it, and only that department may answer."""

    code = ErrorCode.ANSWERED_ELSEWHERE


class FieldNotEditable(Refusal):
    code = ErrorCode.FIELD_NOT_EDITABLE


class UploadNotExpected(Refusal):
    code = ErrorCode.UPLOAD_NOT_EXPECTED


class UploadInvalid(Refusal):
    code = ErrorCode.UPLOAD_INVALID


class NoCaseHere(Refusal):
    """One answer for a number nobody has and for somebody without a case at the clerk's department."""

    code = ErrorCode.NO_CASE_HERE


class ThemeNotOpen(Refusal):
    """The list the theme comes from is not verified; its items can be done one by one."""

    code = ErrorCode.THEME_NOT_OPEN


class NotIdentified(Refusal):
    """Nobody by this number and name: the same answer for an unknown number and for another's name."""

    code = ErrorCode.NOT_IDENTIFIED


class DemandUnfounded(Refusal):
    """A demand for what is held without a law that asks for it. ``fields`` in detail."""

    code = ErrorCode.DEMAND_UNFOUNDED


class ReportState(Refusal):
    code = ErrorCode.ASK_REPORT_STATE


class UploadUnsafe(Refusal):
    """The file carries something active, or the scanner that must look at it does not answer."""

    code = ErrorCode.UPLOAD_UNSAFE


class ApplicantGone(Refusal):
    """The applicant died, or came of age and now applies himself, since the case was begun."""

    code = ErrorCode.APPLICANT_GONE


class NamedLate(Refusal):
    """``late`` in detail: codes of materials and names of fields an earlier notice should have named."""

    code = ErrorCode.SUPPLEMENT_AGAIN


class OpinionsOpen(Refusal):
    code = ErrorCode.OPINIONS_OPEN
