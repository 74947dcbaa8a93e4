"""The cast of the seal office: keepers of 公安局 and 民政局, a clerk, two approvers of the data bureau."""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from proofless import ledger
from proofless.access.actors import system_actor
from proofless.access.edge import SESSION_ACCOUNT
from proofless.access.rules import permissions_of
from proofless.files import segments
from proofless.kit import clock
from proofless.kit.actor import Actor, Channel
from proofless.kit.kinds import Kind
from proofless.kit.permissions import Permission
from proofless.ofd.drawing import Box
from proofless.ofd.layout import Template, Text, fill
from proofless.ofd.metadata import Metadata
from proofless.ofd.package import Package
from proofless.ofd.pdf import About, render_pdf
from proofless.ofd.writer import write
from proofless.parties import services as parties
from proofless.parties.models import Department, Division
from proofless.parties.services import NewAccount
from proofless.seals import authorities, services
from proofless.seals.models import Seal
from proofless.standards import versions

CATALOG = Path(__file__).parents[2] / "catalog"
OFFICES = {
    "GAJ": "德州市公安局",
    "MZJ": "德州市民政局",
    "SPJ": "德州市行政审批服务局",
    "DSJJ": "德州市大数据局",
}
NODE = system_actor(
    Permission.CATALOG_LOAD, Permission.ACCOUNT_MANAGE, Permission.SEAL_APPROVE, Permission.ISSUE
)
STAFF = {
    "keeper-gaj": ("公安局章管员", ("officer",), "GAJ"),
    "clerk-gaj": ("公安局窗口", ("clerk", "officer"), "GAJ"),
    "keeper-mzj": ("民政局章管员", ("officer",), "MZJ"),
    "keeper-spj": ("审批局章管员", ("officer",), "SPJ"),
    "approver": ("审批人甲", ("approver",), "DSJJ"),
    "approver-2": ("审批人乙", ("approver", "officer"), "DSJJ"),
    "auditor": ("审计员", ("auditor",), "DSJJ"),
}
Clock = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Office:
    """People of the seal office as actors and as browsers."""

    staff: dict[str, Actor]

    def __getitem__(self, username: str) -> Actor:
        return self.staff[username]

    def client(self, username: str) -> Client:
        """Somebody signed in."""
        client, session = Client(), SessionStore()
        session[SESSION_ACCOUNT] = str(self.staff[username].account_id)
        session.create()
        client.cookies["sessionid"] = str(session.session_key)
        return client

    def bearer(self, username: str) -> dict[str, str]:
        """The header of somebody who uses the API."""
        session = SessionStore()
        session[SESSION_ACCOUNT] = str(self.staff[username].account_id)
        session.create()
        return {"Authorization": f"Bearer {session.session_key}"}


def load_offices(offices: Mapping[str, str] = OFFICES) -> None:
    """Departments (code → name) of a city, each with a seal for all it issues."""
    with (CATALOG / "divisions.csv").open(encoding="utf-8", newline="") as handle:
        city = next(row for row in csv.DictReader(handle) if row["level"] == "city")
    division = Division(
        code=city["code"], name=city["name"], short_name=city["short_name"], level="city", kind="", source="",
        parent_code="", tags="",
    )  # fmt: skip
    made = [
        Department(
            code=code,
            name=name,
            short_name=name,
            level="",
            category="",
            programme_role="",
            uscc="",
            source="",
        )
        for code, name in offices.items()
    ]
    parties.load_directory(actor=NODE, divisions=[division], departments=made)
    services.make_home_authority(actor=NODE)
    services.make_seals_for_departments(actor=NODE)


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    """Four departments, each with a seal for all it issues, and their people."""
    versions.forget()
    load_offices()
    password = make_password(None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("proofless.parties.services.make_password", lambda _: password)
        ids = parties.make_accounts(
            actor=NODE,
            accounts=[
                NewAccount(name, "", label, roles, department_code=department)
                for name, (label, roles, department) in STAFF.items()
            ],
        )
    yield Office(
        {
            name: Actor(
                account_id,
                label,
                permissions_of(list(roles)),
                department_code=department,
                channel=Channel.DESK,
            )
            for account_id, (name, (label, roles, department)) in zip(ids, STAFF.items(), strict=True)
        }
    )
    versions.forget()
    authorities.forget()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Make it a certain moment from here on."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "_source", lambda: moment)

    return at


def let_end(department_code: str, at: datetime) -> None:
    """The department's seals have run out, or soon will."""
    with ledger.act(Kind.SEAL_MADE, NODE):
        Seal.objects.filter(department_code=department_code).update(valid_to=at)


def package(text: str = "证明") -> Package:
    template = Template(210, 297, (Text(Box(30, 40, 150, 12), text),))
    return write(fill(template, {}), Metadata(text, "", "1", "id", "德州市", "", date(2026, 1, 1), ()))


def contract(pages: int = 3) -> bytes:
    """A PDF as an office program makes it."""
    made = [
        fill(Template(210, 297, (Text(Box(30, 40, 150, 12), f"第{n}页 甲方（盖章）"),)), {})
        for n in range(1, pages + 1)
    ]
    return render_pdf(made, About("合同", "某单位", datetime(2026, 1, 1, tzinfo=UTC)))


@contextmanager
def disk_full_after(chunks: int) -> Iterator[None]:
    """The file store's disk takes so many more chunks and then no more."""
    append, written = segments.Writer._append, []

    def full(self: segments.Writer, chunk: bytes) -> segments.Place:
        written.append(chunk)
        if len(written) > chunks:
            raise OSError(28, "No space left on device")
        return append(self, chunk)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(segments.Writer, "_append", full)
        yield
