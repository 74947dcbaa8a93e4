from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.web import menu
from proofless.web.menu import Entry


class DeskConfig(AppConfig):
    name = "proofless.desk"
    label = "desk"

    def ready(self) -> None:
        menu.add(
            menu.DESK,
            Entry("queue", "待办件", "inbox", "desk:queue", Permission.HANDLE, "办件", 10, shortcut="q"),
            Entry("done", "已办件", "checks", "desk:done", Permission.HANDLE, "办件", 11),
            Entry("asked", "请我会签", "users", "desk:asked", Permission.HANDLE, "办件", 12, shortcut="h"),
            Entry(
                "preparations", "待签发证照", "hourglass", "desk:preparations", Permission.ISSUE, "证照", 20
            ),
            Entry("unsealed", "待盖章文书", "rubber-stamp", "desk:unsealed", Permission.ISSUE, "办件", 14),
            Entry("scan", "扫码核验", "scan", "desk:scan", Permission.SCAN, "核验", 30, shortcut="s"),
            Entry(
                "rates", "共享率", "chart-bar", "desk:rates", Permission.SUPERVISE, "监督", 40, shortcut="r"
            ),
            Entry("cases", "办件明细", "list-details", "desk:cases", Permission.SUPERVISE, "监督", 41),
            Entry(
                "supplements",
                "再次补正",
                "message-report",
                "desk:supplements",
                Permission.SUPERVISE,
                "监督",
                42,
            ),
            Entry("asks", "违规索证", "message-report", "desk:asks", Permission.ASKS_SETTLE, "监督", 43),
            Entry("corrections", "更正请求", "pencil", "desk:corrections", Permission.HANDLE, "办件", 13),
            Entry("chain", "账目与链", "link", "desk:chain", Permission.AUDIT, "审计", 50),
            Entry("items", "事项", "clipboard-list", "desk:items", Permission.CATALOG_READ, "目录", 60),
            Entry("types", "证照类型", "file-certificate", "desk:types", Permission.CATALOG_READ, "目录", 61),
            Entry(
                "datasets", "数据资源", "database-share", "desk:datasets", Permission.CATALOG_READ, "目录", 62
            ),
            Entry("live", "在线数据接口", "database", "desk:live", Permission.DATA_LOAD, "目录", 64),
            Entry("themes", "一件事主题", "sitemap", "desk:themes", Permission.CATALOG_READ, "目录", 63),
            Entry(
                "lists", "三级事项清单", "list-details", "desk:lists", Permission.CATALOG_READ, "标准化", 70
            ),
            Entry("uses", "用证事项清单", "list-check", "desk:uses", Permission.CATALOG_READ, "标准化", 71),
            Entry("proofs", "证明清理", "trash", "desk:proofs", Permission.CATALOG_READ, "标准化", 72),
            Entry(
                "library",
                "标准材料与字段",
                "book",
                "desk:library_home",
                Permission.CATALOG_READ,
                "标准化",
                73,
            ),
            Entry("limits", "本市设定", "adjustments", "desk:limits", Permission.CATALOG_READ, "标准化", 75),
            Entry("coverage", "映射覆盖", "link", "desk:coverage", Permission.CATALOG_READ, "标准化", 74),
        )
        menu.add(menu.WORK, Entry("desk", "工作台", "briefcase", "desk:home"))
