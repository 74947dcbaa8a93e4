"""外壳: what base templates know about the request. Nothing here is computed before a template asks."""

from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest

from proofless.kit import env
from proofless.kit.actor import Actor
from proofless.kit.permissions import Permission
from proofless.web import menu

LARGE_COOKIE = "pf_type"
SESSION_KIOSK = "kiosk"


def is_demo() -> bool:
    """False before a home is made: the stricter answer."""
    try:
        return env.home().demo
    except FileNotFoundError:
        return False


@dataclass(frozen=True, slots=True)
class Shell:
    """``quiet`` is for error pages: person and department, which may need the database, are left out."""

    request: HttpRequest
    quiet: bool = False

    @property
    def actor(self) -> Actor | None:
        """The signed-in actor; an anonymous one counts as nobody."""
        found = None if self.quiet else getattr(self.request, "actor", None)
        return found if isinstance(found, Actor) and found.permissions else None

    @property
    def large(self) -> bool:
        at_kiosk = self.kiosk or getattr(self.request, "kiosk_page", False)
        return at_kiosk or self.request.COOKIES.get(LARGE_COOKIE) == "large"

    @property
    def kiosk(self) -> bool:
        """A person's turn at a kiosk: large type, a way out in sight, and a clock that ends it."""
        session = getattr(self.request, "session", None)
        return not self.quiet and session is not None and SESSION_KIOSK in session

    @property
    def demo(self) -> bool:
        return is_demo()

    @property
    def city(self) -> str:
        try:
            return env.home().city
        except FileNotFoundError:
            return ""

    @property
    def messages(self) -> list[tuple[str, str]]:
        return [] if self.quiet else [(one.level_tag, str(one)) for one in get_messages(self.request)]

    @property
    def department(self) -> str:
        return self.actor.department_name if self.actor else ""

    @property
    def work(self) -> menu.Entry | None:
        """Where an official works; None for everybody who has something of her own on the residents' pages."""
        who = self.actor
        if who is None or who.may(Permission.OWN_READ) or not menu.entries_for(menu.DESK, who):
            return None
        return next(iter(menu.entries_for(menu.WORK, who)), None)

    @property
    def tabs(self) -> list[menu.Entry]:
        found = menu.entries_for(menu.TABS, self.actor)[:4]
        return [*found[:1], self.work] if self.work else found

    @property
    def sections(self) -> list[tuple[str, list[menu.Entry]]]:
        return menu.sections_for(menu.DESK, self.actor)

    @property
    def account(self) -> list[menu.Entry]:
        return menu.entries_for(menu.ACCOUNT, self.actor)

    def bell(self, key: str) -> tuple[menu.Entry, int] | None:
        """Where a shell's news waits and how much is unread; nothing where nobody counted it."""
        unread = getattr(self.request, "unread", None)
        found = [entry for entry in menu.entries_for(menu.BELL, self.actor) if entry.key == key]
        return (found[0], unread) if found and unread is not None else None

    @property
    def shortcuts(self) -> list[menu.Entry]:
        return [entry for entry in menu.entries_for(menu.DESK, self.actor) if entry.shortcut]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Shell(request)}
