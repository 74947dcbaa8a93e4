"""Reading stored files. Callers in other rooms hold the permit: a file store knows no holder."""

from proofless.files import segments
from proofless.files.errors import FileNotStored
from proofless.files.models import FileBlob
from proofless.vault import cipher


def blob_context(address: str) -> bytes:
    """What a file's sealed bytes are bound to."""
    return b"files_blob:" + address.encode()


def read(address: str) -> bytes:
    """The file's bytes. Raises FileNotStored, SealedValueBroken when the stored bytes were changed."""
    row = FileBlob.objects.filter(address=address).values_list("segment", "offset", "length").first()
    if row is None:
        raise FileNotStored()
    return cipher.open_sealed(segments.read_place(segments.Place(*row)), blob_context(address))
