"""硬闸: what the government holds may not be asked for. Who asks all the same names a law, and can be reported."""
