"""安全: roles, purposes and consent become a ``Permit``; every personal value passes through one."""

from proofless.access.permits import Ground, Permit, permit, public_permit
from proofless.access.records import SealedRecord, open_records

__all__ = ["Ground", "Permit", "SealedRecord", "open_records", "permit", "public_permit"]
