"""Seals: who may use which, when it stops, and that strangers can check what was sealed."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connections

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.rules import permissions_of
from proofless.gm import ses
from proofless.gm.trust import PathReason, TrustStore, check_path
from proofless.gm.x509 import Usage, load_certificate
from proofless.kit import clock, ids
from proofless.kit.actor import Actor
from proofless.kit.env import home_root
from proofless.kit.errors import Forbidden
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.ofd.drawing import Box
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.metadata import Metadata
from proofless.ofd.package import Package
from proofless.ofd.verify import Verdict, verify
from proofless.ofd.writer import write
from proofless.seals import authorities, queries, services
from proofless.seals.affixing import Document, affix
from proofless.seals.errors import SealForbidden, SealNotActive, SealNotFound, SignerLocked
from proofless.seals.models import Authority, SealState
from tests.seals.conftest import load_offices

pytestmark = pytest.mark.django_db

NODE = system_actor(Permission.CATALOG_LOAD, Permission.SEAL_APPROVE, Permission.ISSUE)
CATALOG = Path(__file__).parents[2] / "catalog"


@pytest.fixture(autouse=True)
def offices(db: None) -> Iterator[None]:
    """Two departments of a city, each with a seal for all it issues."""
    load_offices({"GAJ": "德州市公安局", "MZJ": "德州市民政局"})
    yield
    authorities.forget()


def officer(department: str) -> Actor:
    return Actor(ids.new_id(), "印章管理员", permissions_of(["officer"]), department_code=department)


def package() -> Package:
    template = Template(100, 100, (Text(Box(10, 10, 80, 10), "证明"),))
    metadata = Metadata("证明", "", "1", "id", "德州市公安局", "", date(2026, 1, 1), ())
    return write(fill(template, {}), metadata)


def document(department: str = "GAJ", type_code: str = "id_card") -> Document:
    return Document(package(), department, type_code, "object-1", 1, Box(50, 50, 42, 42))


def seal_one(department: str = "GAJ", type_code: str = "id_card") -> bytes:
    with ledger.act(None, NODE) as act:
        return affix(actor=NODE, document=document(department, type_code), at=clock.now(), within=act).data


def trust_on_disk(folder: Path) -> TrustStore:
    services.export_trust(folder)
    return TrustStore.load(folder)


def test_what_is_sealed_stands_before_a_stranger_with_the_exported_trust(tmp_path: Path) -> None:
    found = verify(seal_one(), trust_on_disk(tmp_path))
    assert found.verdict is Verdict.VALID, found.problems
    assert found.signatures[0].seal_name == "德州市公安局电子证照专用章"
    (entry,) = LedgerEntry.objects.filter(kind=Kind.SEAL_USED)
    assert entry.object_id == "object-1"
    assert queries.active_seal_for("GAJ", "id_card").code in entry.detail


def test_every_department_gets_one_seal_with_a_code_of_the_city() -> None:
    seals = queries.list_seals()
    assert [seal.code for seal in seals] == ["37140000000001", "37140000000002"]
    assert services.make_seals_for_departments(actor=NODE) == []
    parsed = ses.parse_seal(seals[0].seal)
    assert parsed.lists(seals[0].certificate)
    assert load_certificate(seals[0].certificate).subject.count("Proofless Demo") >= 1


def test_the_authorities_are_made_once() -> None:
    before = list(Authority.objects.order_by("role").values_list("key_id", flat=True))
    services.make_home_authority(actor=NODE)
    assert list(Authority.objects.order_by("role").values_list("key_id", flat=True)) == before


def test_a_suspended_seal_seals_nothing_and_its_old_files_stay_good(tmp_path: Path) -> None:
    sealed = seal_one()
    seal = queries.active_seal_for("GAJ", "id_card")
    services.suspend_seal(actor=officer("GAJ"), seal_id=seal.id)
    with pytest.raises(SealNotActive):
        seal_one()
    with pytest.raises(SealNotActive):
        services.suspend_seal(actor=officer("GAJ"), seal_id=seal.id)
    assert verify(sealed, trust_on_disk(tmp_path)).verdict is Verdict.VALID
    services.resume_seal(actor=officer("GAJ"), seal_id=seal.id)
    seal_one()


def test_an_officer_cannot_touch_another_departments_seal() -> None:
    seal = queries.active_seal_for("GAJ", "id_card")
    with pytest.raises(SealNotFound) as foreign:
        services.suspend_seal(actor=officer("MZJ"), seal_id=seal.id)
    with pytest.raises(SealNotFound) as absent:
        services.suspend_seal(actor=officer("MZJ"), seal_id=ids.new_id())
    assert str(foreign.value) == str(absent.value)
    with pytest.raises(Forbidden):
        services.make_seal(actor=officer("GAJ"), department_code="GAJ", name="私章")


def test_a_seal_for_one_kind_serves_no_other() -> None:
    general = queries.active_seal_for("GAJ", "id_card")
    special = services.make_seal(
        actor=NODE, department_code="GAJ", name="德州市公安局户口专用章", type_codes=["hukou_book"]
    )
    assert queries.active_seal_for("GAJ", "hukou_book").id == special.id
    assert queries.active_seal_for("GAJ", "id_card").id == general.id
    services.suspend_seal(actor=officer("GAJ"), seal_id=general.id)
    with pytest.raises(SealForbidden):
        seal_one(type_code="id_card")


def test_a_revoked_seal_is_on_the_list_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal_one()
    seal = queries.active_seal_for("GAJ", "id_card")
    revoked_at = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "_source", lambda: revoked_at)
    services.revoke_seal(actor=officer("GAJ"), seal_id=seal.id, reason="机构撤销")
    with pytest.raises(SealNotActive):
        services.resume_seal(actor=officer("GAJ"), seal_id=seal.id)
    trust = trust_on_disk(tmp_path)
    later = check_path(
        load_certificate(seal.certificate), clock.now() + timedelta(hours=1), trust, Usage.SIGNING
    )
    assert later.reason is PathReason.REVOKED
    assert verify(sealed, trust).signatures[0].signer_revoked is False


def test_an_expired_seal_seals_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(days=365 * services.SEAL_YEARS + 1)
    monkeypatch.setattr(clock, "_source", lambda: later)
    assert queries.list_seals()[0].state is SealState.EXPIRED
    with pytest.raises(SealNotActive):
        seal_one()


def test_without_the_key_encryption_key_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    kek = home_root() / "keys" / "kek.key"
    authorities.forget()
    hidden = kek.rename(kek.with_suffix(".hidden"))
    try:
        with pytest.raises(SignerLocked):
            seal_one()
    finally:
        hidden.rename(kek)
    seal_one()


def test_revocation_lists_are_renewed_in_time_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = LedgerEntry.objects.count()
    services.refresh_crls(actor=NODE)
    assert LedgerEntry.objects.count() == entries
    before = {row.role: bytes(row.crl) for row in Authority.objects.all()}
    later = clock.now() + timedelta(days=20)
    monkeypatch.setattr(clock, "_source", lambda: later)
    services.refresh_crls(actor=NODE)
    changed = {row.role for row in Authority.objects.all() if bytes(row.crl) != before[row.role]}
    assert changed == {"root", "sub"}


@pytest.mark.django_db(transaction=True)
def test_a_suspension_waits_for_the_act_that_is_sealing() -> None:
    seal = queries.active_seal_for("GAJ", "id_card")

    def suspend() -> None:
        services.suspend_seal(actor=officer("GAJ"), seal_id=seal.id)
        connections.close_all()

    rival = threading.Thread(target=suspend)
    with ledger.act(None, NODE) as act:
        affix(actor=NODE, document=document(), at=clock.now(), within=act)
        rival.start()
        rival.join(timeout=0.5)
        assert rival.is_alive(), "the seal is still in use"
    rival.join()
    with pytest.raises(SealNotActive):
        seal_one()
