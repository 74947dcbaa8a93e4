"""Reads that compose several rooms for one person."""

from proofless.portal.queries.filling import Sheet, Written, get_sheet, read_fields, saved
from proofless.portal.queries.lines import ConsentView, Line, Lines, fold, list_consents, list_lines
from proofless.portal.queries.names import labels_of, plain_label, purpose_words, title_of
from proofless.portal.queries.people import (
    DemoRow,
    Greeting,
    Person,
    get_person,
    greet,
    list_demo_accounts,
    list_people,
)
from proofless.portal.queries.themes import ThemeSheet, get_theme_sheet, saved_theme
from proofless.portal.queries.uses import Use, items_using, list_uses

__all__ = [
    "ConsentView",
    "DemoRow",
    "Greeting",
    "Line",
    "Lines",
    "Person",
    "Sheet",
    "ThemeSheet",
    "Use",
    "Written",
    "fold",
    "get_person",
    "get_sheet",
    "get_theme_sheet",
    "greet",
    "items_using",
    "labels_of",
    "list_consents",
    "list_demo_accounts",
    "list_lines",
    "list_people",
    "list_uses",
    "plain_label",
    "purpose_words",
    "read_fields",
    "saved",
    "saved_theme",
    "title_of",
]
