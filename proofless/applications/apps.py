from collections.abc import Collection, Mapping

from django.apps import AppConfig

from proofless.notices import subjects
from proofless.notices.subjects import Place, Subject


def _cases(ids: Collection[str]) -> Mapping[str, Subject]:
    """Imported late: at start the tables may not be named yet."""
    from proofless.applications.naming import describe_cases

    return describe_cases(ids)


def _themes(ids: Collection[str]) -> Mapping[str, Subject]:
    from proofless.applications.naming import describe_themes

    return describe_themes(ids)


class ApplicationsConfig(AppConfig):
    name = "proofless.applications"
    label = "applications"

    def ready(self) -> None:
        subjects.register(
            "application", Place(_cases, "portal:application", "desk:case", argument="application_id")
        )
        subjects.register("theme", Place(_themes, "portal:theme_case", argument="case_id"))
