from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "proofless.certificates"
    label = "certificates"
