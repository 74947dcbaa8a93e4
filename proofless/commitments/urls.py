"""Pages of commitments: officials under /desk/commitments/, residents under /commitments/."""

from django.urls import path

from proofless.commitments.pages import desk, own

app_name = "commitments"
urlpatterns = [
    path("desk/commitments/", desk.home, name="home"),
    path("desk/commitments/templates", desk.templates, name="templates"),
    path("desk/commitments/breaches/<uuid:breach_id>", desk.breach, name="breach"),
    path("desk/commitments/<uuid:commitment_id>", desk.promise, name="promise"),
    path("commitments/", own.mine, name="mine"),
    path("commitments/breaches/<uuid:breach_id>", own.breach, name="own_breach"),
]
