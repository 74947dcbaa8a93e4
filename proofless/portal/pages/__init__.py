"""Pages by subject: request, one read or act, rendered frozen values."""
