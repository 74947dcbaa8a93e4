"""Strict DER: a second spelling of a structure would let a changed seal pass for the sealed one."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from proofless.gm import Malformed, der


@given(st.integers(-(2**300), 2**300))
def test_integers_read_back_as_another_encoder_writes_them(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()
    assert der.Reader(der.integer(value)).integer() == value


@given(st.lists(st.integers(0, 2**64), min_size=1, max_size=5))
def test_object_identifiers_read_back(arcs: list[int]) -> None:
    dotted = ".".join(map(str, (1, 2, *arcs)))
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()
    assert der.Reader(der.oid(dotted)).oid() == dotted


def test_large_first_arc() -> None:
    assert der.Reader(der.oid("2.25.248906564585246909422208413796559940603")).oid().startswith("2.25.2489")


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)))
def test_times_read_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    assert der.Reader(der.generalized_time(whole)).generalized_time() == whole


@given(st.binary(max_size=70_000))
def test_long_values_read_back(value: bytes) -> None:
    assert der.octets(value) == core.OctetString(value).dump()
    assert der.Reader(der.octets(value)).octets() == value


@pytest.mark.parametrize(
    "text",
    [
        "20260101000000",
        "20260101000000+0800",
        "20261301000000Z",
        "20260101000000.0Z",
        "20260101000000.50Z",
        "2026Z",
        "Z",
    ],
)
def test_times_of_other_shapes_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        der.Reader(der.element(der.GENERALIZED_TIME, text.encode())).generalized_time()


@pytest.mark.parametrize(
    "bad", ["0200", "02020001", "0202ffff", "028101 01", "02", "1f0101", "0280010000", "0205ff"]
)
def test_loose_integers_are_refused(bad: str) -> None:
    with pytest.raises(Malformed):
        der.Reader(bytes.fromhex(bad)).integer()


@given(st.binary(max_size=60))
def test_any_bytes_either_read_or_are_refused(data: bytes) -> None:
    """Nothing but `Malformed` may leave the reader: a visitor's upload decides these bytes."""
    for read in (
        der.Reader.oid,
        der.Reader.integer,
        der.Reader.bits,
        der.Reader.boolean,
        der.Reader.generalized_time,
        der.Reader.utc_time,
        der.Reader.element,
        der.Reader.algorithm,
    ):
        with suppress(Malformed):
            read(der.Reader(data))
    with suppress(Malformed):
        der.check(data)


def test_deep_nesting_is_refused() -> None:
    data = b"\x05\x00"
    for _ in range(200):
        data = der.sequence(data)
    with pytest.raises(Malformed):
        der.check(data)


LEAVES = (
    st.integers(-(2**70), 2**70).map(der.integer)
    | st.binary(max_size=200).map(der.octets)
    | st.booleans().map(der.boolean)
    | st.just(der.NULL)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=5).map(lambda parts: der.sequence(*parts))
        | st.lists(inner, max_size=5).map(der.set_of)
    ),
    max_leaves=20,
)


@given(TREES)
def test_what_we_write_is_der_and_another_library_agrees(raw: bytes) -> None:
    der.check(raw)
    value, rest = core.Any.load(raw, strict=True), der.Reader(raw)
    assert value.dump() == raw and rest.element() == raw and rest.at_end


@given(TREES)
def test_a_second_spelling_of_a_length_is_refused(raw: bytes) -> None:
    """BER allows many: each would be another file with the same meaning."""
    count = raw[1] & 0x7F if raw[1] >= 0x80 else 0
    padded = bytes((0x81 + count,)) + (raw[1:2] if not count else b"\0" + raw[2 : 2 + count])
    respelled = raw[:1] + padded + raw[2 + count :]
    for changed in (
        respelled,
        der.sequence(respelled),
        der.sequence(der.integer(1), der.set_of([respelled])),
    ):
        with pytest.raises(Malformed, match="not minimal"):
            der.check(changed)
    endless = der.element(der.SEQUENCE, raw)[:1] + b"\x80" + raw + b"\0\0"
    with pytest.raises(Malformed):
        der.check(endless)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2049, 12, 31)))
def test_short_times_read_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    assert der.utc_time(whole) == core.UTCTime(whole).dump()
    assert der.Reader(der.utc_time(whole)).utc_time() == whole
    with pytest.raises(Malformed):
        der.utc_time(whole.replace(year=2052))


@pytest.mark.parametrize(
    "text", ["2601010000Z", "260101000000", "260101000000+0800", "261301000000Z", "26010100000٣Z"]
)
def test_short_times_of_other_shapes_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        der.Reader(der.element(der.UTC_TIME, text.encode())).utc_time()
