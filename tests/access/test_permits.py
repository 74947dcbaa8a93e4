"""Permits: on which ground who may read whose fields; everything else is refused, whoever asks."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access import Ground, Permit, SealedRecord, open_records, permit, public_permit
from proofless.access.actors import anonymous_actor, system_actor
from proofless.access.errors import ConsentRequired, GuardianRequired, PermitDenied
from proofless.access.models import Consent
from proofless.access.queries import find_holder_records, list_consents
from proofless.access.rules import permissions_of
from proofless.access.services import NewConsent, give_consents, withdraw_consent
from proofless.kit.actor import Actor, Channel
from proofless.kit.errors import Forbidden, NotFound
from proofless.kit.ids import new_id, resident_check_char, uscc_check_char
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.ledger.reads import ReadUnrecorded
from proofless.parties.models import HolderKind
from proofless.parties.services import NewHolder, NewRelation, record_relations, register_holders
from proofless.vault import cipher

NODE = system_actor(Permission.PARTY_REGISTER)
NAME, SEX, NUMBER = "id_card.name", "id_card.sex", "account.number"
Cast = dict[str, UUID]


def person(name: str, order: int) -> NewHolder:
    first17 = f"37240119800501{order:03d}"
    return NewHolder(HolderKind.PERSON, name, first17 + resident_check_char(first17), "371402")


@pytest.fixture
def cast(db: None) -> Cast:
    """李四 is the guardian of 张三 and acts for 某公司; 王五 has nothing to do with them."""
    first17 = "91371400DM7654321"
    firm = NewHolder(HolderKind.ENTERPRISE, "某公司", first17 + uscc_check_char(first17), "371402")
    names = ("张三", "李四", "王五", "某公司")
    new = [person(name, 200 + 2 * place) for place, name in enumerate(names[:3])]
    ids = dict(zip(names, register_holders(actor=NODE, holders=[*new, firm]), strict=True))
    links = [("guardian_of", "张三"), ("legal_rep_of", "某公司")]
    record_relations(
        actor=NODE, relations=[NewRelation(kind, ids["李四"], ids[other], "测试") for kind, other in links]
    )
    return ids


@pytest.fixture
def reading(db: None) -> Iterator[list[ledger.ReadLine]]:
    with ledger.reading() as lines:
        yield lines


def resident(cast: Cast, name: str) -> Actor:
    return Actor(new_id(), name, permissions_of(["resident"]), party_id=cast[name])


def clerk(department: str = "MZJ") -> Actor:
    return Actor(new_id(), "窗口", permissions_of(["clerk"]), department_code=department)


def own(actor: Actor, *holders: UUID) -> Permit:
    return permit(actor, holders, [NAME], "查看", ground=Ground.OWN)


def test_everybody_may_read_his_own_his_wards_and_his_firms(cast: Cast) -> None:
    li = resident(cast, "李四")
    for name in ("李四", "张三", "某公司"):
        assert own(li, cast[name]).allows(cast[name], NAME)
    assert own(li, *(cast[n] for n in ("李四", "张三", "某公司"))).ground_text == "own"


@pytest.mark.parametrize(
    ("reader", "holder"),
    [("王五", "张三"), ("王五", "某公司"), ("张三", "李四"), ("张三", "某公司"), ("李四", "王五")],
)
def test_nobody_reads_a_stranger_as_his_own(cast: Cast, reader: str, holder: str) -> None:
    """A ward does not read her guardian either: the relation has a direction."""
    with pytest.raises(PermitDenied):
        own(resident(cast, reader), cast[holder])


def test_one_stranger_among_many_refuses_all(cast: Cast) -> None:
    with pytest.raises(PermitDenied):
        own(resident(cast, "李四"), cast["李四"], cast["王五"])


def test_an_official_has_no_own_records(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        own(clerk(), cast["张三"])
    with pytest.raises(Forbidden):
        own(anonymous_actor(Channel.PHONE), cast["张三"])


def test_duty_needs_an_office_and_a_case(cast: Cast) -> None:
    holders = [cast["张三"]]
    given = permit(clerk(), holders, [NAME], "办理", ground=Ground.STATUTORY, basis="I081")
    assert given.allows(cast["张三"], NAME) and given.ground_text == "statutory:I081"
    with pytest.raises(PermitDenied):
        permit(clerk(), holders, [NAME], "好奇", ground=Ground.STATUTORY)
    for nobody in (resident(cast, "王五"), anonymous_actor(Channel.DESK), system_actor(Permission.AUDIT)):
        with pytest.raises(PermitDenied):
            permit(nobody, holders, [NAME], "办理", ground=Ground.STATUTORY, basis="I081")


def test_a_permit_covers_what_it_names_and_nothing_beside(cast: Cast) -> None:
    zhang = resident(cast, "张三")
    given = permit(zhang, [cast["张三"]], [NAME, "hukou_book.*"], "查看", ground=Ground.OWN)
    assert given.allows(cast["张三"], "hukou_book.address")
    for field in (SEX, "hukou_bookx.address", "id_card", "id_card.names", "*", ""):
        assert not given.allows(cast["张三"], field)
    assert not given.allows(cast["王五"], NAME)


def test_nobody_makes_a_permit_himself(cast: Cast) -> None:
    with pytest.raises(TypeError):
        Permit(new_id(), clerk(), frozenset(cast.values()), frozenset({"*"}), "x", Ground.STATUTORY, "x")


def test_a_public_permit_opens_no_field(cast: Cast) -> None:
    given = public_permit(anonymous_actor(Channel.PHONE), "公开核验")
    assert not any(given.allows(holder, NAME) for holder in cast.values())
    with pytest.raises(PermitDenied):
        permit(clerk(), [cast["张三"]], [NAME], "x", ground=Ground.PUBLIC)


def agree(actor: Actor, holder: UUID, *fields: str, to: str = "MZJ") -> UUID:
    with ledger.act(None, actor) as act:
        new = NewConsent(holder, to, fields)
        return give_consents(actor=actor, consents=[new], reference="case-1", purpose="办理", within=act)[0]


def with_consent(actor: Actor, holder: UUID, *fields: str, basis: str = "case-1") -> Permit:
    return permit(actor, [holder], fields, "办理", ground=Ground.CONSENT, basis=basis)


def test_a_consent_opens_what_was_agreed_to_for_whom(cast: Cast) -> None:
    zhang = cast["张三"]
    agree(resident(cast, "张三"), zhang, NAME)
    agree(resident(cast, "张三"), zhang, SEX)
    assert with_consent(clerk(), zhang, NAME, SEX).allows(zhang, SEX)
    refused = (
        (clerk(), zhang, NUMBER, "case-1"),
        (clerk(), zhang, NAME, "case-2"),
        (clerk(), cast["王五"], NAME, "case-1"),
        (clerk("GAJ"), zhang, NAME, "case-1"),
        (resident(cast, "王五"), zhang, NAME, "case-1"),
        (anonymous_actor(Channel.API), zhang, NAME, "case-1"),
    )
    for actor, holder, field, basis in refused:
        with pytest.raises(ConsentRequired):
            with_consent(actor, holder, field, basis=basis)
    assert LedgerEntry.objects.filter(kind=Kind.CONSENT_GIVEN, holders__contains=str(zhang)).count() == 2


def test_what_was_withdrawn_is_closed_from_now_on(cast: Cast) -> None:
    zhang = resident(cast, "张三")
    consent = agree(zhang, cast["张三"], NAME)
    withdraw_consent(actor=zhang, consent_id=consent)
    with pytest.raises(ConsentRequired):
        with_consent(clerk(), cast["张三"], NAME)
    with pytest.raises(NotFound):
        withdraw_consent(actor=zhang, consent_id=consent)
    assert LedgerEntry.objects.filter(kind=Kind.CONSENT_WITHDRAWN).count() == 1
    assert list_consents(cast["张三"])[0].withdrawn_at is not None


def test_only_she_and_her_guardian_consent_for_her(cast: Cast) -> None:
    """王五 agreeing on her behalf would open her records to whoever he likes."""
    assert agree(resident(cast, "李四"), cast["张三"], NAME)
    with pytest.raises(GuardianRequired):
        agree(resident(cast, "王五"), cast["张三"], NAME)
    with pytest.raises(Forbidden):
        agree(clerk(), cast["张三"], NAME)
    assert Consent.objects.count() == 1
    for stranger in (resident(cast, "王五"), clerk()):
        with pytest.raises(NotFound):
            withdraw_consent(actor=stranger, consent_id=Consent.objects.get().id)
    withdraw_consent(actor=resident(cast, "李四"), consent_id=Consent.objects.get().id)


def test_opening_gives_the_permitted_fields_and_one_line(cast: Cast, reading: list[ledger.ReadLine]) -> None:
    zhang = resident(cast, "张三")
    record = find_holder_records([cast["张三"]])[cast["张三"]]
    values = open_records(own_number(zhang, cast["张三"]), [record])
    assert list(values[0]) == ["number"] and len(values[0]["number"]) == 18
    assert [(line.holder_id, line.fields) for line in reading] == [(cast["张三"], (NUMBER,))]
    assert reading[0].source == f"account:{cast['张三']}"


def own_number(actor: Actor, holder: UUID) -> Permit:
    return permit(actor, [holder], [NUMBER], "查看", ground=Ground.OWN)


def test_a_record_the_permit_does_not_cover_stays_shut(cast: Cast, reading: list[ledger.ReadLine]) -> None:
    """A caller who mixes 王五's record in gets nothing of it, and the attempt is no read line."""
    records = find_holder_records([cast["王五"]])
    with pytest.raises(PermitDenied):
        open_records(own_number(resident(cast, "张三"), cast["张三"]), records.values())
    assert not reading


def test_nothing_is_opened_where_nobody_records_it(cast: Cast) -> None:
    record = find_holder_records([cast["张三"]])[cast["张三"]]
    with pytest.raises(ReadUnrecorded):
        open_records(own_number(resident(cast, "张三"), cast["张三"]), [record])


def test_a_row_copied_under_another_holder_does_not_open(cast: Cast, reading: list[ledger.ReadLine]) -> None:
    """With write access to the table alone nobody reads 张三's number as his own."""
    hers = find_holder_records([cast["张三"]])[cast["张三"]]
    his = find_holder_records([cast["王五"]])[cast["王五"]]
    stolen = SealedRecord(his.holder_id, hers.sealed, his.context, his.prefix, his.source)
    with pytest.raises(cipher.SealedValueBroken):
        open_records(own_number(resident(cast, "王五"), cast["王五"]), [stolen])
    assert not reading
