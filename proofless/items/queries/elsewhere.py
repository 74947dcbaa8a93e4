"""Reads of what the city holds beside what an item reads: fields of one name. For the list of gaps; re-maps nothing."""

from collections import defaultdict
from collections.abc import Mapping

from proofless.certificates.queries import types as certificate_types
from proofless.data import queries as data
from proofless.items import models
from proofless.items.rules.elsewhere import same_subject, subject_of_keys, subject_of_role
from proofless.items.rules.views import FieldView, ItemView
from proofless.standards.versions import Versioned


def holders_of(item: ItemView, field: FieldView) -> tuple[str, ...]:
    """The certificate types and datasets that hold a field of that very name for the same kind of subject, by code;
    not the document the item is about to make, nor the register behind it.
    """
    kind = certificate_types.all_types().get(item.result_cert_code)
    made = {item.result_cert_code, kind.backing_dataset_code if kind else ""}
    subject = subject_of_role(field.role, item.object_type)
    return tuple(
        code
        for code, held in _holders.get().get(field.label, ())
        if code not in made and same_subject(subject, held)
    )


def _build(_: int) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Name of a field → (holder, whom it tells of), certificate types first."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, kind in sorted(certificate_types.all_types().items()):
        for name in dict.fromkeys(one.name_cn for one in kind.fields):
            found[name].append((code, kind.holder_type))
    for dataset in data.list_datasets():
        subject = subject_of_keys(
            (one.name_cn for one in dataset.fields if one.is_query_key), dataset.base_library
        )
        for name in dict.fromkeys(one.name_cn for one in dataset.fields):
            found[name].append((dataset.code, subject))
    return {name: tuple(holders) for name, holders in found.items()}


_holders = Versioned(models.ROOM, _build, "certificates", "data")
