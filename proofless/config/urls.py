"""Every URL of the node: pages of residents at the root, officials under /desk, the API under /api/v1."""

from django.urls import include, path

from proofless.config import invitation
from proofless.config.api import operations
from proofless.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", operations()),
    path("welcome/<str:token>", invitation.welcome, name="welcome"),
    path("desk/seals/", include("proofless.seals.urls")),
    path("desk/verification/", include("proofless.verification.urls")),
    path("", include("proofless.notices.urls")),
    path("", include("proofless.commitments.urls")),
    path("", include("proofless.counter.urls")),
    path("desk/", include("proofless.desk.urls")),
    path("", include("proofless.web.urls")),
    path("", include("proofless.portal.urls")),
]
handler400 = "proofless.web.problems.bad_request"
handler403 = "proofless.web.problems.forbidden"
handler404 = "proofless.web.problems.not_found"
handler500 = "proofless.web.problems.server_error"
