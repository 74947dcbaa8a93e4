"""核验协查: one department asks another for a fact instead of asking the citizen; two clocks, one answer."""
