"""Reads of certificates: types, the library, verification."""

from proofless.certificates.queries.library import (
    CertificateView,
    FaceRecord,
    HeldCertificate,
    StatusView,
    find_held,
    find_status,
    list_own,
    open_faces,
    read_certificate,
    read_faces,
    read_file,
)
from proofless.certificates.queries.types import TypeView, all_types, get_type, list_types
from proofless.certificates.queries.verification import verify_identifier

__all__ = [
    "CertificateView",
    "FaceRecord",
    "HeldCertificate",
    "StatusView",
    "TypeView",
    "all_types",
    "find_held",
    "find_status",
    "get_type",
    "list_own",
    "list_types",
    "open_faces",
    "read_certificate",
    "read_faces",
    "read_file",
    "verify_identifier",
]
