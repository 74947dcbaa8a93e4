"""Pages of notices: residents under /notices/, officials under /desk/notices/."""

from django.urls import path

from proofless.notices import pages

app_name = "notices"
urlpatterns = [
    path("notices/", pages.mine, name="mine"),
    path("notices/settings", pages.settings, name="settings"),
    path("notices/read", pages.read_all, name="read_all"),
    path("notices/<uuid:notice_id>/read", pages.read, name="read"),
    path("desk/notices/", pages.desk, name="desk"),
]
