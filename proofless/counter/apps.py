import os
from collections.abc import Collection, Mapping
from importlib import import_module

from django.apps import AppConfig

from proofless.counter.rules.grades import follow_up_days
from proofless.kit.permissions import Permission
from proofless.notices import subjects
from proofless.notices.subjects import Describe, Place, Subject
from proofless.web import menu
from proofless.web.menu import Entry


def _naming(name: str) -> Describe:
    """Imported at first use: at start the tables may not be named yet."""

    def describe(ids: Collection[str]) -> Mapping[str, Subject]:
        found: Mapping[str, Subject] = getattr(import_module("proofless.counter.naming"), name)(ids)
        return found

    return describe


class CounterConfig(AppConfig):
    name = "proofless.counter"
    label = "counter"

    def ready(self) -> None:
        """A limit written wrongly stops the start, not a resident's rating."""
        follow_up_days(os.environ.get("PROOFLESS_RATING_DAYS", ""))
        subjects.register("appointment", Place(_naming("describe_appointments"), "counter:mine"))
        subjects.register(
            "follow_up",
            Place(_naming("describe_follow_ups"), "", "counter:follow_up", argument="follow_up_id"),
        )
        manage, handle = Permission.COUNTER_MANAGE, Permission.HANDLE
        menu.add(
            menu.DESK,
            Entry("day", "今天的预约", "calendar-event", "counter:day", handle, "办件", 12, shortcut="y"),
            Entry("windows", "预约窗口", "clock", "counter:windows", manage, "办件", 13),
            Entry("follow-ups", "差评回访", "message-question", "counter:follow_ups", manage, "办件", 14),
            Entry(
                "ratings", "好差评", "heart-handshake", "counter:ratings", Permission.SUPERVISE, "监督", 43
            ),
        )
