"""Pages of seal keepers and approvers, under /desk/seals/."""

from django.urls import path

from proofless.seals.pages import applications, batches, plans, register, serving, trust

app_name = "seals"
urlpatterns = [
    path("", register.register, name="register"),
    path("export.xlsx", register.export, name="export"),
    path("coded/<str:code>", register.coded, name="coded"),
    path("<uuid:seal_id>", register.seal, name="seal"),
    path("<uuid:seal_id>/uses.xlsx", register.uses, name="uses"),
    path("<uuid:seal_id>/act", register.act, name="act"),
    path("<uuid:seal_id>/picture", register.picture, name="picture"),
    path("<uuid:seal_id>/custody/<uuid:custody_id>/end", register.end_custody, name="end_custody"),
    path("applications", applications.applications, name="applications"),
    path("applications/export.xlsx", applications.export, name="export_applications"),
    path("applications/new", applications.apply, name="apply"),
    path("applications/<uuid:application_id>", applications.application, name="application"),
    path("applications/<uuid:application_id>/settle", applications.settle, name="settle"),
    path("file", serving.seal_file, name="seal_file"),
    path("batches", batches.batches, name="batches"),
    path("batches/new", batches.open_batch, name="open_batch"),
    path("batches/<uuid:batch_id>", batches.batch, name="batch"),
    path("batches/<uuid:batch_id>/run", batches.run, name="run_batch"),
    path("batches/<uuid:batch_id>/files.zip", batches.fetch, name="fetch_batch"),
    path("batches/<uuid:batch_id>/files/<int:number>", batches.fetch_item, name="fetch_item"),
    path("batches/<uuid:batch_id>/list.xlsx", batches.export, name="export_batch"),
    path("batches/<uuid:batch_id>/forget", batches.forget, name="forget_batch"),
    path("plans", plans.plans, name="plans"),
    path("plans/seal", plans.seal_many, name="seal_steps"),
    path("plans/export.xlsx", plans.export, name="export_plans"),
    path("plans/new", plans.open_plan, name="open_plan"),
    path("plans/<uuid:plan_id>", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/file", plans.file, name="plan_file"),
    path("plans/<uuid:plan_id>/cancel", plans.cancel, name="cancel_plan"),
    path("plans/<uuid:plan_id>/steps/<uuid:step_id>", plans.step, name="step"),
    path("successions", trust.successions, name="successions"),
    path("successions/<uuid:succession_id>/end", trust.end_succession, name="end_succession"),
    path("trust", trust.trust, name="trust"),
    path("trust/export.zip", trust.export_trust, name="export_trust"),
    path("trust/recognition", trust.recognise, name="recognise"),
    path("trust/<uuid:trusted_id>", trust.trusted, name="trusted"),
    path("trust/<uuid:trusted_id>/distrust", trust.distrust, name="distrust"),
    path("trust/<uuid:trusted_id>/crl", trust.upload_crl, name="upload_crl"),
    path("signer", trust.signer, name="signer"),
    path("signer/authority", trust.make_authority, name="make_authority"),
]
