"""Django settings of a node, read from its home. ``PROOFLESS_DB_ROLE=owner`` is for migrations only.

Without a home (type checks, ``makemigrations``) the settings load with a throw-away secret and no database.
"""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from proofless.config.database import Address, Role, address
from proofless.config.home import Home
from proofless.config.logs import logging_config

PACKAGE = Path(__file__).resolve().parent.parent
PROJECT = PACKAGE.parent
HOME = Home.load() if Home.exists() else None
PROOFLESS_DB_ROLE = os.environ.get("PROOFLESS_DB_ROLE", "app")

SECRET_KEY = HOME.read_key("django.key").hex() if HOME else secrets.token_hex()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("PROOFLESS_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
# Behind a reverse proxy that ends TLS; on plain http at loopback a Secure cookie would never come back.
HTTPS = os.environ.get("PROOFLESS_HTTPS", "") == "1"
# Addresses of our own reverse proxies: only what comes from one of them may name its client.
PROOFLESS_PROXIES = tuple(filter(None, os.environ.get("PROOFLESS_PROXIES", "").split(",")))

ROOMS = (
    "web",
    "parties",
    "files",
    "ledger",
    "access",
    "standards",
    "seals",
    "notices",
    "certificates",
    "data",
    "items",
    "codes",
    "verification",
    "commitments",
    "applications",
    "counter",
    "supervision",
    "portal",
    "desk",
)


_ninja = find_spec("ninja")


def _built(room: str) -> bool:
    return (PACKAGE / room / "apps.py").is_file()


def _database(role: Role) -> dict[str, Any]:
    place = address(HOME, role) if HOME else Address("127.0.0.1", 0, "proofless", role.login, "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": place.host,
        "PORT": place.port,
        "NAME": place.name,
        "USER": place.user,
        "PASSWORD": place.password,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 1,
            "connect_timeout": 5,
            **place.options,
        },
    }


INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "ninja",
    "django_htmx",
    *(f"proofless.{room}" for room in ROOMS if _built(room)),
]
AUTH_USER_MODEL = "parties.Account"
LOGIN_URL = "sign_in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database(Role(PROOFLESS_DB_ROLE))}

ROOT_URLCONF = "proofless.config.urls"
WSGI_APPLICATION = "proofless.config.wsgi.application"
MIDDLEWARE = [
    "proofless.web.middleware.RequestLogMiddleware",
    "proofless.web.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "proofless.web.middleware.TextGzipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "proofless.web.middleware.BodyLimitMiddleware",
    "proofless.access.edge.ActorMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "proofless.access.edge.ReadingMiddleware",
    "proofless.notices.edge.UnreadMiddleware",
    "proofless.web.middleware.RefusalMiddleware",
]
CSRF_FAILURE_VIEW = "proofless.web.problems.csrf_failed"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(path for path in PACKAGE.glob("*/templates") if path.is_dir()),
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "proofless.web.jinja.environment",
            "context_processors": ["proofless.web.shell.shell"],
        },
    },
    # The API's own documentation page; ours are all Jinja2.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(_ninja.origin).parent / "templates"] if _ninja and _ninja.origin else [],
        "APP_DIRS": False,
    },
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# On plain http browsers ignore it and say so in their console.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 << 20
# Nothing that is sent in is ever spooled to disk in the open: files are bounded by each view's body limit.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 << 20

STATIC_URL = "/static/"
# Our own files, and those `python -m proofless.web.assets` copies out of the npm packages and hashes.
STATIC_BUILD = PROJECT / "static-build"
STATIC_ROOT = STATIC_BUILD / "public"
STATICFILES_DIRS = [("vendor", STATIC_BUILD / "vendor"), PACKAGE / "web" / "static"]
STATIC_HASHED = (STATIC_ROOT / "staticfiles.json").is_file()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "proofless.web.storage.HashedStorage"
        if STATIC_HASHED or os.environ.get("PROOFLESS_COLLECT") == "1"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_HASHED

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config()
