"""The API as a whole: what its rooms ask for holds at their addresses."""

from collections import Counter

from proofless.config.api import api, operations


def test_every_operation_that_takes_files_takes_them_at_its_address() -> None:
    """A limit lost on the way refuses every scan above two megabytes, with parameters in the address or without."""
    asked = [
        max(getattr(one.view_func, "body_limit", 0) for one in view.operations)
        for _, router in api._routers
        for view in router.path_operations.values()
    ]
    held = [getattr(entry.callback, "body_limit", 0) for entry in operations()[0] if entry.callback]
    lost = Counter(filter(None, asked)) - Counter(held)
    assert any(asked) and not lost
