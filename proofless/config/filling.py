"""装填: what a first start puts into a home, through the same acts as everything else."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from proofless.access.actors import system_actor
from proofless.config import catalog, firstrun
from proofless.config.showing import account_lines
from proofless.items import services as items
from proofless.items.errors import UseListUnchanged
from proofless.kit import env
from proofless.kit.permissions import Permission
from proofless.seals import services as seals
from proofless.simulator.counter import open_counter
from proofless.simulator.load import LoadedTown, load_town
from proofless.simulator.story import submit_complete
from proofless.simulator.town import make_town

Report = Callable[[str, int, int], None]


def load_catalog(report: Report) -> None:
    """The project's own catalogue."""
    catalog.load(firstrun.CATALOG)


def make_seals(report: Report) -> None:
    """The home's authorities and a seal for every department, and what checks them."""
    actor = system_actor(Permission.SEAL_KEEP, Permission.SEAL_APPROVE, label="印章管理")
    seals.make_home_authority(actor=actor)
    seals.make_seals_for_departments(actor=actor)
    seals.export_trust(env.home().trust)


def make_demo_town(report: Report) -> None:
    loaded = fill_town(*firstrun.town_size(), firstrun.CATALOG, report)
    submit_complete(loaded, firstrun.CATALOG, report)
    publish_lists()
    open_counter(loaded)
    # For the end of every start, which then need not load the whole house to name them.
    (env.home_root() / "run" / firstrun.ACCOUNTS).write_text("\n".join(account_lines()), encoding="utf-8")


def publish_lists() -> None:
    """The city's lists of every item and the first 用证事项清单: what a bureau has done before anybody comes."""
    actor = system_actor(Permission.ITEMS_PUBLISH, label="清单发布")
    items.publish_templates(actor=actor)
    with suppress(UseListUnchanged):
        items.publish_uses(actor=actor, note="按事项目录首次发布")


def fill_town(residents: int, enterprises: int, seed: int, directory: Path, report: Report) -> LoadedTown:
    """Make a town and bring it in; the sealing runs on every processor."""
    town = make_town(residents, enterprises, seed, directory)
    return load_town(town, report=report, processes=os.cpu_count() or 1)
