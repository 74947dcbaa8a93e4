"""Every URL of the node: pages of residents at the root, officials under /desk, the API under /api/v1."""


from django.urls import include, path

from proofless.config.api import api
from proofless.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("desk/", include("proofless.desk.urls")),
    path("", include("proofless.web.urls")),
    path("", include("proofless.portal.urls")),
]
