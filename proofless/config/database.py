"""数据库地址: where the three database roles find their database, embedded in the home or given by
``DATABASE_URL``.
"""

import json
import os
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from proofless.config.errors import SetupProblem
from proofless.config.home import Home

DATABASE = "proofless"
HOST = "127.0.0.1"


class Role(StrEnum):
    """Database login roles. The server never connects as owner."""

    OWNER = "owner"
    APP = "app"
    SEQUENCER = "sequencer"

    @property
    def login(self) -> str:
        return f"proofless_{self.value}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where and as whom to connect. ``options`` are libpq parameters such as ``sslmode``."""

    host: str
    port: int
    name: str
    user: str
    password: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in self.options.items())
        host = quote(self.host, safe="[]:.")
        place = f"{host}:{self.port}/{quote(self.name, safe='')}"
        return f"postgresql://{login}@{place}{'?' + query if query else ''}"


def external_url() -> str:
    """``DATABASE_URL`` or nothing."""
    return os.environ.get("DATABASE_URL", "")


def external_owner(url: str) -> Address:
    """The URL's own user, who owns the tables. Raises SetupProblem for an unusable URL."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.hostname or not parts.username or not name:
        raise SetupProblem("DATABASE_URL 的格式不正确", "应为 postgresql://用户:密码@主机:端口/数据库名")
    return Address(
        host=parts.hostname,
        port=parts.port or 5432,
        name=name,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        options=dict(parse_qsl(parts.query)),
    )


def address(home: Home, role: Role) -> Address:
    """Where ``role`` connects. Raises SetupProblem when the embedded server was never started."""
    url = external_url()
    if url:
        owner = external_owner(url)
        if role is Role.OWNER:
            return owner
        return Address(
            owner.host, owner.port, owner.name, role.login, home.password(role.login), owner.options
        )
    return Address(HOST, embedded_port(home), DATABASE, role.login, home.password(role.login))


def embedded_port(home: Home) -> int:
    """The port the embedded server of this home listens on; 0 before its first start."""
    try:
        return int(json.loads((home.pg / "server.json").read_text())["port"])
    except FileNotFoundError:
        return 0
