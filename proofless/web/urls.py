from django.urls import path

from proofless.web import pages

app_name = "web"
urlpatterns = [
    path("preferences/type", pages.display, name="display"),
    path("styleguide", pages.styleguide, name="styleguide"),
]
