"""Who stands at the window, and as whom the official works: shared by the pages of items and of themes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest

from proofless.access import standing
from proofless.access.edge import actor
from proofless.access.standing import PresenceView
from proofless.applications import queries as applications
from proofless.applications.services.drafts import UPLOAD_LIMIT
from proofless.applications.services.voice import ON_PAPER
from proofless.applications.themes import queries as themes
from proofless.items import queries as items
from proofless.kit.actor import Actor
from proofless.kit.errors import InputInvalid, NotFound, Refusal
from proofless.parties import queries as parties


@dataclass(frozen=True, slots=True)
class Visit:
    """A presence with the actor that works in it. ``called`` is the item or theme she came for."""

    presence: PresenceView
    who: Actor
    name: str
    called: str
    principal: str = ""  # whom the one who stands here acts for, by a written authority

    @property
    def present(self) -> str:
        return f"{self.principal}的代理人{self.name}" if self.principal else self.name


@dataclass(frozen=True, slots=True)
class Line:
    """One case on the page of a visit. ``open``: it can still be filled."""

    href: str
    text: str
    note: str
    chip: str
    open: bool


def visit_of(
    request: HttpRequest,
    presence_id: UUID,
    *,
    application_id: UUID | None = None,
    case_id: UUID | None = None,
) -> Visit:
    """Who stands here; in a case or a theme opened under an authority he brought, as the principal's agent."""
    official = actor(request)
    found = standing.get_presence(official, presence_id)
    who = standing.assisting_actor(official, found)
    if application_id is not None:
        who = applications.assisted_in(official, found, application_id)
    elif case_id is not None:
        who = themes.assisted_in(official, found, case_id)
    agent_for = who.party_id if who.party_id != found.holder_id else None
    names = parties.holder_names([one for one in (found.holder_id, agent_for) if one])
    principal = names[agent_for] if agent_for else ""
    return Visit(found, who, names[found.holder_id], called(found), principal)


def called(presence: PresenceView) -> str:
    if presence.theme_code:
        return items.get_theme(presence.theme_code).name
    return items.get_item(presence.item_code).name


def take_word(
    request: HttpRequest,
    case: dict[str, Any],
    by_code: Callable[..., None],
    on_paper: Callable[..., None],
) -> Refusal | None:
    """What the second screen sends: what is ticked there, with her code or the scan of what she signed. What was
    refused is returned to be shown there.
    """
    try:
        _send_word(request, case, by_code, on_paper)
    except NotFound:
        raise
    except Refusal as refused:
        return refused
    messages.success(request, "本人已当面确认，可以提交了", fail_silently=True)
    return None


def _send_word(
    request: HttpRequest,
    case: dict[str, Any],
    by_code: Callable[..., None],
    on_paper: Callable[..., None],
) -> None:
    said: dict[str, Any] = {
        **case,
        "agreed": request.POST.getlist("consent"),
        "signed": request.POST.getlist("signed"),
    }
    if request.POST.get("how") != ON_PAPER:
        by_code(**said, code=request.POST.get("code", "").strip()[:64])
        return
    scanned = request.FILES.get("paper")
    if scanned is None:
        raise InputInvalid("请选择本人签字的确认书扫描件")
    on_paper(**said, data=scanned.read(UPLOAD_LIMIT + 1))
