from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class LedgerConfig(AppConfig):
    name = "proofless.ledger"
    label = "ledger"

    def ready(self) -> None:
        from proofless.ledger import queries
        from proofless.ledger.guard import install
        from proofless.web.health import add_check, add_gauge

        add_check("sequencer", queries.sequencer_complaint)
        add_gauge(
            "proofless_ledger_lag_seconds",
            "最早一条待排序账目已等待的秒数",
            lambda: queries.chain_state().lag_seconds,
        )
        add_gauge("proofless_ledger_pending", "待排序账目条数", lambda: queries.chain_state().pending)

        if getattr(settings, "PROOFLESS_DB_ROLE", "app") == "app":
            connection_created.connect(install, dispatch_uid="proofless-write-guard")
