from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "proofless.parties"
    label = "parties"
