from collections.abc import Collection, Mapping

from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.notices import subjects
from proofless.notices.subjects import Place, Subject
from proofless.web import menu
from proofless.web.menu import Entry

SECTION = "协查"


def _requests(ids: Collection[str]) -> Mapping[str, Subject]:
    """Imported late: at start the tables may not be named yet."""
    from proofless.verification.naming import describe_requests

    return describe_requests(ids)


class VerificationConfig(AppConfig):
    name = "proofless.verification"
    label = "verification"

    def ready(self) -> None:
        subjects.register("request", Place(_requests, desk="verification:request", argument="request_id"))
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
                "requests-asked",
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
