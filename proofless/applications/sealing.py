"""What an application's sealed values are bound to."""

from uuid import UUID


def values_context(application_id: UUID) -> bytes:
    """The values the applicant wrote or confirmed."""
    return b"applications_values:" + application_id.bytes


def plan_context(application_id: UUID) -> bytes:
    """The plan as it was when submitted."""
    return b"applications_plan:" + application_id.bytes
