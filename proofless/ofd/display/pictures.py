"""图像: pictures of any kind a file carries, as PNG or JPEG that a browser shows.

PNG and JPEG pass as they are when their header is sound and small enough; BMP, GIF, TIFF, JBIG2, JPEG 2000 and JPEG in
CMYK are converted; the rest is None, for which a placeholder is drawn.
"""

import warnings
from functools import lru_cache
from io import BytesIO

from PIL import Image

from proofless.ofd.display import jbig2
from proofless.ofd.display.model import Raster

MAX_PIXELS = 40_000_000

# What a file may carry, by Pillow's names: its other formats are never tried on a stranger's bytes.
_FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "TIFF", "JPEG2000")
_SAFE_MODES = {"PNG": None, "JPEG": ("L", "RGB")}


@lru_cache(maxsize=64)
def raster(data: bytes) -> Raster | None:
    """The picture for a browser, or None when it cannot be shown."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd TIFF tag is no news
            return _open(data)
    except Exception:
        # Decoders raise nearly anything over broken pictures.
        return None


def _open(data: bytes) -> Raster | None:
    if data.startswith(jbig2.MAGIC):
        drawn = jbig2.to_png(data, MAX_PIXELS)
        return None if drawn is None else Raster(drawn, "PNG", _pixels(drawn))
    image = Image.open(BytesIO(data), formats=_FORMATS)
    if image.width * image.height > MAX_PIXELS:
        return None
    kind = image.format or ""
    if kind in _SAFE_MODES and (_SAFE_MODES[kind] is None or image.mode in (_SAFE_MODES[kind] or ())):
        return Raster(data, kind)
    out = BytesIO()
    # Alpha only where the picture has it: a converted scan stays small.
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    image.convert("RGBA" if transparent else "RGB").save(out, "PNG")
    return Raster(out.getvalue(), "PNG", image.width * image.height)


def _pixels(data: bytes) -> int:
    with Image.open(BytesIO(data), formats=("PNG",)) as image:
        return image.width * image.height
