"""A small resource catalogue and two residents."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.data.services import load_datasets
from proofless.kit.ids import new_id
from proofless.kit.permissions import Permission
from proofless.standards.versions import forget

CATALOG = {
    "DS_PERSON_BASE": {"name": "string", "birth_date": "date", "hukou_division": "string"},
    "DS_DISABLED": {"disability_level": "string", "valid_to": "date"},
}


@pytest.fixture
def datasets(db: None) -> None:
    forget()
    base = dict.fromkeys(
        ("base_library", "update_frequency", "share_type", "share_condition", "open_type", "service_form"),
        "x",
    )
    load_datasets(
        actor=system_actor(Permission.CATALOG_LOAD),
        datasets=[
            {
                **base,
                "dataset_code": code,
                "dataset_name": code,
                "provider_dept_code": "GAJ",
                "data_grade": "L3",
                "response_target": "即时",
                "source": "测试",
            }
            for code in CATALOG
        ],
        dataset_fields=[
            {
                "dataset_code": code,
                "seq": str(seq),
                "field_name_cn": name,
                "field_name_en": name,
                "data_type": data_type,
                "sensitivity": "personal",
                "is_query_key": "N",
                "source": "测试",
            }
            for code, fields in CATALOG.items()
            for seq, (name, data_type) in enumerate(fields.items())
        ],
    )


@pytest.fixture
def zhang() -> UUID:
    return new_id()


@pytest.fixture
def wang() -> UUID:
    return new_id()


@pytest.fixture
def reading(db: None) -> Iterator[list[ledger.ReadLine]]:
    with ledger.reading() as lines:
        yield lines
