"""What sealed values of the gate are bound to."""

from uuid import UUID


def words_context(report_id: UUID) -> bytes:
    """What the resident says."""
    return b"applications_ask_words:" + report_id.bytes


def evidence_context(report_id: UUID) -> bytes:
    """What the node attached."""
    return b"applications_ask_evidence:" + report_id.bytes
