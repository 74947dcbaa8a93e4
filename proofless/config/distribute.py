"""分布: ``proofless distribute`` prints the SQL that prepares the tables for many machines (Citus), holder by holder.

A holder's rows keep together: keys become ``(holder_id, id)`` and every table that belongs to holders is spread by
``holder_id``. The ledger, the catalogue and the departments' own tables stay where they are. Nothing is run here: the
statements are *prepared for* Citus 12 and have not been run on one.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

FIRST, FIRST_KEY = "parties_holder", "id"
# Tables that carry a holder's id without being found by it: the column they are spread by, and why.
FOUND_OTHERWISE = {
    "parties_holder_number": ("number_index", "the lookup from a number to an id"),
    "certificates_lookup": ("identifier", "the lookup from an identifier to its answer"),
    "codes_ticket": ("id", "lives a minute, found by its digest"),
}
HEAD = """\
-- 按持证主体分布数据表(为 Citus 12 准备,尚未在 Citus 集群上运行过)。
-- 先备份,停止节点,由数据表的所有者在已安装 citus 扩展的数据库里执行:proofless distribute | psql …
-- 第一段换主键,单机也可执行;第二段分布数据表。之后运行 proofless migrate,重新授权。
"""


@dataclass(frozen=True, slots=True)
class Owned:
    """A table of holders' rows. ``rekey`` is false where the key begins with the holder as it is."""

    table: str
    rekey: bool


def owned_tables() -> list[Owned]:
    """Every table that belongs to holders, by name."""
    found = []
    for model in apps.get_models():
        table = model._meta.db_table
        has_holder = any(field.name == "holder_id" for field in model._meta.fields)
        if has_holder and table not in FOUND_OTHERWISE:
            found.append(Owned(table, rekey=not isinstance(model._meta.pk, models.CompositePrimaryKey)))
    return sorted(found, key=lambda one: one.table)


def key_statements() -> Iterator[str]:
    """Keys that hold on one machine as on many. A lookup by the bare id keeps an index."""
    for one in owned_tables():
        if one.rekey:
            yield (
                f"ALTER TABLE {one.table} DROP CONSTRAINT {one.table}_pkey,"
                f" ADD CONSTRAINT {one.table}_pkey PRIMARY KEY (holder_id, id);"
            )
            yield f"CREATE INDEX {one.table}_bare_id ON {one.table} (id);"


def spread_statements() -> Iterator[str]:
    """Citus's own calls: one holder's rows of all tables lie on one machine."""
    yield f"SELECT create_distributed_table('{FIRST}', '{FIRST_KEY}');"
    for one in owned_tables():
        yield f"SELECT create_distributed_table('{one.table}', 'holder_id', colocate_with => '{FIRST}');"
    for table, (column, _) in FOUND_OTHERWISE.items():
        yield f"SELECT create_distributed_table('{table}', '{column}', colocate_with => 'none');"


def script() -> str:
    keys, spread = "\n".join(key_statements()), "\n".join(spread_statements())
    return f"{HEAD}\\set ON_ERROR_STOP on\nBEGIN;\n{keys}\nCOMMIT;\n\n{spread}\n"


def run(arguments: argparse.Namespace) -> int:
    """Needs neither a home nor a database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")
    django.setup()
    sys.stdout.write(script())
    return 0
