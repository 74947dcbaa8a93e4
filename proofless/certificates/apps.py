from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "proofless.certificates"
    label = "certificates"

    def ready(self) -> None:
        """Seals are used on kinds of documents they know by code alone: ours are told to them here."""
        from proofless.certificates import queries
        from proofless.seals import kinds
        from proofless.vault.keys import keys_complaint
        from proofless.web.health import add_check

        add_check("keys", keys_complaint)
        kinds.add(lambda: {code: view.name for code, view in queries.all_types().items()})
