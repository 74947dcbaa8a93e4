"""静态文件存储: whitenoise's hashed names with gzip beside each file, and nothing under an unhashed name."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Without brotli: at whitenoise's level it takes two minutes on two busy cores, for a sixth less to send."""

    keep_only_hashed_files = True

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return Compressor(use_brotli=False, **kwargs)
