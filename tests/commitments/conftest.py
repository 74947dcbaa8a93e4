from collections.abc import Iterator

import pytest

from proofless.standards import versions
from tests.town import town

__all__ = ["town"]


@pytest.fixture(autouse=True)
def fresh_versions() -> Iterator[None]:
    """Marks of a source are rolled back with the test; what was built from them must not outlive it."""
    yield
    versions.forget()
