"""监督: share rates and their cases, pure functions of the ledger's chain."""
