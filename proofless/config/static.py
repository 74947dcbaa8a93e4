"""静态资源: hashed names and gzip. Brotli at its best level would take a first start a minute for a few kilobytes."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzipManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage without Brotli and without compressing source maps."""

    def create_compressor(self, **options: Any) -> Compressor:
        skipped = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
        return Compressor(**{**options, "extensions": skipped, "use_brotli": False})
