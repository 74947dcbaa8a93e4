"""文件类型: what a file is by its first bytes; the type a browser claims is no evidence. Pure."""

SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


def media_type_of(data: bytes) -> str:
    """The media type the first bytes show; empty for one that is not taken."""
    return next((kind for magic, kind in SIGNATURES.items() if data.startswith(magic)), "")
