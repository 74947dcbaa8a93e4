"""Shapes of input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django import forms
from django.http import HttpRequest

from proofless.portal.rules import clean_answers, clean_values


class SignInForm(forms.Form):
    username = forms.CharField(
        label="账号",
        max_length=64,
        error_messages={"required": "请输入账号"},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请输入密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class VerifyForm(forms.Form):
    identifier = forms.CharField(
        label="证照标识",
        max_length=120,
        help_text="印在证照下方，以 1.2.156.3005.2 开头的一串字符",
        error_messages={"required": "请输入证照标识", "max_length": "证照标识没有这么长，请核对"},
    )


class CheckForm(forms.Form):
    file = forms.FileField(
        label="要核对的文件",
        help_text="OFD 或 PDF 格式，最大 20 MB",
        error_messages={"required": "请先选择文件", "empty": "文件是空的，请重新选择"},
        widget=forms.ClearableFileInput(attrs={"accept": ".ofd,.pdf,application/ofd,application/pdf"}),
    )


@dataclass(frozen=True, slots=True)
class Filling:
    """What the fill page posted. ``revision`` 0 when it is missing or no number: it then matches no draft.

    ``people`` says whom a role means; ``decline`` and ``allow`` name the transfer whose button was pressed.
    """

    answers: dict[str, bool]
    values: dict[str, str]
    agreed: frozenset[str]
    signed: frozenset[str]
    later: frozenset[str]
    revision: int
    people: dict[str, UUID]
    decline: str
    allow: str
    confirmed: frozenset[str] = frozenset()
    disputed: Mapping[str, str] = field(default_factory=dict)


def read_filling(request: HttpRequest) -> Filling:
    posted = request.POST
    single = {key: str(text) for key, text in posted.items()}
    revision = single.get("revision", "")
    return Filling(
        answers=clean_answers(single),
        values=clean_values(single),
        agreed=frozenset(posted.getlist("consent")),
        signed=frozenset(posted.getlist("signed")),
        later=frozenset(posted.getlist("later")),
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
        people=_people(single),
        decline=single.get("decline", "")[:64],
        allow=single.get("allow", "")[:64],
        confirmed=frozenset(posted.getlist("confirmed")),
        disputed={
            key.removeprefix("dispute:")[:64]: text.strip()[:300]
            for key, text in single.items()
            if key.startswith("dispute:") and text.strip()
        },
    )


def _people(posted: dict[str, str]) -> dict[str, UUID]:
    found = {
        key.removeprefix("person:"): uuid_of(text)
        for key, text in posted.items()
        if key.startswith("person:")
    }
    return {role: holder for role, holder in found.items() if holder is not None}


def uuid_of(text: str | None) -> UUID | None:
    """An id from a query string or form; anything odd is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
