"""自助终端: a device everybody uses in turn. A person's session on it ends by itself and leaves nothing behind."""

import time

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from proofless.web.shell import SESSION_KIOSK

SESSION_ACCOUNT = "account_id"
IDLE_SECONDS = 120
KIOSK_PATH = "/kiosk"


def at_kiosk(session: SessionBase) -> bool:
    """Whether somebody is signed in on a kiosk in this session."""
    return SESSION_KIOSK in session


def begin(request: HttpRequest, account_id: object) -> None:
    """Hand the device's session over to a person: nothing of the one before is left in it."""
    device = str(request.session[SESSION_ACCOUNT])
    request.session.flush()
    request.session[SESSION_ACCOUNT] = str(account_id)
    request.session[SESSION_KIOSK] = {"device": device, "seen": time.time()}


def end(request: HttpRequest) -> None:
    """Clear the person's session and give it back to the device. Nobody's session stays as it is."""
    kept = request.session.get(SESSION_KIOSK)
    if not isinstance(kept, dict):
        return
    request.session.flush()
    request.session[SESSION_ACCOUNT] = kept["device"]


def keep_or_end(request: HttpRequest) -> bool:
    """Note that she is still there; False when she was away too long, and her session is over."""
    kept = request.session.get(SESSION_KIOSK)
    if not isinstance(kept, dict):
        return True
    now = time.time()
    if now - float(kept["seen"]) > IDLE_SECONDS:
        end(request)
        return False
    request.session[SESSION_KIOSK] = kept | {"seen": now}
    return True
