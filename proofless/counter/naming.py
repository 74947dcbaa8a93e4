"""How appointments and follow-ups are called in notices: the item, the time and place. Names nobody."""

from collections.abc import Collection
from uuid import UUID

from proofless.counter.models import Appointment, FollowUp, Rating, Window
from proofless.items import queries as items
from proofless.kit import clock
from proofless.kit.permissions import Permission
from proofless.notices.rules import To
from proofless.notices.subjects import Office, Subject


def describe_appointments(ids: Collection[str]) -> dict[str, Subject]:
    rows = list(Appointment.objects.filter(id__in=[UUID(one) for one in ids]))
    windows = dict(Window.objects.filter(id__in={row.window_id for row in rows}).values_list("id", "name"))
    return {str(row.id): Subject(_item(row.item_code), _when(row, windows[row.window_id])) for row in rows}


def _when(row: Appointment, window: str) -> str:
    local = row.starts_at.astimezone(clock.SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}，{window}"


def describe_follow_ups(ids: Collection[str]) -> dict[str, Subject]:
    """Told to those of the department who follow up, not to the one who was rated: see ``queries.ratings``."""
    rows = list(FollowUp.objects.filter(id__in=[UUID(one) for one in ids]))
    rated = dict(Rating.objects.filter(id__in={row.rating_id for row in rows}).values_list("id", "item_code"))
    return {str(row.id): _follow_up(row, rated.get(row.rating_id, "")) for row in rows}


def _follow_up(row: FollowUp, item_code: str) -> Subject:
    leads = Office(None, row.department_code, row.division_code, Permission.COUNTER_MANAGE.value)
    return Subject(_item(item_code), offices={To.HANDLERS: leads})


def _item(code: str) -> str:
    found = items.find_item(code)
    return found.name if found else ""
