"""Reading stored files. Callers in other rooms hold the permit: a file store knows no holder."""

from proofless.files import patterns, segments
from proofless.files.errors import FileNotStored
from proofless.files.models import FileBlob, FilePattern
from proofless.vault import cipher


def blob_context(address: str, pattern: str = "") -> bytes:
    """What a file's sealed bytes are bound to: its address, and the pattern they are read against."""
    return f"files_blob:{address}{pattern and ':'}{pattern}".encode()


def pattern_context(address: str) -> bytes:
    """What a pattern's sealed bytes are bound to."""
    return b"files_pattern:" + address.encode()


def read(address: str) -> bytes:
    """The file's bytes. Raises FileNotStored, SealedValueBroken when the stored bytes were changed."""
    row = FileBlob.objects.filter(address=address).values_list(
        "segment", "offset", "length", "size", "pattern"
    )
    found = row.first()
    if found is None:
        raise FileNotStored()
    segment, offset, length, size, pattern = found
    context = blob_context(address, pattern)
    stored = cipher.open_sealed(segments.read_place(segments.Place(segment, offset, length)), context)
    return patterns.expand(stored, _pattern(pattern), size) if pattern else stored


def _pattern(address: str) -> bytes:
    place = FilePattern.objects.filter(address=address).values_list("segment", "offset", "length").first()
    if place is None:
        raise FileNotStored()
    return cipher.open_sealed(segments.read_place(segments.Place(*place)), pattern_context(address))
