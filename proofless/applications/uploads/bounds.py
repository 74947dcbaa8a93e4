"""What the city takes and hints at now, as the pure checks want it."""

from dataclasses import replace

from proofless.applications.uploads.rules import Bounds
from proofless.kit.limits import Limit
from proofless.standards.limits import limit_of

# The most any setting allows: what bodies of requests are held to before anybody looks inside.
MOST_BYTES = Limit.UPLOAD_MEGABYTES.terms.most << 20


def bounds_now() -> Bounds:
    """What counts for a file that comes now."""
    return Bounds(
        megabytes=limit_of(Limit.UPLOAD_MEGABYTES),
        pages=limit_of(Limit.UPLOAD_PAGES),
        short_px=limit_of(Limit.PHOTO_SHORT_PIXELS),
        sharp=limit_of(Limit.PHOTO_SHARP),
        dark=limit_of(Limit.PHOTO_DARK),
        light=limit_of(Limit.PHOTO_LIGHT),
        contrast=limit_of(Limit.PHOTO_CONTRAST),
        cut_percent=limit_of(Limit.PHOTO_CUT_PERCENT),
    )


def bounds_of_kept() -> Bounds:
    """For a file that was taken earlier: measured as today, refused by nothing that changed since."""
    most = {name: limit.terms.most for name, limit in _TAKEN.items()}
    return replace(bounds_now(), **most)


_TAKEN = {"megabytes": Limit.UPLOAD_MEGABYTES, "pages": Limit.UPLOAD_PAGES}
