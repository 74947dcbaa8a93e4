"""Acts on seals. One function per verb, keyword-only, one ledger entry."""

from proofless.seals.services.batching import (
    BatchRun,
    fetch_batch,
    fetch_item,
    forget_batch,
    forget_old_batches,
    open_batch,
    run_batch,
)
from proofless.seals.services.checking import FileChecked, check_file
from proofless.seals.services.custody import end_custody, give_custody
from proofless.seals.services.life import (
    NewApplication,
    activate_seal,
    apply_for_seal,
    approve_application,
    make_applied_seal,
    refuse_application,
    resume_seal,
    revoke_seal,
    suspend_seal,
    withdraw_application,
)
from proofless.seals.services.making import (
    SEAL_YEARS,
    NewSeal,
    make_home_authority,
    make_seal,
    make_seals,
    make_seals_for_departments,
)
from proofless.seals.services.planning import (
    NewPlan,
    Party,
    cancel_plan,
    open_plan,
    page_sizes,
    refuse_step,
    reopen_step,
    replace_party,
    seal_step,
    seal_steps,
)
from proofless.seals.services.publishing import export_recognised, export_trust, refresh_crls
from proofless.seals.services.reminding import remind_ending
from proofless.seals.services.serving import FileSealed, seal_file
from proofless.seals.services.signer import enter_lock, enter_unlock
from proofless.seals.services.succession import end_succession, record_succession
from proofless.seals.services.trusting import (
    NewTrust,
    distrust,
    import_certificate,
    refresh_foreign_crls,
    set_recognition,
    upload_crl,
)
from proofless.seals.wishes import AcrossEdges, AtPoint, AtWords, SealWish

__all__ = [
    "SEAL_YEARS",
    "AcrossEdges",
    "AtPoint",
    "AtWords",
    "BatchRun",
    "FileChecked",
    "FileSealed",
    "NewApplication",
    "NewPlan",
    "NewSeal",
    "NewTrust",
    "Party",
    "SealWish",
    "activate_seal",
    "apply_for_seal",
    "approve_application",
    "cancel_plan",
    "check_file",
    "distrust",
    "end_custody",
    "end_succession",
    "enter_lock",
    "enter_unlock",
    "export_recognised",
    "export_trust",
    "fetch_batch",
    "fetch_item",
    "forget_batch",
    "forget_old_batches",
    "give_custody",
    "import_certificate",
    "make_applied_seal",
    "make_home_authority",
    "make_seal",
    "make_seals",
    "make_seals_for_departments",
    "open_batch",
    "open_plan",
    "page_sizes",
    "record_succession",
    "refresh_crls",
    "refresh_foreign_crls",
    "refuse_application",
    "refuse_step",
    "remind_ending",
    "reopen_step",
    "replace_party",
    "resume_seal",
    "revoke_seal",
    "run_batch",
    "seal_file",
    "seal_step",
    "seal_steps",
    "set_recognition",
    "suspend_seal",
    "upload_crl",
    "withdraw_application",
]
