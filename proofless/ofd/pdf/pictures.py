"""PNG and JPEG as PDF image objects: a JPEG of grey or RGB as it came, everything else unpacked to RGB."""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image

from proofless.ofd.drawing import Picture
from proofless.ofd.errors import BadPicture

_MAX_PIXELS = 64_000_000
_SPACES = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}


@dataclass(frozen=True, slots=True)
class PdfPicture:
    """One image: its data under `filter`, and the 8-bit mask (deflated) of one that is not opaque."""

    width: int
    height: int
    space: str
    filter: str
    data: bytes
    mask: bytes | None


@lru_cache(maxsize=128)
def pdf_picture(data: bytes, kind: str) -> PdfPicture:
    """Raises `BadPicture` for bytes that do not decode."""
    try:
        with Image.open(BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise BadPicture("图片过大")
            if kind == "JPEG" and image.mode in _SPACES:
                return PdfPicture(image.width, image.height, _SPACES[image.mode], "/DCTDecode", data, None)
            whole = image.convert("RGBA")
    except BadPicture:
        raise
    except Exception as error:  # decoders raise nearly anything over broken pictures
        raise BadPicture("图片无法解码") from error
    depth = whole.getchannel("A")
    opaque = depth.getextrema() == (255, 255)
    mask = None if opaque else zlib.compress(depth.tobytes())
    body = zlib.compress(whole.convert("RGB").tobytes())
    return PdfPicture(whole.width, whole.height, "/DeviceRGB", "/FlateDecode", body, mask)


def picture_of(picture: Picture) -> PdfPicture:
    return pdf_picture(picture.data, picture.kind)
