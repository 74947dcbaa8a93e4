from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "proofless.files"
    label = "files"
