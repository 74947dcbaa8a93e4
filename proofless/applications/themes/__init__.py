"""一件事: several items wanted as one — one form, one set of materials, one submission, one progress."""
