"""分页: one frozen page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``number`` starts at 1; ``total`` is the count of all rows, not of this page."""

    rows: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def page_of(rows: Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """The page of a list that is at hand whole."""
    return Page(rows[(number - 1) * size : number * size], number, len(rows), size)


def page_number(text: str | None) -> int:
    """A page number from a query string; anything odd is page 1."""
    return min(int(text), 100_000) if text and text.isascii() and text.isdigit() and int(text) > 0 else 1
