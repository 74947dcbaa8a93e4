from collections.abc import Collection, Mapping
from importlib import import_module

from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.notices import subjects
from proofless.notices.subjects import Describe, Place, Subject
from proofless.web import menu
from proofless.web.menu import Entry


def _naming(name: str) -> Describe:
    """Imported at first use: at start the tables may not be named yet."""

    def describe(ids: Collection[str]) -> Mapping[str, Subject]:
        found: Mapping[str, Subject] = getattr(import_module("proofless.commitments.naming"), name)(ids)
        return found

    return describe


class CommitmentsConfig(AppConfig):
    name = "proofless.commitments"
    label = "commitments"

    def ready(self) -> None:
        mine, one = "commitments:mine", "commitments:own_breach"
        subjects.register("commitment", Place(_naming("describe_promises"), mine))
        subjects.register("deferral", Place(_naming("describe_deferrals"), mine))
        subjects.register(
            "breach",
            Place(_naming("describe_breaches"), one, "commitments:breach", argument="breach_id"),
        )
        menu.add(
            menu.DESK,
            Entry("promises", "承诺核查", "signature", "commitments:home", Permission.HANDLE, "协查", 18),
            Entry(
                "promise_templates",
                "承诺模板",
                "clipboard-check",
                "commitments:templates",
                Permission.CATALOG_READ,
                "目录",
                65,
            ),
        )
