"""Keepers and hours: who may use a seal when, and what the log of a seal shows."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proofless import ledger
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.ofd.drawing import Box
from proofless.seals import queries, services
from proofless.seals.affixing import Document, Sealer
from proofless.seals.errors import SealForbidden, SealNotFound, SecondPersonRequired
from proofless.seals.rules import Custody
from tests.seals.conftest import Clock, Office, package

pytestmark = pytest.mark.django_db
ALWAYS = {"since": date(2020, 1, 1), "until": date(2040, 1, 1)}


def seal_as(actor: Actor, count: int = 1) -> None:
    with ledger.act(None, actor) as act:
        sealer = Sealer(actor=actor, uses=[("GAJ", "id_card")], within=act)
        for number in range(count):
            document = Document(package(), "GAJ", "id_card", f"object-{number}", 1, Box(50, 50, 42, 42))
            sealer.affix(document, clock.now())


def test_once_a_seal_is_kept_only_its_keeper_uses_it(office: Office) -> None:
    keeper, clerk = office["keeper-gaj"], office["clerk-gaj"]
    seal = queries.active_seal_for("GAJ", "id_card")
    seal_as(clerk)
    given = services.give_custody(
        actor=office["approver"], seal_id=seal.id, custody=Custody(keeper.account_id, **ALWAYS)
    )
    seal_as(keeper)
    with pytest.raises(SealForbidden, match="请由保管人用印"):
        seal_as(clerk)
    services.end_custody(actor=office["approver"], custody_id=given)
    seal_as(clerk)
    with pytest.raises(SealNotFound):
        services.end_custody(actor=office["approver"], custody_id=given)


def test_a_keeper_seals_in_office_hours_and_not_at_night(office: Office, set_clock: Clock) -> None:
    keeper, seal = office["keeper-gaj"], queries.active_seal_for("GAJ", "id_card")
    monday = clock.now().astimezone(clock.SHANGHAI).replace(hour=10, minute=0) + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())
    hours = Custody(keeper.account_id, (), (1, 2, 3, 4, 5), time(8, 30), time(17, 30), **ALWAYS)
    services.give_custody(actor=office["approver"], seal_id=seal.id, custody=hours)
    set_clock(monday)
    seal_as(keeper)
    for moment in (monday.replace(hour=20), monday + timedelta(days=5)):
        set_clock(moment)
        with pytest.raises(SealForbidden, match="请在用印时间内办理"):
            seal_as(keeper)


def test_nobody_makes_himself_keeper_nor_a_stranger(office: Office) -> None:
    seal = queries.active_seal_for("GAJ", "id_card")
    keeper = office["keeper-gaj"]
    with pytest.raises(SecondPersonRequired):
        services.give_custody(actor=keeper, seal_id=seal.id, custody=Custody(keeper.account_id, **ALWAYS))
    for outsider in ("keeper-mzj", "auditor"):
        custody = Custody(office[outsider].account_id, **ALWAYS)
        with pytest.raises(InputInvalid):
            services.give_custody(actor=office["approver"], seal_id=seal.id, custody=custody)
    assert {one.label for one in queries.possible_keepers("DSJJ")} == {"审批人乙"}
    with pytest.raises(SealNotFound):
        mine = Custody(office["clerk-gaj"].account_id, **ALWAYS)
        services.give_custody(actor=office["keeper-mzj"], seal_id=seal.id, custody=mine)


def test_the_log_of_a_seal_shows_every_use_page_by_page(office: Office) -> None:
    seal, other = queries.active_seal_for("GAJ", "id_card"), queries.active_seal_for("MZJ", "marriage_cert")
    seal_as(office["clerk-gaj"], 23)
    first = queries.list_uses(office["keeper-gaj"], seal)
    second = queries.list_uses(office["keeper-gaj"], seal, page=2)
    assert first.total == 24 and first.pages == 2 and len(second.rows) == 4
    assert first.rows[0].label == "公安局窗口" and first.rows[0].line.object_id == "object-22"
    assert second.rows[-1].line.kind is Kind.SEAL_MADE
    assert queries.list_uses(office["approver"], other).total == 1
    with pytest.raises(SealNotFound):
        queries.list_uses(office["keeper-mzj"], seal)


def test_choosing_a_seal_takes_one_statement_and_sealing_none(office: Office) -> None:
    """A second statement for every certificate would be felt by a whole city's batch."""
    actor = office["clerk-gaj"]
    seal_as(actor)
    with ledger.act(None, actor) as act:
        with CaptureQueriesContext(connection) as found:
            sealer = Sealer(actor=actor, uses=[("GAJ", "id_card")], within=act)
        assert len(found) == 1
        with CaptureQueriesContext(connection) as found:
            sealer.affix(Document(package(), "GAJ", "id_card", "one", 1, Box(50, 50, 42, 42)), clock.now())
        assert len(found) == 0


def test_the_log_is_found_by_its_index(office: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM ledger_entry WHERE kind LIKE 'seals.%%' AND detail::jsonb ->> 'seal' = %s"
            " ORDER BY id DESC LIMIT 20",
            ["37140000000001"],
        )
        assert "ledger_about_seal" in "\n".join(row[0] for row in cursor.fetchall())
