"""Acts of commitments."""

from proofless.commitments.services.breaches import (
    ask_hearing,
    ask_repair,
    decide_breach,
    decide_repair,
    hold_hearing,
    state_case,
)
from proofless.commitments.services.checking import check_due, draw_samples, record_inspection
from proofless.commitments.services.deferring import (
    defer,
    end_deferrals,
    extend_deferral,
    lapse_deferrals,
    supply,
)
from proofless.commitments.services.signing import (
    Signing,
    release_promises,
    sign,
    take_promise,
    withdraw_promise,
)
from proofless.commitments.services.templates import load_templates

__all__ = [
    "Signing",
    "ask_hearing",
    "ask_repair",
    "check_due",
    "decide_breach",
    "decide_repair",
    "defer",
    "draw_samples",
    "end_deferrals",
    "extend_deferral",
    "hold_hearing",
    "lapse_deferrals",
    "load_templates",
    "record_inspection",
    "release_promises",
    "sign",
    "state_case",
    "supply",
    "take_promise",
    "withdraw_promise",
]
