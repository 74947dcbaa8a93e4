"""服务入口: ``application`` (all of the node) and ``verify`` (the lean path alone), each made when it is
asked for.
"""

import os
from wsgiref.types import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")


def make_application() -> WSGIApplication:
    from django.core.wsgi import get_wsgi_application

    django = get_wsgi_application()  # sets Django up: nothing of ours may be imported before
    from proofless.certificates.lean import in_front_of

    return in_front_of(django)


def make_verify() -> WSGIApplication:
    from proofless.certificates.lean import Verifier

    return Verifier()


def __getattr__(name: str) -> WSGIApplication:
    """The verify group never loads Django's applications."""
    makers = {"application": make_application, "verify": make_verify}
    if name not in makers:
        raise AttributeError(name)
    made = makers[name]()
    globals()[name] = made
    return made
