from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "proofless.supervision"
    label = "supervision"
