"""印章: the register of electronic seals, the authorities that vouch for them, and their use on files."""
