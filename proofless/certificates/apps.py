from collections.abc import Collection, Mapping

from django.apps import AppConfig

from proofless.notices import subjects
from proofless.notices.subjects import Place, Subject


def _certificates(ids: Collection[str]) -> Mapping[str, Subject]:
    """Imported late: at start the tables may not be named yet."""
    from proofless.certificates.naming import describe_certificates

    return describe_certificates(ids)


class CertificatesConfig(AppConfig):
    name = "proofless.certificates"
    label = "certificates"

    def ready(self) -> None:
        """Seals are used on kinds of documents they know by code alone: ours are told to them here."""
        from proofless.certificates import queries
        from proofless.seals import kinds
        from proofless.vault.keys import keys_complaint
        from proofless.web.health import add_check

        place = Place(_certificates, "portal:certificate", argument="certificate_id")
        subjects.register("certificate", place)
        add_check("keys", keys_complaint)
        kinds.add(lambda: {code: view.name for code, view in queries.all_types().items()})
