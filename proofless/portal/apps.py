from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.web import menu
from proofless.web.menu import Entry


class PortalConfig(AppConfig):
    name = "proofless.portal"
    label = "portal"

    def ready(self) -> None:
        menu.add(
            menu.TABS,
            Entry("home", "首页", "home", "portal:home", order=10),
            Entry("certificates", "证照", "id", "portal:certificates", Permission.OWN_READ, order=20),
            Entry(
                "applications", "办件", "clipboard-list", "portal:applications", Permission.APPLY, order=30
            ),
            Entry("me", "我的", "user", "portal:me", order=40),
        )
        menu.add(
            menu.DESK,
            Entry(
                "window",
                "窗口收件",
                "user-check",
                "portal:window",
                Permission.WINDOW,
                "办件",
                9,
                shortcut="w",
            ),
        )
        menu.add(menu.ACCOUNT, Entry("sign-out", "退出登录", "logout", "sign_out", order=90, post=True))
