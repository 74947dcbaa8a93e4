"""Cleaning up proofs: what a department's lawyer decides is no longer asked for, from the next plan on."""

from dataclasses import replace

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.items.errors import ProofCycle
from proofless.items.models import ItemList, ProofDecision
from proofless.items.queries import cleanup, get_item, list_items, lists
from proofless.items.rules.cleanup import Defect, Route
from proofless.items.rules.elements import MaterialElement, to_json
from proofless.items.rules.sources import SourceKind, reroute
from proofless.items.services import publish_list, settle_proof
from proofless.kit import clock
from proofless.kit.errors import Forbidden, InputInvalid, NotFound
from proofless.kit.ids import new_id
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry

Tables = dict[str, list[dict[str, str]]]
BUREAU = system_actor(Permission.CATALOG_LOAD, Permission.ITEMS_PUBLISH, Permission.PROOFS_CLEAN)
LAWYER = replace(system_actor(Permission.PROOFS_CLEAN), department_code="YBJ")


def still_brought(department: str) -> str:
    """A proof of the department's items that the applicant herself has to bring."""
    return next(
        ask.code
        for ask in cleanup.list_asks()
        if ask.brought and not ask.own and ask.department == department
    )


def material(code: str) -> object:
    return next(m for item in list_items() for m in item.materials if m.code == code)


def test_a_cancelled_proof_is_cancelled_in_the_very_next_plan(catalogue: Tables) -> None:
    code = still_brought("YBJ")
    settle_proof(actor=LAWYER, material_code=code, route="cancel", reason="医院已联网,不必再开")
    found = material(code)
    assert found.abolished and found.sources[0] is SourceKind.CANCELLED  # type: ignore[attr-defined]
    assert found.note == "医院已联网,不必再开"  # type: ignore[attr-defined]
    entry = LedgerEntry.objects.get(kind="items.proof_settled")
    assert entry.object_id == code
    rows = cleanup.search_unneeded(found.name).rows  # type: ignore[attr-defined]
    assert any(row.instead == "医院已联网,不必再开" for row in rows)


def test_the_other_routes_go_before_the_upload(catalogue: Tables) -> None:
    code = still_brought("YBJ")
    settle_proof(actor=LAWYER, material_code=code, route="commit", reason="先承诺", law="国办发〔2020〕42号")
    assert material(code).sources == (SourceKind.COMMITMENT, SourceKind.UPLOAD)  # type: ignore[attr-defined]
    settle_proof(actor=LAWYER, material_code=code, route="verify", reason="向医院核验")
    assert material(code).sources == (SourceKind.VERIFICATION, SourceKind.UPLOAD)  # type: ignore[attr-defined]
    assert ProofDecision.objects.count() == 2
    (row,) = [row for row in cleanup.register() if row.ask.code == code]
    assert (row.route, row.state) == (Route.VERIFY, "部门核验") and row.decided


def test_a_lawyer_cleans_up_her_own_department_only(catalogue: Tables) -> None:
    with pytest.raises(Forbidden):
        settle_proof(actor=LAWYER, material_code=still_brought("GAJ"), route="cancel", reason="不必")
    with pytest.raises(Forbidden):
        settle_proof(
            actor=system_actor(Permission.CATALOG_READ),
            material_code="I001-M01",
            route="cancel",
            reason="不必",
        )
    with pytest.raises(NotFound):
        settle_proof(actor=BUREAU, material_code="I999-M01", route="cancel", reason="不必")


@pytest.mark.parametrize(
    ("route", "reason", "law", "field"),
    [
        ("burn", "不必", "", "route"),
        ("cancel", " ", "", "reason"),
        ("commit", "先承诺", "", "law"),
        ("share", "共享", "", "route"),
        ("cancel", "长" * 501, "", "reason"),
    ],
)
def test_a_decision_without_its_ground_is_sent_back(
    catalogue: Tables, route: str, reason: str, law: str, field: str
) -> None:
    """Sharing what nobody holds would leave 张三 with a plan that cannot end."""
    code = next(a.code for a in cleanup.list_asks() if a.brought and not a.own and not a.sources)
    with pytest.raises(InputInvalid) as caught:
        settle_proof(actor=BUREAU, material_code=code, route=route, reason=reason, law=law)
    assert field in caught.value.detail["fields"]  # type: ignore[operator]
    assert not ProofDecision.objects.exists()


def test_every_route_ends_in_an_upload_unless_cancelled() -> None:
    order = (SourceKind.DATA, SourceKind.UPLOAD)
    assert reroute(order, "share", certificate=True, dataset=True) == (
        SourceKind.DATA,
        SourceKind.CERTIFICATE,
        SourceKind.UPLOAD,
    )
    assert reroute(order, "cancel", certificate=True, dataset=True)[0] is SourceKind.CANCELLED
    gone = (SourceKind.CANCELLED,)
    assert reroute(gone, "commit", certificate=False, dataset=False) == gone


def test_the_register_holds_every_proof_once(catalogue: Tables) -> None:
    rows = cleanup.register()
    assert (
        len(rows) == len({row.ask.code for row in rows}) == sum(len(item.materials) for item in list_items())
    )
    assert sum(cleanup.count_states().values()) == len(rows)
    page = cleanup.list_register(department_code="GAJ", state="share")
    assert page.total and all(row.ask.department == "GAJ" and row.route is Route.SHARE for row in page.rows)
    assert cleanup.list_register(words="身份证").total > 20


def test_the_catalogue_itself_has_no_circle(catalogue: Tables) -> None:
    assert cleanup.cycles() == ()
    assert all(found.defect is not Defect.CYCLE for found in cleanup.list_findings())


def test_what_a_county_added_is_found_once_the_template_dropped_it(
    catalogue: Tables, directory: None
) -> None:
    """A list that once agreed and no longer does: its extra material is 自行增设 now."""
    item = get_item("I072")
    template = lists.template_of(item)
    draft = lists.Draft("I072", "371400", template, clock.today())
    publish_list(actor=BUREAU, draft=draft)
    more = replace(template, materials=(*template.materials, MaterialElement("居住证明", "必要")))
    record_list("I072", "371402", more)
    (found,) = [one for one in cleanup.list_findings() if one.defect is Defect.LOCAL]
    assert found.cut.name == "居住证明" and found.cut.local == "371402" and found.route is Route.CANCEL


def record_list(item: str, division: str, elements: lists.Elements) -> None:
    """A county's list from before the rules were what they are."""
    with ledger.act(Kind.LIST_PUBLISHED, BUREAU):
        ItemList.objects.create(
            id=new_id(),
            item_code=item,
            division_code=division,
            level="county",
            number=1,
            effective_on=clock.today(),
            elements=to_json(elements),
            extra={},
            published_at=clock.now(),
            account_id=BUREAU.account_id,
        )


def test_a_template_that_brings_a_circle_in_is_refused(catalogue: Tables, directory: None) -> None:
    """教师资格 would want 特困证 by hand and 特困认定 教师资格证: the second of the two is refused."""
    by_result = {item.result_cert_code: item for item in list_items()}
    teacher, poor = by_result["teacher_qual"], by_result["tekun_cert"]

    def wanting(item: object, other: object) -> lists.Draft:
        plain = lists.template_of(item)  # type: ignore[arg-type]
        name = other.titles[other.result_cert_code]  # type: ignore[attr-defined]
        more = (*plain.materials, MaterialElement(name, "必要"))
        return lists.Draft(item.code, "371400", replace(plain, materials=more), clock.today())  # type: ignore[attr-defined]

    publish_list(actor=BUREAU, draft=wanting(teacher, poor))
    with pytest.raises(ProofCycle):
        publish_list(actor=BUREAU, draft=wanting(poor, teacher))


def test_what_nobody_needs_any_more_is_found_by_words(catalogue: Tables) -> None:
    assert cleanup.search_unneeded("我妈是我妈").rows[0].name.startswith("我妈是我妈")
    assert any("生存" in row.name for row in cleanup.search_unneeded("生存证明").rows[:3])
    assert cleanup.search_unneeded("量子纠缠").total == 0
    for words in ("<script>", "%' OR 1=1", "𠮷", "  "):
        cleanup.search_unneeded(words)
