from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "proofless.commitments"
    label = "commitments"
