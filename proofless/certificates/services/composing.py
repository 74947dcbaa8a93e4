"""From a draft to the page that is sealed: the look of its type, its values in words, its metadata."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from proofless.certificates.errors import CertificateFaceInvalid
from proofless.certificates.queries.types import TypeView
from proofless.certificates.rules import DEMO_IMAGE, FieldRule
from proofless.certificates.services.drafting import Draft
from proofless.files import queries as files
from proofless.kit import env
from proofless.ofd.errors import BadPicture, BadText, MissingGlyph, OfdError, TextOverflow
from proofless.ofd.faces import Face, FaceField, FaceSpec, FieldKind, Look, face_of
from proofless.ofd.metadata import Holder, Metadata
from proofless.ofd.writer import write
from proofless.seals.affixing import Document
from proofless.standards import queries as standards

_LOOKS = {
    "id_card": Look.ID_CARD,
    "marriage_cert": Look.MARRIAGE,
    "biz_license": Look.BUSINESS,
    "real_estate_cert": Look.REAL_ESTATE,
}
_KINDS = {"text": FieldKind.LONG, "date": FieldKind.DATE, "image": FieldKind.PICTURE}
_PROOF = "证明"
# GB/T 36903-2018 annex A
_HOLDER_CODES = {"GB 11643": ("公民身份号码", "111"), "GB 32100": ("统一社会信用代码", "001")}


def sealable(draft: Draft) -> Document:
    """The unsealed document of a draft, with where its seal goes.

    Raises CertificateFaceInvalid for values that cannot be printed: too long, or a character no font has.
    """
    face = _face(draft.type, env.home().demo)
    stored = {f.name_en: _stored(draft.wish.face.get(f.name_en)) for f in draft.type.fields}
    metadata = _metadata(draft, face, stored)
    try:
        shown, pictures = _shown(draft.type, stored), _pictures(draft.type, stored)
        package = write(face.compose(shown, metadata, draft.identifier, pictures), metadata)
    except OfdError as error:
        raise CertificateFaceInvalid(
            "照面内容无法排版", type_code=draft.type.code, fields=_blame(error, stored)
        ) from error
    return Document(
        package=package,
        department_code=draft.department.code,
        type_code=draft.type.code,
        object_id=draft.identifier,
        page=1,
        box=face.seal_box,
    )


@lru_cache(maxsize=512)
def _face(view: TypeView, demo: bool) -> Face:
    fields = tuple(
        FaceField(f.name_en, f.name_cn, _KINDS.get(f.data_type, FieldKind.TEXT)) for f in view.fields
    )
    placed = {}
    for part, name in (("authority", "issuing_authority"), ("issued", "issue_date")):
        if any(f.name_en == name for f in view.fields):
            placed[part] = name
    keys = [f.name_en for f in view.fields if f.is_key]
    if len(keys) == 1:
        placed["number"] = keys[0]
    look = _LOOKS.get(view.code) or (Look.PROOF if view.kind == _PROOF else Look.LICENCE)
    return face_of(FaceSpec(view.name, fields, look, demo, **placed))


def _stored(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _shown(view: TypeView, stored: Mapping[str, str]) -> dict[str, str]:
    """Values as people read them: codes by name."""
    codes = {f.name_en: f.code_list for f in view.fields if f.data_type == "code"}
    return {
        name: standards.code_name(codes[name], value) if name in codes and value else value
        for name, value in stored.items()
    }


def _metadata(draft: Draft, face: Face, stored: Mapping[str, str]) -> Metadata:
    return Metadata(
        title=draft.type.name,
        type_code=draft.type.type_code21,
        number=draft.number,
        identifier=draft.identifier,
        authority=draft.department.name,
        authority_code=draft.department.uscc,
        issued_on=draft.made_on,
        holders=tuple(_holders(draft, stored)),
        valid_from=draft.wish.valid_from,
        valid_until=draft.wish.valid_to,
        face=face.data(stored),
    )


def _holders(draft: Draft, stored: Mapping[str, str]) -> Iterator[Holder]:
    for name, (_, side) in zip(draft.holder_names, draft.wish.holders, strict=True):
        rule = _number_field(draft.type.fields, side)
        if rule is None:
            yield Holder(name, "", "", "")
        else:
            yield Holder(name, stored[rule.name_en], *_HOLDER_CODES[rule.code_list])


def _number_field(fields: tuple[FieldRule, ...], side: str) -> FieldRule | None:
    """The face field that carries a holder's own number: his side's, else the first of all."""
    numbers = [f for f in fields if f.code_list in _HOLDER_CODES]
    mine = [f for f in numbers if side and f.name_en.startswith(f"{side}_")]
    return next(iter(mine or numbers), None)


def _pictures(view: TypeView, stored: Mapping[str, str]) -> dict[str, bytes]:
    """The stored pictures of the face; a demo text in their place leaves the space blank."""
    values = {f.name_en: stored[f.name_en] for f in view.fields if f.data_type == "image"}
    return {
        name: files.read(value)
        for name, value in values.items()
        if value and not value.startswith(DEMO_IMAGE)
    }


def _blame(error: OfdError, stored: Mapping[str, str]) -> dict[str, str]:
    """Field → complaint for a refusal of the layout."""
    match error:
        case TextOverflow():
            return {error.field or "": "内容过长,版面容纳不下"}
        case MissingGlyph():
            named = [name for name, value in stored.items() if error.character in value]
            return dict.fromkeys(named, f"没有字体能显示其中的字符 U+{ord(error.character):04X}")
        case BadPicture() | BadText():
            return {"": "含有无法写入文件的图片或字符"}
    raise error
