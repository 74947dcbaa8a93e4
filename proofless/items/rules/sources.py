"""取得方式: how a material may be obtained, best first."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

CANCELLED_NECESSITY = "不再提供"
OFFICE, APPLICANT, ANY_ROLE = "enterprise", "applicant", "*"
# Facts every role has without being listed: a valid certificate of a type, a row in a dataset.
HAS_CERTIFICATE, HAS_ROW = "has_", "row_"
EDITABLE_PREFILLS = frozenset({"account", "manual"})


class SourceKind(StrEnum):
    """In order of trust. The values are also the modes a resolved material ends in."""

    CERTIFICATE = "certificate"
    DATA = "data"
    VERIFICATION = "verification"
    COMMITMENT = "commitment"
    FORM = "form"
    UPLOAD = "upload"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    SourceKind.CERTIFICATE: "证照调用",
    SourceKind.DATA: "数据共享",
    SourceKind.VERIFICATION: "部门核验",
    SourceKind.COMMITMENT: "告知承诺",
    SourceKind.FORM: "系统生成/在线填写",
    SourceKind.UPLOAD: "申请人提交",
    SourceKind.CANCELLED: "取消不再收取",
}
# The catalogue's two columns spell two modes differently.
KIND_OF_TEXT: Mapping[str, SourceKind] = {
    **{label: kind for kind, label in _LABELS.items()},
    "系统生成": SourceKind.FORM,
    "取消": SourceKind.CANCELLED,
}


def order_sources(preferred: str, replaceable_by: Sequence[str], necessity: str) -> tuple[SourceKind, ...]:
    """The sources of a material in the order they are tried.

    The catalogue's preferred mode comes first, then its other modes by trust. What is no longer asked for is
    cancelled before all else. Every material ends in an upload unless it is cancelled: a record may be
    missing. Raises KeyError for a mode the catalogue does not define.
    """
    first = KIND_OF_TEXT[preferred]
    others = {KIND_OF_TEXT[text] for text in replaceable_by} - {first}
    ordered = [first, *(kind for kind in SourceKind if kind in others)]
    if necessity == CANCELLED_NECESSITY or SourceKind.CANCELLED in ordered:
        return tuple(dict.fromkeys([SourceKind.CANCELLED, *ordered]))
    return tuple(dict.fromkeys([*ordered, SourceKind.UPLOAD]))


def reroute(
    sources: Sequence[SourceKind], route: str, *, certificate: bool, dataset: bool
) -> tuple[SourceKind, ...]:
    """The sources after a cleaning-up decision: ``cancel`` ends the asking, the others go before the upload.

    ``share`` goes by what is there: a certificate, a dataset.
    """
    if route == "cancel":
        return tuple(dict.fromkeys([SourceKind.CANCELLED, *sources]))
    shared = [
        kind for kind, there in ((SourceKind.CERTIFICATE, certificate), (SourceKind.DATA, dataset)) if there
    ]
    kinds = {"share": shared, "verify": [SourceKind.VERIFICATION], "commit": [SourceKind.COMMITMENT]}[route]
    others = [kind for kind in sources if kind is not SourceKind.UPLOAD]
    if SourceKind.CANCELLED in others:
        return tuple(sources)
    return tuple(dict.fromkeys([*others, *kinds, SourceKind.UPLOAD]))


def code_of_fact(fact: str) -> str:
    """The type or dataset a ``has_<type>`` or ``row_<dataset>`` fact asks about; "" for other facts."""
    if fact.startswith(HAS_CERTIFICATE):
        return fact.removeprefix(HAS_CERTIFICATE)
    return fact.removeprefix(HAS_ROW).upper() if fact.startswith(HAS_ROW) else ""


def default_role(object_type: str) -> str:
    """Whose record a material means when no row says so."""
    return OFFICE if object_type == "enterprise" else APPLICANT
