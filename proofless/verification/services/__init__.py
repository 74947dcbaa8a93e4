"""Acts of verification."""

from proofless.verification.services.answering import (
    BulkResult,
    answer,
    answer_many,
    attach,
    release,
    return_request,
    take,
)
from proofless.verification.services.asking import Question, ask, close_case, withdraw
from proofless.verification.services.delegating import NewDelegation, delegate, end_delegation, redirect
from proofless.verification.services.idempotency import Once, once_of
from proofless.verification.services.instant import attempt, attempt_waiting, set_connector
from proofless.verification.services.templates import load_templates
from proofless.verification.services.timing import escalate, extend, pause, resume, set_known_limits

__all__ = [
    "BulkResult",
    "NewDelegation",
    "Once",
    "Question",
    "answer",
    "answer_many",
    "ask",
    "attach",
    "attempt",
    "attempt_waiting",
    "close_case",
    "delegate",
    "end_delegation",
    "escalate",
    "extend",
    "load_templates",
    "once_of",
    "pause",
    "redirect",
    "release",
    "resume",
    "return_request",
    "set_connector",
    "set_known_limits",
    "take",
    "withdraw",
]
