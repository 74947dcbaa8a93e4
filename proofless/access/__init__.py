"""安全: roles, purposes and consent become a ``Permit``; every personal value passes through one."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofless.access.permits import Ground, Permit, permit, public_permit
    from proofless.access.records import SealedRecord, open_records

__all__ = ["Ground", "Permit", "SealedRecord", "open_records", "permit", "public_permit"]
_RECORDS = {"SealedRecord", "open_records"}


def __getattr__(name: str) -> Any:
    """Django imports this package before its models may be; the names are bound at first use."""
    if name not in __all__:
        raise AttributeError(name)
    from proofless.access import permits, records

    return getattr(records if name in _RECORDS else permits, name)
