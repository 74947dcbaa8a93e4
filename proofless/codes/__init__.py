"""码: the resident's and the enterprise's code, and the scenes that say what a scan may answer."""
