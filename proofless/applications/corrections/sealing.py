"""What sealed values of corrections are bound to."""

from uuid import UUID


def words_context(correction_id: UUID) -> bytes:
    """Both values and what she says."""
    return b"applications_correction:" + correction_id.bytes
