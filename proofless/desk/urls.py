"""Pages of officials, under /desk/."""

from django.urls import path, re_path

from proofless.desk.pages import cases, catalogue, chain, home, preparations, queue, scan, supervision

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("queue", queue.queue, name="queue"),
    path("done", queue.done, name="done"),
    re_path(r"^(?P<which>queue|done)\.xlsx$", queue.export, name="queue_export"),
    path("cases/<uuid:application_id>", cases.case, name="case"),
    path("cases/<uuid:application_id>/act", cases.act, name="act"),
    path("cases/<uuid:application_id>/materials/<str:code>/ask", cases.ask, name="ask"),
    path("cases/<uuid:application_id>/materials/<str:code>/answer", cases.answer, name="answer"),
    path("cases/<uuid:application_id>/materials/<str:code>/file", cases.file, name="file"),
    path("cases/<uuid:application_id>/decide", cases.decide, name="decide"),
    path("preparations", preparations.preparations, name="preparations"),
    path("preparations/<uuid:preparation_id>", preparations.settle, name="settle"),
    path("scan", scan.scan, name="scan"),
    path("supervision", supervision.rates, name="rates"),
    path("supervision.xlsx", supervision.export_rates, name="rates_export"),
    path("supervision/cases", supervision.cases, name="cases"),
    path("supervision/cases.xlsx", supervision.export, name="export"),
    path("chain", chain.chain, name="chain"),
    path("items", catalogue.items_page, name="items"),
    path("items/<str:code>", catalogue.item_page, name="item"),
    path("types", catalogue.types_page, name="types"),
    path("types/<str:code>", catalogue.type_page, name="type"),
    path("datasets", catalogue.datasets_page, name="datasets"),
    path("datasets/<str:code>", catalogue.dataset_page, name="dataset"),
    path("themes", catalogue.themes_page, name="themes"),
]
