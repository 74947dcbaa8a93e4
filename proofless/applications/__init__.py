"""办件: drafts, the waterfall that refuses to ask, submission, review, decision, result."""
