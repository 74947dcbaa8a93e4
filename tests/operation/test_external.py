"""A database of one's own: what the node makes in it when it may, and what it asks for when it may not."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from proofless.config.database import Address, Role, address, embedded_port, external_owner
from proofless.config.errors import SetupProblem
from proofless.config.external import prepare_external
from proofless.config.home import Home
from proofless.config.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """The superuser of a server somebody else runs, without any role of ours."""
    home = Home.create("demo", "别处", tmp_path_factory.mktemp("cluster"))
    with EmbeddedPostgres(home, {"shared_buffers": "16MB", "fsync": "off"}) as server:
        with psycopg.connect(server.superuser_dsn("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE proofless")
            for role in Role:
                connection.execute(f"DROP ROLE {role.login}".encode())
            connection.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'")
            connection.execute("CREATE DATABASE city OWNER modest")
        yield Address("127.0.0.1", embedded_port(home), "city", "postgres", home.password("postgres"))


@pytest.fixture
def mine(tmp_path: Path, cluster: Address, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DATABASE_URL", cluster.dsn)
    return Home.create("demo", "某市", tmp_path)


def test_an_owner_without_the_right_is_told_the_sql(
    mine: Home, cluster: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The city's database administrator gets a line to run, and no password leaves its file."""
    place = Address(cluster.host, cluster.port, cluster.name, "modest", "modest")
    monkeypatch.setenv("DATABASE_URL", place.dsn)
    with pytest.raises(SetupProblem) as problem:
        prepare_external(mine)
    assert "CREATE ROLE proofless_app LOGIN PASSWORD" in problem.value.remedy
    assert mine.password("proofless_app") not in str(problem.value)


def test_the_service_roles_are_made_and_can_connect(mine: Home) -> None:
    prepare_external(mine)
    prepare_external(mine)
    for role in (Role.APP, Role.SEQUENCER):
        with psycopg.connect(address(mine, role).dsn) as connection:
            assert connection.info.user == role.login


def test_a_role_with_another_homes_password_is_not_overwritten(mine: Home) -> None:
    """Two nodes on one server: the second must not lock the first one out."""
    with pytest.raises(SetupProblem, match="登录失败"):
        prepare_external(mine)


@pytest.mark.parametrize(
    "url", ["mysql://a:b@c/d", "postgresql:///nowhere", "postgresql://host/db", "postgresql://u@host"]
)
def test_an_unusable_url_shows_the_right_shape(url: str) -> None:
    with pytest.raises(SetupProblem, match="postgresql://用户:密码@主机:端口/数据库名"):
        external_owner(url)


def test_an_unreachable_server_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/db")
    with pytest.raises(SetupProblem, match="连接不上"):
        prepare_external(Home.create("demo", "某市", tmp_path))


def test_odd_passwords_survive_the_url() -> None:
    place = Address("db.example", 5433, "市库", "用户", "p@ss/w:rd %?#", {"sslmode": "verify-full"})
    assert external_owner(place.dsn) == place
