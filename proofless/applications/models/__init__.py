"""Tables of applications, one module a subject. An application lives with its applicant."""

from proofless.applications.models.cases import Application, ApplicationMaterial, Event, Invitation, State
from proofless.applications.models.corrections import Correction
from proofless.applications.models.documents import Document
from proofless.applications.models.gate import AskReport, Demand
from proofless.applications.models.handling import Confirmation, Opinion, Procedure, Supplement
from proofless.applications.models.live import LiveAnswer, LiveCall, LiveSource
from proofless.applications.models.papers import OfficePaper
from proofless.applications.models.themes import ThemeCase, ThemeFile, ThemeMember

__all__ = [
    "Application",
    "ApplicationMaterial",
    "AskReport",
    "Confirmation",
    "Correction",
    "Demand",
    "Document",
    "Event",
    "Invitation",
    "LiveAnswer",
    "LiveCall",
    "LiveSource",
    "OfficePaper",
    "Opinion",
    "Procedure",
    "State",
    "Supplement",
    "ThemeCase",
    "ThemeFile",
    "ThemeMember",
]
