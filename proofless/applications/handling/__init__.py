"""办理: the ways into a case that need no phone, and what may happen between acceptance and decision."""
