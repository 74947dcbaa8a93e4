"""告知承诺: a signed promise in place of a proof; each compiles to a check and a date, and is checked by itself."""
