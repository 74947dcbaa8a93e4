"""After a merger the new office issues: its name on 张三's certificate, its seal, its clerks."""

import pytest

from proofless.access.actors import system_actor
from proofless.access.rules import permissions_of
from proofless.certificates import services
from proofless.certificates.models import Certificate, CertificateLookup
from proofless.kit import clock, ids
from proofless.kit.actor import Actor
from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission
from proofless.seals import queries as seals
from proofless.seals import services as seal_services
from proofless.seals.rules import Succession
from tests.certificates.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_successor_issues_what_the_old_department_did(cast: Cast) -> None:
    approver = system_actor(Permission.SEAL_APPROVE)
    old = services.issue(
        actor=cast.police, prepared=services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    )
    seal_services.record_succession(
        actor=approver, new=Succession("GAJ", "SPJ", clock.today(), ("id_card",)), document="文号"
    )
    with pytest.raises(Forbidden):
        services.prepare_certificate(actor=cast.police, new=cast.id_card("李四"))
    clerk = Actor(ids.new_id(), "审批窗口", permissions_of(["clerk"]), department_code="SPJ")
    new = services.issue(
        actor=clerk, prepared=services.prepare_certificate(actor=clerk, new=cast.id_card("李四"))
    )
    row = Certificate.objects.get(id=new.certificate_id)
    assert row.issue_dept_code == "SPJ"
    assert row.seal_id == seals.active_seal_for("SPJ", "id_card").id
    names = dict(CertificateLookup.objects.values_list("identifier", "issuer_name"))
    assert names[old.identifier] == "德州市公安局" and names[new.identifier] == "德州市行政审批服务局"
