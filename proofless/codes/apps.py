from collections.abc import Collection, Mapping

from django.apps import AppConfig

from proofless.notices import subjects
from proofless.notices.subjects import Place, Subject


def _scenes(codes: Collection[str]) -> Mapping[str, Subject]:
    """Imported late: at start the tables may not be named yet."""
    from proofless.codes.naming import describe_scenes

    return describe_scenes(codes)


class CodesConfig(AppConfig):
    name = "proofless.codes"
    label = "codes"

    def ready(self) -> None:
        subjects.register("scene", Place(_scenes, "portal:ledger"))
