"""模拟城镇: pure, deterministic making of residents, enterprises and their records; no Django."""

from proofless.simulator.town.make import make_town, stream_town
from proofless.simulator.town.model import (
    Batch,
    CertificateSpec,
    DataRow,
    Enterprise,
    Key,
    Member,
    Person,
    Relation,
    Town,
)

__all__ = [
    "Batch",
    "CertificateSpec",
    "DataRow",
    "Enterprise",
    "Key",
    "Member",
    "Person",
    "Relation",
    "Town",
    "make_town",
    "stream_town",
]
