from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "proofless.seals"
    label = "seals"
