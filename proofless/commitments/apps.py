from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.web import menu
from proofless.web.menu import Entry


class CommitmentsConfig(AppConfig):
    name = "proofless.commitments"
    label = "commitments"

    def ready(self) -> None:
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
