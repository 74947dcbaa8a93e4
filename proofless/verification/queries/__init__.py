"""Reads of verification: templates, the queue, one's own questions, answers under a permit, punctuality."""

from proofless.verification.queries.answers import (
    AnswerView,
    answer_for,
    answers_for,
    list_answered,
    read_answer,
    read_evidence,
)
from proofless.verification.queries.punctuality import list_punctuality
from proofless.verification.queries.requests import (
    Filter,
    RequestView,
    count_urgent,
    list_asked,
    list_queue,
    open_request,
)
from proofless.verification.queries.templates import (
    TemplateView,
    answerers,
    find_template,
    get_template,
    list_templates,
    template_for,
)

__all__ = [
    "AnswerView",
    "Filter",
    "RequestView",
    "TemplateView",
    "answer_for",
    "answerers",
    "answers_for",
    "count_urgent",
    "find_template",
    "get_template",
    "list_answered",
    "list_asked",
    "list_punctuality",
    "list_queue",
    "list_templates",
    "open_request",
    "read_answer",
    "read_evidence",
    "template_for",
]
