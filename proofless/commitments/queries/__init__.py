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
    list_promises,
    list_to_inspect,
    open_breach,
    open_promise,
)
from proofless.commitments.queries.templates import find_template, get_template, list_templates

__all__ = [
    "BreachView",
    "CommitmentView",
    "DeferralView",
    "count_outcomes",
    "eligibility",
    "find_commitment",
    "find_template",
    "get_template",
    "list_breaches",
    "list_deferrals",
    "list_promises",
    "list_templates",
    "list_to_inspect",
    "open_breach",
    "open_promise",
    "record_of",
]
