"""量测: benchmarks, each held against a limit program of its own in the same run."""
