"""极限程序: the fastest honest version of what a benchmark measures, one short file each."""
