from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.web import menu
from proofless.web.menu import Entry

SECTION = "协查"


class VerificationConfig(AppConfig):
    name = "proofless.verification"
    label = "verification"

    def ready(self) -> None:
        answer, manage = Permission.VERIFICATION_ANSWER, Permission.VERIFICATION_MANAGE
        menu.add(
            menu.DESK,
            Entry(
                "requests",
                "待答复协查",
                "message-question",
                "verification:queue",
                answer,
                SECTION,
                15,
                shortcut="x",
            ),
            Entry(
                "asked",
                "我部门发起的",
                "send",
                "verification:asked",
                Permission.VERIFICATION_ASK,
                SECTION,
                16,
            ),
            Entry("delegations", "委托与接口", "sitemap", "verification:delegations", manage, SECTION, 17),
            Entry(
                "templates",
                "协查模板",
                "clipboard-text",
                "verification:templates",
                Permission.CATALOG_READ,
                "目录",
                64,
            ),
            Entry(
                "punctuality",
                "协查按时率",
                "chart-line",
                "verification:punctuality",
                Permission.SUPERVISE,
                "监督",
                42,
            ),
        )
