from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "proofless.data"
    label = "data"
