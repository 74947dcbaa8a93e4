from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "proofless.codes"
    label = "codes"
