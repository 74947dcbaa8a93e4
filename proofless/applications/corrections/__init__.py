"""更正: where sources disagree, or she says one is wrong, the department that owns the value looks and answers."""
