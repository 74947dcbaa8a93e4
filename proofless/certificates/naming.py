"""How certificates are called in notices: their type. Names nobody."""

from collections.abc import Collection
from uuid import UUID

from proofless.certificates.models import Certificate, CertificateType
from proofless.kit.ids import is_certificate_identifier
from proofless.notices.subjects import Subject


def describe_certificates(ids: Collection[str]) -> dict[str, Subject]:
    """Certificates by the ledger's names of them: the id, or the identifier."""
    identifiers = [one for one in ids if is_certificate_identifier(one)]
    keys = [UUID(one) for one in ids if one not in set(identifiers)]
    found = dict(
        Certificate.objects.filter(identifier__in=identifiers).values_list("identifier", "type_code")
    )
    for key, code in Certificate.objects.filter(id__in=keys).values_list("id", "type_code"):
        found[str(key)] = code
    names = dict(CertificateType.objects.filter(code__in=set(found.values())).values_list("code", "name"))
    return {one: Subject(names.get(code, "")) for one, code in found.items()}
