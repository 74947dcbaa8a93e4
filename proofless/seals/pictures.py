"""印模: the picture a seal of each form carries, and how large it may stand. Drawn once per owner and form."""

from functools import lru_cache

from proofless.gm import ses
from proofless.ofd.drawing import Box
from proofless.ofd.errors import MissingGlyph
from proofless.ofd.stamp import Form, draw
from proofless.seals.errors import SealStateRefused
from proofless.seals.rules import SealForm

USES = {SealForm.DEPARTMENT: "电子证照专用章"}
_PLAIN_FORMS = {form: Form(form.value) for form in SealForm}


@lru_cache(maxsize=256)
def picture_for(form: SealForm, owner: str, demo: bool) -> ses.Picture:
    """The picture of an owner's seal; all his seals of one form look alike.

    Raises SealStateRefused for a name with a character no font has: a seal with a gap would be worse than none.
    """
    try:
        stamp = draw(_PLAIN_FORMS[form], owner, use=USES.get(form, ""), demo=demo)
    except MissingGlyph as error:
        raise SealStateRefused("印面名称中有字体无法显示的字，请更换名称后重新申请") from error
    return ses.Picture("png", stamp.png(), round(stamp.width), round(stamp.height))


def fitted(box: Box, picture: ses.Picture) -> Box:
    """The largest box of the picture's own proportions in the middle of ``box``, never above its own size."""
    scale = min(box.w / picture.width_mm, box.h / picture.height_mm, 1.0)
    w, h = picture.width_mm * scale, picture.height_mm * scale
    return Box(round(box.x + (box.w - w) / 2, 2), round(box.y + (box.h - h) / 2, 2), round(w, 2), round(h, 2))
