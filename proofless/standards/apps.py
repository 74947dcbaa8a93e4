from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "proofless.standards"
    label = "standards"
