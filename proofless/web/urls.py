from django.urls import path

from proofless.web import health, pages

app_name = "web"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("display", pages.display, name="display"),
    path("styleguide", pages.styleguide, {"style": "phone"}, name="styleguide"),
    path("desk/styleguide", pages.styleguide, {"style": "desk"}, name="styleguide_desk"),
    path("styleguide/scan", pages.styleguide_scan, name="styleguide_scan"),
    path("styleguide/code", pages.styleguide_code, name="styleguide_code"),
    path("styleguide/error/<slug:name>", pages.styleguide_error, name="styleguide_error"),
    path("desk/styleguide/error/<slug:name>", pages.styleguide_error, name="styleguide_error_desk"),
]
