"""密钥: data keys, sealed values and the keyed blind index. Keys live in the home, never in the database."""
