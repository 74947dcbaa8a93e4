from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "proofless.items"
    label = "items"
