"""抽查: which promises nobody could check by machine a person looks at; sized by risk, drawn so that it can be
repeated and no official can choose. Pure.
"""

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from proofless.commitments.rules.templates import Risk

RATES: Mapping[Risk, float] = {Risk.LOW: 0.05, Risk.MEDIUM: 0.20, Risk.HIGH: 1.0}
MINIMUM = 3
FALSE_WEIGHT = 2.0


def sample_size(count: int, risk: Risk, false_rate: float = 0.0) -> int:
    """How many of ``count`` to look at. ``false_rate`` is the share of earlier samples found false: what turned out
    worse is looked at more.
    """
    rate = min(1.0, RATES[risk] + FALSE_WEIGHT * false_rate)
    # Rounded up in integers: in floats 0.2 of 5 may become 2.
    part = -(-count * round(rate * 10_000) // 10_000)
    return min(count, max(part, MINIMUM))


def draw(ids: Sequence[UUID], risk: Risk, seed: str, false_rate: float = 0.0) -> frozenset[UUID]:
    """The drawn ids: those whose digest under the seed is smallest. The same seed and ids give the same draw in any
    order. The seed is the ledger's tree head, published before, which nobody could bend towards a friend.
    """
    size = sample_size(len(ids), risk, false_rate)
    return frozenset(sorted(ids, key=lambda one: _digest(seed, one))[:size])


def _digest(seed: str, one: UUID) -> bytes:
    return hashlib.new("sm3", seed.encode() + one.bytes).digest()
