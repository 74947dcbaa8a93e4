"""Storing what differs from a pattern: Zstandard (RFC 8878) with the pattern as its dictionary.

Certificates of one type under one seal share two thirds of their bytes. Whatever is encrypted costs time by the
byte, so that leaving these out saves more than finding them takes.
"""

from functools import lru_cache

import zstandard

from proofless.vault.cipher import SealedValueBroken

_LEVEL = 1


def compact(data: bytes, pattern: bytes) -> bytes:
    """What is needed beside the pattern to have the data again."""
    return zstandard.ZstdCompressor(level=_LEVEL, dict_data=_dictionary(pattern)).compress(data)


def expand(stored: bytes, pattern: bytes, size: int) -> bytes:
    """The data, of ``size`` bytes. Raises SealedValueBroken when it is not what was made with this pattern."""
    try:
        data = zstandard.ZstdDecompressor(dict_data=_plain(pattern)).decompress(stored, max_output_size=size)
    except zstandard.ZstdError as error:
        raise SealedValueBroken() from error
    if len(data) != size:
        raise SealedValueBroken()
    return data


def _plain(pattern: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(pattern, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


@lru_cache(maxsize=64)
def _dictionary(pattern: bytes) -> zstandard.ZstdCompressionDict:
    """Its tables made once for a batch: making them takes as long as using them some five times."""
    found = _plain(pattern)
    found.precompute_compress(level=_LEVEL)
    return found
