"""Pages at the root. Signing in and out have no namespace: every room leads there."""

from django.urls import include, path

from proofless.portal.pages import (
    account,
    applications,
    certificates,
    check,
    code,
    filling,
    help,
    home,
    invitations,
    items,
    ledger,
    session,
    uses,
    verify,
)

pages = [
    path("", home.home, name="home"),
    path("items", items.search, name="items"),
    path("items/<str:code>", items.guide, name="item"),
    path("items/<str:code>/start", items.start, name="start"),
    path("applications", applications.own, name="applications"),
    path("applications/<uuid:application_id>", applications.receipt, name="application"),
    path("applications/<uuid:application_id>/fill", filling.fill, name="fill"),
    path("applications/<uuid:application_id>/plan", filling.plan_again, name="plan"),
    path("applications/<uuid:application_id>/withdraw", applications.withdraw, name="withdraw"),
    path("invitations/<uuid:invitation_id>", invitations.invitation, name="invitation"),
    path("certificates", certificates.own, name="certificates"),
    path("certificates/<uuid:certificate_id>", certificates.one, name="certificate"),
    path("certificates/<uuid:certificate_id>/file", certificates.download, name="certificate_file"),
    path("code", code.show, name="code"),
    path("code/next", code.renew, name="code_next"),
    path("ledger", ledger.lines, name="ledger"),
    path("consents/<uuid:consent_id>/withdraw", ledger.withdraw_consent, name="withdraw_consent"),
    path("me", account.me, name="me"),
    path("me/acting", account.act_for, name="act_for"),
    path("check", check.check, name="check"),
    path("help", help.guide, name="help"),
    path("uses", uses.use_list, name="uses"),
    path("uses.xlsx", uses.workbook, name="uses_workbook"),
    path("no-longer-needed", uses.unneeded, name="unneeded"),
    path("verify", verify.ask, name="verify"),
    path("verify/<str:identifier>", verify.answer, name="verify_identifier"),
]
urlpatterns = [
    path("sign-in", session.sign_in, name="sign_in"),
    path("sign-out", session.sign_out, name="sign_out"),
    path("", include((pages, "portal"))),
]
