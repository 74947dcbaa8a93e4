"""上线的城: the committed small town behind a real web process and a running sequencer, for browsers."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from playwright.sync_api import Page

from proofless.config.errors import SetupProblem
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres
from proofless.config.processes import Crew, Program, wait_until
from proofless.config.up import answers, programs, server
from proofless.parties.services import DEMO_PASSWORD as PASSWORD
from tests.browser import harness
from tests.browser.harness import Tab
from tests.town import TestTown

READY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ServedTown:
    """``url`` has no slash at its end."""

    url: str
    town: TestTown


@pytest.fixture(scope="module")
def served_town(
    town: TestTown, home: Home, postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedTown]:
    """What a module's browsers do is committed, and gone after its last test."""
    hasher = Argon2PasswordHasher()
    with psycopg.connect(postgres.superuser_dsn()) as connection:
        # The town's passwords are hashed quickly; the web process knows only the real hasher.
        secret = hasher.encode(PASSWORD, hasher.salt())
        connection.execute("UPDATE parties_account SET password = %s", [secret])
    port, crew = free_port(), Crew(tmp_path_factory.mktemp("logs"))
    late = SetupProblem("网页服务没有就绪", "")
    try:
        for program in needed(home, port):
            crew.start(program)
        wait_until(lambda: answers(port), crew, READY_SECONDS, late)
        yield ServedTown(f"http://127.0.0.1:{port}", town)
    finally:
        crew.stop()


def needed(home: Home, port: int) -> list[Program]:
    """Of a node's process groups those the scenes meet; one web worker is enough for a few people."""
    found = {program.name: program for program in programs(home, port)}
    web = replace(found["web"], command=server("application", port, workers=1, threads=4))
    return [found["sequencer"], web]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sign_in(tab: Tab, url: str, username: str) -> None:
    """By password, as outside a demo."""
    tab.page.goto(f"{url}/sign-in")
    tab.page.get_by_label("账号").fill(username)
    tab.page.get_by_label("密码").fill(PASSWORD)
    press(tab.page, "登录")


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def look(tab: Tab, name: str, size: str, *, keyboard: bool = False) -> None:
    """Picture the page; nothing broken, nothing serious for axe, nothing too small, too wide or lost when enlarged.

    ``keyboard``: and every control within Tab's reach, its focus seen.
    """
    assert not tab.complaints, (name, tab.complaints)
    width, height = harness.SIZES[size]
    # A bar that sticks to the window's edge covers what one scrolls past: at full height it covers nothing.
    tall = max(height, int(tab.page.evaluate("document.documentElement.scrollHeight")))
    tab.page.set_viewport_size({"width": width, "height": tall})
    harness.screenshot(tab.page, f"{name}-{size}", full=False)
    checks = [harness.axe, harness.wider_than_window, harness.small_targets, harness.lost_at_200_percent]
    for check in [*checks, harness.out_of_keyboards_reach] if keyboard else checks:
        assert not (found := check(tab.page)), (name, size, check.__name__, found)
    tab.page.set_viewport_size({"width": width, "height": height})
