"""Pages of verification, under /desk/verification/."""

from django.urls import path

from proofless.verification.pages import asking, offices, queue, requests, statistics

app_name = "verification"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("bulk", queue.bulk, name="bulk"),
    path("export.xlsx", queue.export, name="export"),
    path("asked", asking.asked, name="asked"),
    path("ask", asking.choose, name="choose"),
    path("ask/<str:code>", asking.ask, name="ask"),
    path("templates", offices.templates, name="templates"),
    path("delegations", offices.delegations, name="delegations"),
    path("delegations/<uuid:delegation_id>/end", offices.end, name="end"),
    path("connectors", offices.connect, name="connect"),
    path("punctuality", statistics.punctuality, name="punctuality"),
    path("punctuality.xlsx", statistics.export, name="punctuality_export"),
    path("<uuid:request_id>", requests.request_page, name="request"),
    path("<uuid:request_id>/act", requests.act, name="act"),
    path("<uuid:request_id>/answer", requests.answer, name="answer"),
    path("<uuid:request_id>/evidence/<uuid:evidence_id>", requests.evidence, name="evidence"),
]
