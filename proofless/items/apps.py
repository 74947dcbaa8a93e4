from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "proofless.items"
    label = "items"

    def ready(self) -> None:
        from proofless.items.queries.uses import pace
        from proofless.web.health import add_gauge

        add_gauge(
            "proofless_items_use_list_overdue_days",
            "用证事项清单超过应发布日期的天数",
            lambda: float(pace().days_over),
        )
