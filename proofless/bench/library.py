"""A million certificates in the lookup table, by COPY: the benchmark's own fixture, no act and no file behind them."""

import os
from collections.abc import Callable
from datetime import date
from uuid import UUID

import psycopg

from proofless.kit.ids import certificate_identifier, new_id

CERTIFICATES = 1_000_000
# 21 characters of type and 18 of issuer (GB/T 36904-2018), both made up.
TYPE, ISSUER = "11100000000013127D001", "11371400MB2800001X"
COLUMNS = (
    "identifier, certificate_id, holder_id, type_code, type_name, issuer_name, state, valid_from, valid_to,"
    " issued_on, version"
)
TYPES = ("text", "uuid", "uuid", "text", "text", "text", "text", "date", "date", "date", "int2")
VALID_FROM, VALID_TO = date(2020, 1, 1), date(2040, 1, 1)
REPORT_EVERY = 100_000


def identifier(number: int) -> str:
    """The identifier of a certificate of the library; rises with its number."""
    return certificate_identifier(TYPE, ISSUER, f"{number:010d}", 1)


def fill(dsn: str, report: Callable[[int], object]) -> None:
    """Make the library unless it is there; half a library is made again. ``dsn`` may truncate."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM certificates_lookup").fetchone()
        if row == (CERTIFICATES,):
            return
        connection.execute("TRUNCATE certificates_lookup")
        copy_sql = f"COPY certificates_lookup ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
        with connection.cursor() as cursor, cursor.copy(copy_sql.encode()) as copy:
            copy.set_types(TYPES)
            for number in range(CERTIFICATES):
                copy.write_row(_row(number))
                if number % REPORT_EVERY == 0:
                    report(number)
        connection.execute("VACUUM ANALYZE certificates_lookup")


def _row(number: int) -> tuple[object, ...]:
    holder = UUID(bytes=os.urandom(16))
    words = ("id_card", "居民身份证", "某市公安局", "valid")
    return (identifier(number), new_id(), holder, *words, VALID_FROM, VALID_TO, VALID_FROM, 1)
