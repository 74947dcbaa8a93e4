"""公开页: the mark of a view that asks for no permission; a rule test holds their list."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
GUARD, PUBLIC = "proofless_permission", "public"


def public(view: View) -> View:
    setattr(view, GUARD, PUBLIC)
    return view
