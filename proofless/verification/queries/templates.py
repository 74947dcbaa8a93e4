"""The templates in force, built once per loaded version."""

from collections.abc import Mapping
from dataclasses import dataclass

from proofless.parties import queries as parties
from proofless.standards.versions import Versioned
from proofless.verification.errors import TemplateUnknown
from proofless.verification.models import ROOM, Template
from proofless.verification.rules.answers import Blank, Shape
from proofless.verification.rules.templates import CONNECTORS, read_blanks, read_fills, read_served


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A kind of question: the fact asked, on which law, answered how, within how many working days.

    ``materials``: code of each it verifies → which form field of its item fills which parameter; ``fills``: form field
    (``<item>.<name>``) → the answer's field that fills it.
    """

    code: str
    title: str
    question: str
    legal_basis: str
    department_code: str
    department_name: str
    shape: Shape
    fields: tuple[Blank, ...]
    evidence_required: bool
    carries: tuple[str, ...]
    parameters: tuple[Blank, ...]
    connector: str
    dataset_code: str
    confirms: str
    budget_ms: int
    legal_days: int
    promised_days: int
    extension_days: int
    phrases: tuple[str, ...]
    materials: Mapping[str, Mapping[str, str]]
    fills: Mapping[str, str]
    source: str

    @property
    def answered_by(self) -> str:
        return CONNECTORS[self.connector]


def list_templates() -> tuple[TemplateView, ...]:
    """All, by code."""
    return tuple(_templates.get().values())


def find_template(code: str) -> TemplateView | None:
    return _templates.get().get(code)


def get_template(code: str) -> TemplateView:
    """Raises TemplateUnknown."""
    found = find_template(code)
    if found is None:
        raise TemplateUnknown(template=code)
    return found


def template_for(material_code: str) -> TemplateView | None:
    """The question that verifies a material; None when no department has been named that could answer it."""
    return next((one for one in list_templates() if material_code in one.materials), None)


def answerers() -> Mapping[str, str]:
    """Code of each material a template verifies → the short name of the department that answers."""
    return _answerers.get()


def fillings() -> Mapping[str, tuple[str, str]]:
    """Form field (``<item>.<name>``) → the template whose answer fills it, and the answer's field; no statement."""
    return _fillings.get()


def _build(_: int) -> dict[str, TemplateView]:
    names = {code: one.short_name for code, one in parties.list_departments().items()}
    return {row.code: _view(row, names) for row in Template.objects.order_by("code")}


def _view(row: Template, names: Mapping[str, str]) -> TemplateView:
    shared = {
        name: getattr(row, name)
        for name in TemplateView.__dataclass_fields__
        if name
        not in {
            "shape",
            "fields",
            "carries",
            "parameters",
            "phrases",
            "materials",
            "fills",
            "department_name",
        }
    }
    return TemplateView(
        **shared,
        shape=Shape(row.shape),
        fields=read_blanks(row.answer_fields),
        carries=tuple(row.carries),
        parameters=read_blanks(row.parameters),
        phrases=tuple(row.phrases),
        department_name=names.get(row.department_code, row.department_code),
        materials=dict(read_served(text) for text in row.materials),
        fills=read_fills(row.fills),
    )


_templates = Versioned(ROOM, _build)
_fillings = Versioned(
    ROOM,
    lambda _: {field: (one.code, name) for one in list_templates() for field, name in one.fills.items()},
)
_answerers = Versioned(
    ROOM, lambda _: {code: one.department_name for one in list_templates() for code in one.materials}
)
