"""Proofless 免证: a city node that never asks for a proof the government already holds."""

__version__ = "0.1.0"
