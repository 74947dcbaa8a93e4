"""The least a Django project needs to show the base pages by themselves."""

from pathlib import Path

from proofless.web import assets, jinja, logs

BASE = Path(__file__).resolve().parents[2]
SECRET_KEY = "tests-only"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
LANGUAGE_CODE = "zh-hans"
INSTALLED_APPS = ["django.contrib.messages", "django.contrib.staticfiles", "proofless.web"]
MIDDLEWARE = [
    "proofless.web.middleware.RequestLogMiddleware",
    "proofless.web.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "proofless.web.middleware.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "proofless.web.middleware.RefusalMiddleware",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ROOT_URLCONF = "tests.web.urls"
CSRF_FAILURE_VIEW = "proofless.web.problems.csrf_failed"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": jinja.template_dirs(),
        "OPTIONS": {
            "environment": "proofless.web.jinja.environment",
            "context_processors": ["proofless.web.shell.shell"],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = assets.PUBLIC
STATICFILES_DIRS = [("vendor", assets.VENDOR), *jinja.static_dirs()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
LOGGING = logs.LOGGING
