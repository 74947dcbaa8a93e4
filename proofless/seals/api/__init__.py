"""``/api/v1/seals`` and ``/api/v1/sealing``: the acts of the seal office, and the sealing service."""

from proofless.seals.api.office import router
from proofless.seals.api.serving import router as sealing

__all__ = ["router", "sealing"]
