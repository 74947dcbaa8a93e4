"""Loading: the bureau loads a catalogue twice, or a changed one, and every process sees the same fields."""

import pytest

from proofless.access.actors import system_actor
from proofless.kit.errors import Forbidden
from proofless.kit.permissions import Permission
from proofless.ledger.models import LedgerEntry
from proofless.standards import queries
from proofless.standards.loading import Change
from proofless.standards.services import load_standards
from proofless.standards.versions import forget, version_number

pytestmark = pytest.mark.django_db
BUREAU = system_actor(Permission.CATALOG_LOAD)
FIELD = {"seq": "1", "field_name_cn": "姓名", "data_type": "string", "source": "测试"}
TABLES: dict[str, list[dict[str, str]]] = {
    "code_lists": [
        {
            "code_list_id": "CL1",
            "code_list_name": "性别",
            "kind": "enum",
            "rule_or_note": "",
            "source": "测试",
        }
    ],
    "code_list_values": [
        {"code_list_id": "CL1", "seq": "1", "value_code": "1", "value_name": "男", "source": "测试"}
    ],
    "certificates": [{"cert_code": "id_card", "security_grade": "L4"}],
    "certificate_fields": [
        {
            **FIELD,
            "cert_code": "id_card",
            "field_name_en": "name",
            "standard_code_list": "",
            "required": "Y",
            "sensitivity": "personal",
            "is_key": "N",
        }
    ],
    "datasets": [{"dataset_code": "DS_A", "data_grade": "L3"}],
    "dataset_fields": [
        {**FIELD, "dataset_code": "DS_A", "field_name_en": "name", "sensitivity": "none", "is_query_key": "N"}
    ],
}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget()


def load(**changed: list[dict[str, str]]) -> list[Change]:
    return load_standards(actor=BUREAU, **(TABLES | changed))


def test_a_second_load_changes_nothing_and_enters_nothing() -> None:
    assert [c.added for c in load()] == [1, 1, 2]
    entries, version = LedgerEntry.objects.count(), version_number("standards")
    assert not any(change.any for change in load())
    assert (LedgerEntry.objects.count(), version_number("standards")) == (entries, version)


def test_a_certificate_field_and_a_dataset_field_meet_in_one_key() -> None:
    """Else prefill would not know that the name on the card is the name in the dataset."""
    load()
    card, row = queries.fields_by_ref()["id_card.name"], queries.fields_by_ref()["DS_A.name"]
    assert card.key == row.key
    assert (card.grade, row.grade) == ("L3", "L3")


def test_a_changed_row_is_seen_at_once_and_entered_with_counts() -> None:
    load()
    renamed = [{**TABLES["code_list_values"][0], "value_name": "男性"}]
    assert [(c.added, c.changed, c.removed) for c in load(code_list_values=renamed)] == [
        (0, 0, 0),
        (0, 1, 0),
        (0, 0, 0),
    ]
    assert queries.code_name("性别", "1") == "男性"
    last = LedgerEntry.objects.filter(kind="standards.loaded").latest("at")
    assert '"standards_code_value":[0,1,0]' in last.detail.replace(" ", "")


def test_a_row_that_left_the_catalogue_is_gone() -> None:
    load()
    assert load(dataset_fields=[])[2].removed == 1
    assert "DS_A.name" not in queries.fields_by_ref()


def test_a_clerk_may_not_load() -> None:
    with pytest.raises(Forbidden):
        load_standards(actor=system_actor(Permission.HANDLE), **TABLES)
