from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "proofless.web"
    label = "web"
