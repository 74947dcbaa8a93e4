"""An item as residents and clerks meet it: every row of the catalogue, nothing asked that was abolished."""

import pytest

from proofless.items import queries
from proofless.items.errors import ItemUnknown
from proofless.items.rules.sources import KIND_OF_TEXT, SourceKind, order_sources

Tables = dict[str, list[dict[str, str]]]


def test_every_item_is_there_with_every_material_field_and_rule(catalogue: Tables) -> None:
    items = queries.list_items()
    assert len(items) == len(catalogue["items"])
    assert sum(len(item.materials) for item in items) == len(catalogue["item_materials"])
    assert sum(len(item.fields) for item in items) == len(catalogue["item_form_fields"])
    assert sum(len(item.rules) for item in items) == len(catalogue["item_rules"])
    asked = [m for item in items for m in item.materials if m.situation]
    assert len(asked) == len(catalogue["item_situations"])


def test_the_preferred_source_is_tried_first_and_what_is_abolished_is_cancelled(catalogue: Tables) -> None:
    preferred = {
        row["material_code"]: KIND_OF_TEXT[row["preferred_obtain_mode"]]
        for row in catalogue["item_materials"]
    }
    for item in queries.list_items():
        for material in item.materials:
            first = SourceKind.CANCELLED if material.abolished else preferred[material.code]
            assert material.sources[0] is first, material.code


def test_people_concerned_resolve_by_role(catalogue: Tables) -> None:
    marriage = queries.get_item("I001")
    assert marriage.materials[0].roles == ("applicant", "partner")
    assert {"applicant.age", "partner.age"} <= marriage.rules[0].expression.facts  # type: ignore[union-attr]
    partner = next(field for field in marriage.fields if field.name == "partner_name")
    assert (partner.role, partner.side) == ("partner", "other")


def test_values_of_record_are_not_edited_by_hand(catalogue: Tables) -> None:
    origins = {(field.origin, field.editable) for item in queries.list_items() for field in item.fields}
    assert origins == {("certificate", False), ("dataset", False), ("account", True), ("manual", True)}


def test_marks_of_uncertainty_stay(catalogue: Tables) -> None:
    assert {theme.batch_confidence for theme in queries.list_themes()} == {
        "recalled",
        "partly",
        "unverified",
        "domain",
    }
    assert all(item.source and all(m.source for m in item.materials) for item in queries.list_items())


def test_an_unknown_item_is_refused(catalogue: Tables) -> None:
    with pytest.raises(ItemUnknown):
        queries.get_item("I999")


def test_sources_in_order_of_trust() -> None:
    order = order_sources("数据共享", ["告知承诺", "证照调用", "数据共享"], "必要")
    assert [kind.value for kind in order] == ["data", "certificate", "commitment", "upload"]
    assert order_sources("取消不再收取", ["取消"], "不再提供") == (SourceKind.CANCELLED,)
    assert order_sources("申请人提交", [], "必要") == (SourceKind.UPLOAD,)
