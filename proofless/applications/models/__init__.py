"""Tables of applications, one module a subject. An application lives with its applicant."""

from proofless.applications.models.cases import Application, ApplicationMaterial, Event, Invitation, State
from proofless.applications.models.themes import ThemeCase, ThemeFile, ThemeMember

__all__ = [
    "Application",
    "ApplicationMaterial",
    "Event",
    "Invitation",
    "State",
    "ThemeCase",
    "ThemeFile",
    "ThemeMember",
]
