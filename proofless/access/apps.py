from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "proofless.access"
    label = "access"
