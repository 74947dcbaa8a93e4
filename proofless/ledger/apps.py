from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class LedgerConfig(AppConfig):
    name = "proofless.ledger"
    label = "ledger"

    def ready(self) -> None:
        from proofless.ledger.guard import install

        if getattr(settings, "PROOFLESS_DB_ROLE", "app") == "app":
            connection_created.connect(install, dispatch_uid="proofless-write-guard")
