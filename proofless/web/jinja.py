"""模板环境: the Jinja2 environment of every page, with macros under ``ui`` and filters of ``web.filters``."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from proofless.web.filters import FILTERS
from proofless.web.qr import qr_svg

PACKAGE = Path(__file__).resolve().parents[1]
MACROS = Path(__file__).parent / "templates/web/macros"


def template_dirs() -> list[Path]:
    """Every room's ``templates`` folder, for ``DIRS`` of the Jinja2 backend."""
    return sorted(path for path in PACKAGE.glob("*/templates") if path.is_dir())


def static_dirs() -> list[Path]:
    """Every room's ``static`` folder, for ``STATICFILES_DIRS``; files inside lie under the room's name."""
    return sorted(path for path in PACKAGE.glob("*/static") if path.is_dir())


def icon(name: str, label: str = "", *, size: str = "") -> Markup:
    """One icon of the sprite. Without a label it is decoration and hidden from assistive technology."""
    return _drawn(static("vendor/icons.svg"), name, label, size)


@lru_cache(maxsize=1024)
def _drawn(sprite: str, name: str, label: str, size: str) -> Markup:
    role = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="pf-icon {}" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        f"pf-icon-{size}" if size else "", role, sprite, name
    )


def url(name: str, **kwargs: Any) -> str:
    """``url('items:detail', code='I001', query={'page': 2})``."""
    query = kwargs.pop("query", None)
    return reverse(name, kwargs=kwargs, query=query)


class Macros:
    """``ui.x(…)`` in any template: the macro ``x`` from ``web/macros``, without an import line."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._find = cache(self._file_of)

    def _file_of(self, name: str) -> str:
        for path in sorted(MACROS.glob("*.html")):
            if hasattr(self._env.get_template(f"web/macros/{path.name}").module, name):
                return f"web/macros/{path.name}"
        raise AttributeError(f"no macro {name} in web/macros")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._env.get_template(self._find(name)).module, name)


def environment(**options: Any) -> Environment:
    """For ``OPTIONS["environment"]`` of ``django.template.backends.jinja2.Jinja2``."""
    options.setdefault("undefined", StrictUndefined)
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(**options)
    env.globals.update(static=static, url=url, icon=icon, qr_svg=qr_svg, ui=Macros(env))
    env.filters.update(FILTERS)
    return env
