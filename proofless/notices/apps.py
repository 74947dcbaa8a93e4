from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.web import menu
from proofless.web.menu import Entry


class NoticesConfig(AppConfig):
    name = "proofless.notices"
    label = "notices"

    def ready(self) -> None:
        menu.add(
            menu.DESK,
            Entry(
                "notices", "通知", "bell", "notices:desk", Permission.NOTICES_READ, "办件", 9, shortcut="i"
            ),
        )
        menu.add(
            menu.BELL,
            Entry("phone", "通知", "bell", "notices:mine", Permission.OWN_READ),
            Entry("desk", "通知", "bell", "notices:desk", Permission.NOTICES_READ),
        )
