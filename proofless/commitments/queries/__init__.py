"""Reads of commitments: templates, who may promise, promises and what came of them."""

from proofless.commitments.queries.eligibility import eligibility, record_of
from proofless.commitments.queries.promises import (
    BreachView,
    CommitmentView,
    DeferralView,
    count_outcomes,
    find_commitment,
    list_breaches,
    list_deferrals,
    list_missing,
    list_open_references,
    list_promises,
    list_to_inspect,
    missing_of,
    open_breach,
    open_promise,
    promised_materials,
)
from proofless.commitments.queries.templates import (
    deferrable_days,
    find_template,
    get_template,
    list_templates,
    material_name,
)

__all__ = [
    "BreachView",
    "CommitmentView",
    "DeferralView",
    "count_outcomes",
    "deferrable_days",
    "eligibility",
    "find_commitment",
    "find_template",
    "get_template",
    "list_breaches",
    "list_deferrals",
    "list_missing",
    "list_open_references",
    "list_promises",
    "list_templates",
    "list_to_inspect",
    "material_name",
    "missing_of",
    "open_breach",
    "open_promise",
    "promised_materials",
    "record_of",
]
