"""Acts on certificates: load types, prepare, issue (one or many), revoke."""

from proofless.certificates.services.bulk import issue_in_processes, issue_many, issue_stream
from proofless.certificates.services.changing import revoke_certificate
from proofless.certificates.services.drafting import NewCertificate
from proofless.certificates.services.issuing import CertificateIssued, issue
from proofless.certificates.services.preparing import (
    Prepared,
    abandon_preparation,
    prepare_certificate,
    resume_preparations,
)
from proofless.certificates.services.reminding import remind_expiring
from proofless.certificates.services.types import load_types

__all__ = [
    "CertificateIssued",
    "NewCertificate",
    "Prepared",
    "abandon_preparation",
    "issue",
    "issue_in_processes",
    "issue_many",
    "issue_stream",
    "load_types",
    "prepare_certificate",
    "remind_expiring",
    "resume_preparations",
    "revoke_certificate",
]
