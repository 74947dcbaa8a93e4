"""What an application's sealed values are bound to."""

from uuid import UUID


def values_context(application_id: UUID) -> bytes:
    """The values the applicant handed in."""
    return b"applications_values:" + application_id.bytes


def draft_context(application_id: UUID) -> bytes:
    """What the applicant is writing and has not handed in."""
    return b"applications_draft:" + application_id.bytes


def plan_context(application_id: UUID) -> bytes:
    """The plan as it was when submitted."""
    return b"applications_plan:" + application_id.bytes


def theme_context(theme_case_id: UUID) -> bytes:
    """The merged form of a theme case, written or handed in."""
    return b"applications_theme:" + theme_case_id.bytes


def paper_context(paper_id: UUID) -> bytes:
    """What a paper says that waits for its seal."""
    return b"applications_paper:" + paper_id.bytes
