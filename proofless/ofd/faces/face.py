"""One face: template, place of the seal, and a holder's data put on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from proofless.ofd.drawing import Box, Drawing
from proofless.ofd.errors import MissingValue
from proofless.ofd.faces import generic, special
from proofless.ofd.faces.spec import AUTHORITY, IDENTIFIER, ISSUED, NUMBER, QR, FaceSpec, FieldKind, Look
from proofless.ofd.fonts import FontLibrary
from proofless.ofd.layout import Template, fill
from proofless.ofd.metadata import FaceDatum, Metadata, face_tags

_LONG_TERM = "9999-12-31"
_BUILDERS = {
    Look.LICENCE: generic.licence,
    Look.PROOF: generic.proof,
    Look.ID_CARD: special.id_card,
    Look.MARRIAGE: special.marriage,
    Look.BUSINESS: special.business,
    Look.REAL_ESTATE: special.real_estate,
}


@dataclass(frozen=True, slots=True)
class Face:
    """A type's template and the box, in mm on page 1, where the issuing department's seal goes."""

    spec: FaceSpec
    template: Template
    seal_box: Box

    def data(self, values: Mapping[str, str]) -> tuple[FaceDatum, ...]:
        """The face as metadata: every field but pictures, values as stored. Raises `MissingValue`."""
        return tuple(
            FaceDatum(field.name, field.label, tag, _value(values, field.name))
            for field, tag in zip(self.spec.fields, _tags(self.spec), strict=True)
            if field.kind is not FieldKind.PICTURE
        )

    def compose(
        self,
        values: Mapping[str, str],
        metadata: Metadata,
        qr: str,
        pictures: Mapping[str, bytes] | None = None,
        library: FontLibrary | None = None,
    ) -> Drawing:
        """The page. `values` are texts by field name (codes already as words, dates as ISO days); an absent
        value raises `MissingValue`, an empty one stays empty. See `layout.fill` for the other refusals."""
        shown = {
            NUMBER: metadata.number,
            AUTHORITY: metadata.authority,
            ISSUED: shown_date(metadata.issued_on.isoformat()),
            IDENTIFIER: metadata.identifier,
            QR: qr,
        }
        for field in self.spec.fields:
            if field.kind is not FieldKind.PICTURE:
                value = _value(values, field.name)
                shown[field.name] = shown_date(value) if field.kind is FieldKind.DATE else value
        return fill(self.template, shown, pictures, library)


@lru_cache(maxsize=512)
def face_of(spec: FaceSpec) -> Face:
    """The face of a type; equal specs share one template, so that its static parts are made once."""
    template, seal_box = _BUILDERS[spec.look](spec)
    return Face(spec, template, seal_box)


def shown_date(value: str) -> str:
    """An ISO day as it is printed: 2026年03月05日, 长期 for 9999-12-31; anything else unchanged."""
    if value == _LONG_TERM:
        return "长期"
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.year}年{day.month:02}月{day.day:02}日"


@lru_cache(maxsize=512)
def _tags(spec: FaceSpec) -> tuple[str, ...]:
    return face_tags(tuple(field.label for field in spec.fields))


def _value(values: Mapping[str, str], name: str) -> str:
    try:
        return values[name]
    except KeyError:
        raise MissingValue(name) from None
