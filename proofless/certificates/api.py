"""``/api/v1/certificates``: one's own certificates and their sealed files."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from proofless.access import Ground, permit
from proofless.access.edge import Guard, actor
from proofless.access.permits import own_holders
from proofless.certificates import queries
from proofless.kit.permissions import Permission

router = Router(tags=["certificates 证照"])


@router.get("", auth=Guard(Permission.OWN_READ))
def list_own(request: HttpRequest) -> list[dict[str, Any]]:
    """本人、被监护人和所代表企业的证照."""
    who = actor(request)
    return [
        {
            "id": str(c.certificate_id),
            "type_code": c.type_code,
            "type_name": c.type_name,
            "identifier": c.identifier,
            "standing": c.standing.value,
            "valid_from": c.valid_from.isoformat(),
            "valid_to": c.valid_to.isoformat(),
            "issuer": c.issuer_name,
        }
        for c in queries.list_own(actor=who, holder_ids=own_holders(who))
    ]


@router.get("/{certificate_id}/file", auth=Guard(Permission.OWN_READ))
def read_file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """加盖电子印章的 OFD 文件."""
    who = actor(request)
    own = permit(who, own_holders(who), ["*"], "本人下载证照", ground=Ground.OWN)
    response = HttpResponse(queries.read_file(own, certificate_id), content_type="application/ofd")
    response["Content-Disposition"] = f'attachment; filename="{certificate_id}.ofd"'
    return response
