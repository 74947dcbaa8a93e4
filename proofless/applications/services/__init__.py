"""Acts on applications, one module a stage: drafts, submission, review, decision."""

from proofless.applications.services.decision import decide
from proofless.applications.services.deferring import extend_material, supply_material
from proofless.applications.services.drafts import (
    UPLOAD_LIMIT,
    attach_upload,
    open_draft,
    save_draft,
    withdraw,
)
from proofless.applications.services.people import (
    allow_transfer,
    answer_invitation,
    choose_person,
    decline_transfer,
    invite_partner,
)
from proofless.applications.services.promising import release_ended
from proofless.applications.services.reminding import remind_due
from proofless.applications.services.review import (
    accept,
    answer_verification,
    ask_for_material,
    refuse,
    return_for_correction,
    take,
)
from proofless.applications.services.seeking import seek_applicant
from proofless.applications.services.submission import Submission, submit
from proofless.applications.services.verifying import verify_waiting

__all__ = [
    "UPLOAD_LIMIT",
    "Submission",
    "accept",
    "allow_transfer",
    "answer_invitation",
    "answer_verification",
    "ask_for_material",
    "attach_upload",
    "choose_person",
    "decide",
    "decline_transfer",
    "extend_material",
    "invite_partner",
    "open_draft",
    "refuse",
    "release_ended",
    "remind_due",
    "return_for_correction",
    "save_draft",
    "seek_applicant",
    "submit",
    "supply_material",
    "take",
    "verify_waiting",
    "withdraw",
]
