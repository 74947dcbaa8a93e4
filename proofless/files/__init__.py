"""文件: the encrypted, content-addressed file store behind one seam: ``services.store``, ``queries.read``."""
