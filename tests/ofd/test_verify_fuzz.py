"""Mutated files: a visitor uploads any bytes. The verifier may refuse, never crash, and never accept other content."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofless.gm.trust import TrustStore
from proofless.ofd import container
from proofless.ofd.errors import NotOfd
from proofless.ofd.facts import Verdict
from proofless.ofd.verify import verify

_CACHE: dict[str, Any] = {}


def sealed(city: Any, pack: Any) -> tuple[dict[str, bytes], bytes]:
    if "good" not in _CACHE:
        parts = city.sealed()
        _CACHE["good"] = parts, pack(parts)
    found: tuple[dict[str, bytes], bytes] = _CACHE["good"]
    return found


def trust_of(city: Any) -> TrustStore:
    """One store for all examples, so that its cache of paths is attacked as well."""
    if "trust" not in _CACHE:
        _CACHE["trust"] = city.trust()
    found: TrustStore = _CACHE["trust"]
    return found


def zipfile_of(raw: bytearray, patch: pytest.MonkeyPatch) -> zipfile.ZipFile:
    """Whatever version a flipped byte asks for: it says nothing of the content."""
    patch.setattr(zipfile, "MAX_EXTRACT_VERSION", 255)
    return zipfile.ZipFile(BytesIO(bytes(raw)))


@settings(max_examples=300, deadline=None)
@given(edits=st.lists(st.tuples(st.integers(0, 2**20), st.integers(1, 255)), min_size=1, max_size=4))
def test_flipped_bytes_in_the_file(city: Any, pack: Any, edits: list[tuple[int, int]]) -> None:
    parts, data = sealed(city, pack)
    raw = bytearray(data)
    for at, change in edits:
        raw[at % len(raw)] ^= change
    found = verify(bytes(raw), trust_of(city), now=city.now)
    if found.verdict is Verdict.VALID:
        # Only what carries no content (a time stamp, an attribute) may differ.
        with pytest.MonkeyPatch.context() as patch, zipfile_of(raw, patch) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == parts


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 2**20), tail=st.binary(max_size=30))
def test_cut_and_lengthened_files(city: Any, pack: Any, cut: int, tail: bytes) -> None:
    data = sealed(city, pack)[1]
    changed = data[: cut % len(data)] + tail
    assert verify(changed, trust_of(city), now=city.now).verdict is Verdict.UNREADABLE or changed == data


@settings(max_examples=300, deadline=None)
@given(
    part=st.integers(0, 100), at=st.integers(0, 2**20), change=st.integers(1, 255), remove=st.integers(0, 3)
)
def test_a_mutated_part_is_never_accepted(
    city: Any, pack: Any, part: int, at: int, change: int, remove: int
) -> None:
    """Every byte of every part counts, the signature's own files included."""
    parts = sealed(city, pack)[0]
    name = sorted(parts)[part % len(parts)]
    raw = bytearray(parts[name])
    at %= len(raw)
    raw[at] ^= change
    del raw[at + 1 : at + 1 + remove]
    found = verify(pack(parts | {name: bytes(raw)}), trust_of(city), now=city.now)
    assert found.verdict is not Verdict.VALID


@settings(max_examples=100, deadline=None)
@given(name=st.text(min_size=1, max_size=20), content=st.binary(max_size=20))
def test_an_added_part_is_never_accepted(city: Any, pack: Any, name: str, content: bytes) -> None:
    parts = sealed(city, pack)[0]
    try:
        data = pack(parts | {name: content})
    except (UnicodeEncodeError, ValueError):
        return
    if name.rstrip("/") and not name.endswith("/"):
        assert verify(data, trust_of(city), now=city.now).verdict is not Verdict.VALID


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_not_fatal(city: Any, data: bytes) -> None:
    assert verify(b"PK\x03\x04" + data, trust_of(city), now=city.now).verdict is Verdict.UNREADABLE


@settings(max_examples=200, deadline=None)
@given(
    names=st.lists(st.text("abAB./\\", min_size=1, max_size=8), max_size=6, unique=True), content=st.binary()
)
def test_what_unpacks_is_what_zipfile_reads(pack: Any, names: list[str], content: bytes) -> None:
    """Two readers of one file must see the same parts."""
    data = pack(dict.fromkeys(names, content))
    try:
        parts = container.unpack(data)
    except NotOfd:
        return
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = [name for name in archive.namelist() if not name.endswith("/")]
        assert dict(parts) == {name: archive.read(name) for name in files}
