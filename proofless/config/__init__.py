"""装配: composition only — the home, the database launcher, settings, process groups and the command line."""
