"""审计: the append-only ledger. Two doors: ``act`` for changes, ``record_reads`` for reads."""

from proofless.ledger.acts import Act, act
from proofless.ledger.entry import HolderLine
from proofless.ledger.reads import ReadLine, note_read, reading, record_reads

__all__ = ["Act", "HolderLine", "ReadLine", "act", "note_read", "reading", "record_reads"]
