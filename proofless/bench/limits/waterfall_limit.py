"""Limit of the waterfall's benchmark: one prepared statement that reads every sealed record a plan may rest on.

It opens nothing, decides nothing and enters nothing.
"""

import psycopg

SQL = (
    b"WITH people AS (SELECT %(applicant)s::uuid AS id UNION SELECT other_id FROM parties_relation"
    b" WHERE holder_id = %(applicant)s)"
    b" SELECT c.type_code, c.face_sealed FROM people JOIN certificates_certificate c ON c.holder_id = people.id"
    b" AND c.type_code = ANY(%(types)s)"
    b" UNION ALL SELECT r.dataset_code, r.payload_sealed FROM people JOIN data_row r ON r.holder_id = people.id"
    b" AND r.dataset_code = ANY(%(datasets)s)"
)


def read(
    cursor: "psycopg.Cursor[tuple[str, bytes]]", applicant: object, types: list[str], datasets: list[str]
) -> int:
    """The number of records found."""
    parameters = {"applicant": applicant, "types": types, "datasets": datasets}
    return len(cursor.execute(SQL, parameters, prepare=True).fetchall())
