"""Photographs for a page: upright, cut to their place, small, without the place and time a camera notes."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageOps

from proofless.ofd.drawing import Box
from proofless.ofd.errors import BadPicture

_DOTS_PER_MM = 300 / 25.4
_MAX_PIXELS = 64_000_000
_QUALITY = 85


def fit_photo(data: bytes, box: Box) -> bytes:
    """A JPEG of the box's ratio, at most 300 dots an inch. Raises `BadPicture`."""
    return _fitted(data, round(box.w * _DOTS_PER_MM), round(box.h * _DOTS_PER_MM))


@lru_cache(maxsize=64)
def check_picture(data: bytes) -> None:
    """Refuse what will not be seen: torn, or larger than anybody's page. Raises `BadPicture`."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise BadPicture("图片过大")
            picture.load()
    except BadPicture:
        raise
    except Exception as error:  # decoders raise nearly anything over broken pictures
        raise BadPicture("图片已损坏，无法显示") from error


@lru_cache(maxsize=16)
def _fitted(data: bytes, width: int, height: int) -> bytes:
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as photo:
            if photo.width * photo.height > _MAX_PIXELS:
                raise BadPicture("照片过大")
            upright = ImageOps.exif_transpose(photo)
            whole = Image.new("RGB", upright.size, "white")
            whole.paste(upright.convert("RGB"), mask=_opacity(upright))
    except BadPicture:
        raise
    except Exception as error:  # decoders raise nearly anything over broken pictures
        raise BadPicture("照片只接受 PNG 或 JPEG") from error
    scale = min(1.0, max(width / whole.width, height / whole.height))
    target = (width, height) if scale < 1 else _largest(whole.size, width / height)
    out = BytesIO()
    ImageOps.fit(whole, target, Image.Resampling.LANCZOS).save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _opacity(photo: Image.Image) -> Image.Image | None:
    return photo.convert("RGBA").getchannel("A") if photo.has_transparency_data else None


def _largest(size: tuple[int, int], ratio: float) -> tuple[int, int]:
    """The largest size of a ratio (width : height) within a size."""
    width, height = size
    if width / height > ratio:
        return max(1, round(height * ratio)), height
    return width, max(1, round(width / ratio))
