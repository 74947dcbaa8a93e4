"""首位管理员: a one-time link of a production home by which the first administrator chooses name and
password.

The home keeps a digest and a time limit in ``keys/invitation.json``. The link is spent once an administrator
exists; no account, and so no password, exists before.
"""

import hashlib
import hmac
import json
import os
import secrets
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from proofless.access.actors import system_actor
from proofless.access.edge import public
from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.kit import clock
from proofless.kit.errors import NotFound
from proofless.kit.permissions import Permission
from proofless.parties.models import Account
from proofless.parties.services import NewAccount, make_accounts
from proofless.web.forms import PageForm, form_of

VALID = timedelta(days=3)
SHORTEST_PASSWORD = 12
ROLE = "administrator"
ORIGIN = "http://127.0.0.1:8000"


class WelcomeForm(PageForm):
    username = forms.RegexField(
        r"^[a-z][a-z0-9._-]{2,31}$",
        label="账号",
        help_text="小写字母开头,3 到 32 个字母、数字",
        error_messages={"invalid": "请用小写字母开头的 3 到 32 个字母或数字"},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    label = forms.CharField(label="姓名或岗位", max_length=50)
    password = forms.CharField(
        label="密码",
        min_length=SHORTEST_PASSWORD,
        max_length=128,
        strip=False,
        help_text=f"至少 {SHORTEST_PASSWORD} 个字符",
        error_messages={"min_length": f"密码至少 {SHORTEST_PASSWORD} 个字符"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def invite(home: Home, origin: str = ORIGIN) -> str:
    """Make the link; an earlier one is worth nothing from then on.

    Raises SetupProblem when there is an administrator already.
    """
    if _has_administrator():
        raise SetupProblem("已有系统管理员", "请由现有管理员开通新账号")
    token = secrets.token_urlsafe(32)
    until = clock.now() + VALID
    content = json.dumps({"digest": _digest(token), "until": until.isoformat()})
    path = home.keys / "invitation.json"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(content)
    return f"{origin}/welcome/{token}"


@public
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link. A wrong, spent or outlived link is answered as absent."""
    home = Home.load()
    check_token(home, token)
    form = form_of(WelcomeForm, request)
    if request.method != "POST" or not form.is_valid():
        return render(request, "config/welcome.html", {"form": form, "city": home.city})
    busy = SetupProblem("另一个页面正在设置管理员", "请稍候刷新")
    with home.lock("invitation", busy):
        check_token(home, token)
        make_administrator(form.values())
        (home.keys / "invitation.json").unlink()
    return redirect("sign_in")


def check_token(home: Home, token: str) -> None:
    """Raises NotFound unless this is the home's living invitation."""
    try:
        kept = json.loads((home.keys / "invitation.json").read_text())
    except FileNotFoundError as error:
        raise NotFound() from error
    fresh = clock.now() < datetime.fromisoformat(kept["until"])
    if not hmac.compare_digest(kept["digest"], _digest(token)) or not fresh or _has_administrator():
        raise NotFound()


def make_administrator(values: dict[str, Any]) -> None:
    new = NewAccount(values["username"], values["password"], values["label"], (ROLE,))
    make_accounts(actor=system_actor(Permission.ACCOUNT_MANAGE, label="首次设置"), accounts=[new])


def _has_administrator() -> bool:
    return Account.objects.filter(roles__contains=[ROLE]).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
