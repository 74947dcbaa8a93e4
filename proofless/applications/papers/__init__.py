"""文书: receipt, notices and the item guide as they are handed out on paper, drawn as OFD and PDF."""
