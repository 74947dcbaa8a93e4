from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "proofless.certificates"
    label = "certificates"

    def ready(self) -> None:
        from proofless.vault.keys import keys_complaint
        from proofless.web.health import add_check

        add_check("keys", keys_complaint)
