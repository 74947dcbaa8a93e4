"""基础: pure building blocks every room may use (errors, permissions, kinds, actor, numbers, clock, paging)."""
