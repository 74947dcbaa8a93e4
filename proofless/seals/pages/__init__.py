"""Desk pages of seal keepers and approvers, under /desk/seals/."""
