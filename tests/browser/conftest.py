"""Every test in this folder drives a real Chromium; one process serves them all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.harness import Browser

HERE = Path(__file__).parent
# Playwright keeps an event loop in this thread; Django takes that for asynchronous code, which it is not.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with Browser.started() as started:
        yield started
