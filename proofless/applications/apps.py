from collections.abc import Collection, Mapping
from importlib import import_module

from django.apps import AppConfig

from proofless.notices import subjects
from proofless.notices.subjects import Describe, Place, Subject
from proofless.seals import kinds


def _naming(name: str) -> Describe:
    """Imported at first use: at start the tables may not be named yet."""

    def describe(ids: Collection[str]) -> Mapping[str, Subject]:
        found: Mapping[str, Subject] = getattr(import_module("proofless.applications.naming"), name)(ids)
        return found

    return describe


class ApplicationsConfig(AppConfig):
    name = "proofless.applications"
    label = "applications"

    def ready(self) -> None:
        kinds.add(lambda: {"office_paper": "办件文书（回执、通知书）"})
        case = ("portal:application", "desk:case")
        subjects.register("application", Place(_naming("describe_cases"), *case, argument="application_id"))
        subjects.register("theme", Place(_naming("describe_themes"), "portal:theme_case", argument="case_id"))
        subjects.register(
            "opinion", Place(_naming("describe_opinions"), "", "desk:opinion", argument="opinion_id")
        )
        subjects.register(
            "correction",
            Place(_naming("describe_corrections"), "portal:applications", "desk:correction", "correction_id"),
        )
        subjects.register(
            "invitation",
            Place(_naming("describe_invitations"), "portal:invitation", argument="invitation_id"),
        )
        subjects.register("ask_report", Place(_naming("describe_reports"), "portal:applications"))
