from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "proofless.applications"
    label = "applications"
