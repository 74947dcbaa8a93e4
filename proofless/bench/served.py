"""The verify group as ``proofless.config.wsgi:verify`` serves it, its per-client limit raised: one client asks all.

The counting stays on the path that is measured.
"""

import os
from wsgiref.types import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")
ENOUGH = 1_000_000_000


def _make() -> WSGIApplication:
    from proofless.certificates.lean import Verifier

    return Verifier(per_minute=ENOUGH)


verify = _make()
