"""A row of the catalogue is changed with a source, never for a rate: each is listed and cited, and no other changed."""

import csv
import hashlib
import re
from pathlib import Path

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
# How every material and field was obtained before any row was changed (SHA-256 of ``code=how`` lines).
REFERENCE = "257f7e7feb3a29f45310e791c065ee18fc3610f129752cd5748837da3c3e7dda"
# A law or document by its name and article or number, and where it was read.
CITED = re.compile(r"(第[一二三四五六七八九十百\d]+条|〔\d{4}〕|条例|规定|标准).*(https?://|检索所得摘录)")


def read(name: str) -> list[dict[str, str]]:
    with (CATALOG / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def obtained() -> dict[str, str]:
    found = {row["material_code"]: row["preferred_obtain_mode"] for row in read("item_materials")}
    for row in read("item_form_fields"):
        reference = f":{row['prefill_ref']}" if row["prefill_ref"] else ""
        found[f"{row['item_code']}.{row['field_name_en']}"] = f"{row['prefill_source_type']}{reference}"
    return found


def test_no_row_was_remapped_without_a_citation() -> None:
    """Put back what is listed, and the reference catalogue stands there again: nothing was changed in silence."""
    found, changes = obtained(), read("mapping_changes")
    for row in changes:
        assert found[row["row_code"]] == row["after"], row["row_code"]
        assert CITED.search(row["source"]) and "domain knowledge" not in row["source"], row["row_code"]
        found[row["row_code"]] = row["before"]
    lines = "\n".join(f"{code}={how}" for code, how in sorted(found.items()))
    assert hashlib.sha256(lines.encode()).hexdigest() == REFERENCE
    assert changes


def test_a_remapped_row_carries_the_same_citation_itself() -> None:
    """Its page says where the mapping comes from, as the list of changes does."""
    rows = {f"{row['item_code']}.{row['field_name_en']}": row for row in read("item_form_fields")}
    assert all(rows[one["row_code"]]["source"] == one["source"] for one in read("mapping_changes"))


def test_what_is_to_be_connected_names_who_has_it() -> None:
    for row in read("gap_steps"):
        assert (row["step"] == "connect") == bool(row["holder_cn"]) and row["what_cn"], row["row_code"]
