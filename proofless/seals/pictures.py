"""印模: the picture a seal of each form carries. Drawn once per owner and form: it takes 30 ms."""

from functools import lru_cache

from proofless.gm import ses
from proofless.ofd.stamp import Form, draw
from proofless.seals.rules import SealForm

USES = {
    SealForm.DEPARTMENT: "电子证照专用章",
    SealForm.ENTERPRISE: "",
    SealForm.LEGAL: "",
    SealForm.PERSONAL: "",
    SealForm.INVOICE: "发票专用章",
    SealForm.CONTRACT: "合同专用章",
}


@lru_cache(maxsize=256)
def picture_for(form: SealForm, owner: str, demo: bool) -> ses.Picture:
    """The picture of an owner's seal; all his seals of one form look alike."""
    stamp = draw(Form(form.value), owner, use=USES[form], demo=demo)
    return ses.Picture("png", stamp.png(), round(stamp.width), round(stamp.height))
