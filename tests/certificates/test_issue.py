"""Issuing: a certificate exists once, sealed, by its own department, or not at all."""

import multiprocessing
import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from proofless import ledger
from proofless.certificates import queries, services
from proofless.certificates.errors import (
    CertificateAlreadyIssued,
    CertificateAlreadyRevoked,
    CertificateFaceInvalid,
    CertificateNotFound,
    PreparedExpired,
)
from proofless.certificates.models import Certificate, CertificateLookup, Preparation
from proofless.certificates.rules import Standing
from proofless.files import queries as files
from proofless.files.errors import FileNotStored
from proofless.kit import clock
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries as seal_queries
from proofless.seals import services as seals
from proofless.seals.errors import SealNotActive

pytestmark = pytest.mark.django_db


def kinds_about(identifier: str) -> list[str]:
    return list(
        LedgerEntry.objects.filter(object_id=identifier).order_by("id").values_list("kind", flat=True)
    )


def test_a_certificate_is_issued_once_and_never_twice(cast: Any) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    issued = services.issue(actor=cast.police, prepared=prepared)
    with pytest.raises(CertificateAlreadyIssued):
        services.issue(actor=cast.police, prepared=prepared)
    assert Certificate.objects.filter(identifier=issued.identifier).count() == 1
    assert kinds_about(issued.identifier) == [
        Kind.SEAL_USED,
        Kind.CERTIFICATE_PREPARED,
        Kind.CERTIFICATE_ISSUED,
    ]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_issues_one_certificate(cast: Any) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    outcomes: list[str] = []

    def click() -> None:
        try:
            services.issue(actor=cast.police, prepared=prepared)
            outcomes.append("issued")
        except CertificateAlreadyIssued:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["issued", "refused", "refused", "refused"]
    assert Certificate.objects.count() == CertificateLookup.objects.count() == 1


def test_a_crash_between_the_steps_leaves_a_visible_intent_and_no_certificate(cast: Any) -> None:
    services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    # The process dies here. Another one looks for what was left behind.
    assert not Certificate.objects.exists()
    (intent,) = services.resume_preparations(actor=cast.police)
    assert services.resume_preparations(actor=cast.civil) == []
    issued = services.issue(actor=cast.police, prepared=intent)
    assert issued.identifier == intent.identifier
    assert services.resume_preparations(actor=cast.police) == []


def _prepare_and_die(cast: Any) -> None:
    services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_after_preparing_loses_and_doubles_nothing(cast: Any) -> None:
    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=_prepare_and_die, args=(cast,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    (intent,) = services.resume_preparations(actor=cast.police)
    issued = services.issue(actor=cast.police, prepared=intent)
    assert Certificate.objects.get().identifier == issued.identifier
    assert files.read(Certificate.objects.get().file_address).startswith(b"PK")


def test_an_abandoned_intent_is_gone_with_its_file(cast: Any) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    row = Preparation.objects.get(id=prepared.id)
    with pytest.raises(CertificateNotFound):
        services.abandon_preparation(actor=cast.civil, preparation_id=prepared.id)
    services.abandon_preparation(actor=cast.police, preparation_id=prepared.id)
    with pytest.raises(PreparedExpired):
        services.issue(actor=cast.police, prepared=prepared)
    with pytest.raises(FileNotStored):
        files.read(row.file_address)
    assert bytes(Preparation.objects.get(id=prepared.id).face_sealed) == b""


def test_an_intent_of_last_month_is_not_issued(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "_source", lambda: later)
    with pytest.raises(PreparedExpired):
        services.issue(actor=cast.police, prepared=prepared)


def test_a_forged_digest_issues_nothing(cast: Any) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    with pytest.raises(CertificateNotFound):
        services.issue(actor=cast.police, prepared=replace(prepared, digest="00" * 32))


def test_the_file_stands_every_check_with_the_homes_trust(cast: Any) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    address = Preparation.objects.get(id=prepared.id).file_address
    report = verify(files.read(address), seal_queries.trust_store())
    assert report.verdict is Verdict.VALID, report.problems


def test_a_wrong_face_is_refused_field_by_field_and_nothing_is_sealed(cast: Any) -> None:
    bad = {"id_no": "371401199802031040", "sex": "8", "birth_date": "明天", "nickname": "三儿"}
    face = {k: v for k, v in cast.id_card("张三").face.items() if k != "nation"} | bad
    with pytest.raises(CertificateFaceInvalid) as refused:
        services.prepare_certificate(actor=cast.police, new=replace(cast.id_card("张三"), face=face))
    assert set(refused.value.detail["fields"]) == {"id_no", "sex", "birth_date", "nickname", "nation"}
    assert "371401199802031040" not in str(refused.value.detail)
    assert not LedgerEntry.objects.filter(kind=Kind.SEAL_USED).exists()


def test_a_suspended_seal_seals_nothing_until_it_is_resumed(cast: Any) -> None:
    seal = seal_queries.active_seal_for("GAJ", "id_card")
    seals.suspend_seal(actor=cast.node, seal_id=seal.id)
    with pytest.raises(SealNotActive):
        services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    assert not Preparation.objects.exists()
    seals.resume_seal(actor=cast.node, seal_id=seal.id)
    services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))


def test_a_clerk_cannot_issue_another_departments_certificates(cast: Any) -> None:
    with pytest.raises(Forbidden):
        services.prepare_certificate(actor=cast.civil, new=cast.id_card("张三"))
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    with pytest.raises(CertificateNotFound):
        services.issue(actor=cast.civil, prepared=prepared)
    with pytest.raises(Forbidden):
        services.prepare_certificate(actor=cast.resident("张三"), new=cast.id_card("张三"))


def issue(cast: Any, **changes: object) -> services.CertificateIssued:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三", **changes))
    return services.issue(actor=cast.police, prepared=prepared)


def test_a_renewed_certificate_supersedes_the_old_one(cast: Any) -> None:
    old = issue(cast)
    new = issue(cast, replaces=old.certificate_id)
    before, after = (Certificate.objects.get(id=one.certificate_id) for one in (old, new))
    assert (before.state, after.state, after.version, after.serial) == (
        "superseded",
        "valid",
        2,
        before.serial,
    )
    assert ".002." in new.identifier
    status = queries.find_status([cast["张三"]], ["id_card"])[cast["张三"], "id_card"]
    assert status.best and status.best.certificate_id == new.certificate_id
    with pytest.raises(CertificateAlreadyRevoked):
        issue(cast, replaces=old.certificate_id)


def test_a_certificate_replaces_only_one_of_its_own_holder(cast: Any) -> None:
    old = issue(cast)
    with pytest.raises(CertificateNotFound):
        services.prepare_certificate(actor=cast.police, new=cast.id_card("王五", replaces=old.certificate_id))


def test_revoking_is_for_the_issuing_department_and_only_once(cast: Any) -> None:
    issued = issue(cast)
    with pytest.raises(CertificateNotFound):
        services.revoke_certificate(
            actor=cast.civil, certificate_id=issued.certificate_id, reason_code="error"
        )
    services.revoke_certificate(actor=cast.police, certificate_id=issued.certificate_id, reason_code="error")
    with pytest.raises(CertificateAlreadyRevoked):
        services.revoke_certificate(
            actor=cast.police, certificate_id=issued.certificate_id, reason_code="error"
        )
    status = queries.find_status([cast["张三"]], ["id_card"])[cast["张三"], "id_card"]
    assert (status.standing, status.why) == (Standing.REVOKED, "已撤销")


def test_an_act_that_fails_after_sealing_leaves_no_intent(cast: Any) -> None:
    with pytest.raises(RuntimeError), ledger.act(Kind.APPLICATION_DECIDED, cast.police) as act:
        services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"), within=act)
        raise RuntimeError("the decision fails")
    assert not Preparation.objects.exists()
    assert not LedgerEntry.objects.filter(kind=Kind.SEAL_USED).exists()
