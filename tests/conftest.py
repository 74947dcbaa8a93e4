"""测试之家: one throw-away home with its own PostgreSQL for a test run; tests connect as the application's
role.

A test rolls back what it did. One that needs commits (threads, a server, the sequencer) asks for
``@pytest.mark.django_db(transaction=True)``: afterwards every table is put back to what the session began
with.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.template.backends import jinja2
from django.test import TransactionTestCase
from psycopg import sql

from proofless.config.database import Role, address
from proofless.config.grants import apply_grants
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres

UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}
SNAPSHOT = "proofless_snapshot"
# Speed is a benchmark's affair: a busy machine must not fail a property.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

_root = Path(tempfile.mkdtemp(prefix="proofless-test-"))
os.environ["PROOFLESS_HOME"] = str(_root / "home")
os.environ.pop("DATABASE_URL", None)
_home = Home.create("demo", "测试市")
# Servers inside a test process serve files by their own names, whether or not hashed ones were built.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.WHITENOISE_USE_FINDERS = True


class QueryInTemplate(AssertionError):
    """A template asked the database: pages receive frozen values."""


@pytest.fixture(scope="session", autouse=True)
def templates_ask_nothing() -> Iterator[None]:
    """Whatever page a test renders, its template runs no query."""
    render = jinja2.Template.render

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        raise QueryInTemplate(sql)

    def armed(template: jinja2.Template, *arguments: Any, **named: Any) -> Any:
        with connections["default"].execute_wrapper(refuse):
            return render(template, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Template, "render", armed)
        yield


def pytest_unconfigure() -> None:
    shutil.rmtree(_root, ignore_errors=True)


@pytest.fixture(scope="session")
def home() -> Home:
    """The throw-away demo home of this run; its keys work, its database may not be started."""
    return _home


@pytest.fixture(scope="session")
def postgres(home: Home) -> Iterator[EmbeddedPostgres]:
    """The running server of the throw-away home, with the owner's tables and everybody's grants."""
    with EmbeddedPostgres(home, UNSAFE_BUT_FAST) as server:
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"],
            check=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "proofless.config.settings",
                "PROOFLESS_DB_ROLE": "owner",
            },
        )
        apply_grants(server.dsn(Role.OWNER))
        yield server


@pytest.fixture(scope="session")
def django_db_setup(
    postgres: EmbeddedPostgres, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Instead of a test database made by the connecting user, who here may not make tables at all."""
    connect_as(Role.APP)
    take_snapshot(postgres.superuser_dsn())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda _self: restore_snapshot(postgres.superuser_dsn())
        )
        yield
    with django_db_blocker.unblock():
        connections.close_all()


def connect_as(role: Role) -> None:
    """Point Django at the throw-away database: the settings were read before its home was made."""
    place = address(_home, role)
    found = {
        "HOST": place.host,
        "PORT": place.port,
        "NAME": place.name,
        "USER": place.user,
        "PASSWORD": place.password,
    }
    connections["default"].close()
    connections["default"].settings_dict.update(found)
    settings.DATABASES["default"].update(found)


def take_snapshot(dsn: str) -> None:
    """Keep a copy of every table that holds rows."""
    with psycopg.connect(dsn) as connection:
        schema = sql.Identifier(SNAPSHOT)
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        for table in _tables(connection, "public"):
            name = sql.Identifier(table)
            found = connection.execute(sql.SQL("SELECT 1 FROM public.{} LIMIT 1").format(name)).fetchone()
            if found:
                copy = sql.SQL("CREATE TABLE {}.{} AS TABLE public.{}").format(schema, name, name)
                connection.execute(copy)


def restore_snapshot(dsn: str) -> None:
    """Empty every table and put the kept rows back, in one transaction and past all constraints."""
    connections.close_all()
    with psycopg.connect(dsn) as connection:
        connection.execute("SET session_replication_role = replica")
        names = [sql.Identifier("public", table) for table in _tables(connection, "public")]
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
        for table in _tables(connection, SNAPSHOT):
            here, kept = sql.Identifier("public", table), sql.Identifier(SNAPSHOT, table)
            connection.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(here, kept))


def _tables(connection: psycopg.Connection[Any], schema: str) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
    return [row[0] for row in connection.execute(query, (schema,)).fetchall()]


@pytest.fixture
def sequencer_dsn(postgres: EmbeddedPostgres) -> str:
    return postgres.dsn(Role.SEQUENCER)


@pytest.fixture
def owner_dsn(postgres: EmbeddedPostgres) -> str:
    return postgres.dsn(Role.OWNER)
