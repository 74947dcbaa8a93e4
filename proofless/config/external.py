"""外部数据库: what a database given by ``DATABASE_URL`` must offer, and the roles made in it when that is
allowed.
"""

import psycopg
from psycopg import errors, sql

from proofless.config.database import Address, Role, address
from proofless.config.errors import SetupProblem
from proofless.config.home import Home

OLDEST = 150000


def prepare_external(home: Home) -> None:
    """Check the server and make the two service roles.

    Raises SetupProblem with the SQL to run when it may not.
    """
    owner = address(home, Role.OWNER)
    try:
        with psycopg.connect(owner.dsn, connect_timeout=10, autocommit=True) as connection:
            if connection.info.server_version < OLDEST:
                raise SetupProblem("数据库版本过低", "请使用 PostgreSQL 15 或更高版本")
            _check_encoding(connection)
            for role in (Role.APP, Role.SEQUENCER):
                _make_role(connection, home, role)
    except psycopg.OperationalError as error:
        raise SetupProblem("连接不上 DATABASE_URL 指向的数据库", "请检查地址、端口、用户和密码") from error
    for role in (Role.APP, Role.SEQUENCER):
        _check_login(address(home, role), role)


def _check_encoding(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    row = connection.execute("SHOW server_encoding").fetchone()
    if row is None or row[0] != "UTF8":
        raise SetupProblem(
            "数据库编码不是 UTF8", "请用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 重建"
        )


def _make_role(connection: psycopg.Connection[tuple[object, ...]], home: Home, role: Role) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role.login,)).fetchone():
        return
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
    try:
        connection.execute(
            statement.format(sql.Identifier(role.login), sql.Literal(home.password(role.login)))
        )
    except errors.InsufficientPrivilege as error:
        raise SetupProblem(f"没有建立数据库角色 {role.login} 的权限", _advice(role, "CREATE")) from error


def _check_login(place: Address, role: Role) -> None:
    try:
        psycopg.connect(place.dsn, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise SetupProblem(f"数据库角色 {role.login} 登录失败", _advice(role, "ALTER")) from error


def _advice(role: Role, verb: str) -> str:
    """The password itself stays in its file."""
    return (
        f"请由数据库管理员执行:{verb} ROLE {role.login} LOGIN PASSWORD '(keys/{role.login}.password 的内容)'"
    )
