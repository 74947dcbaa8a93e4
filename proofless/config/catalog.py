"""目录导入: reads the published catalogue, checks all of it, then brings it in room by room through the
rooms' acts.
"""

import csv
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from proofless.access.actors import system_actor
from proofless.certificates.rules import generic_fields
from proofless.certificates.services.types import load_types
from proofless.codes.services import load_scenes
from proofless.commitments.rules.checks import CheckKind
from proofless.commitments.rules.deferrals import row_problems as deferral_problems
from proofless.commitments.rules.templates import row_problems
from proofless.commitments.services import load_templates as load_promises
from proofless.config.catalog_checks import find_problems
from proofless.data.services import load_datasets
from proofless.items.rules.sources import SourceKind
from proofless.items.services import load_items
from proofless.kit import env
from proofless.kit.actor import Actor
from proofless.kit.ids import uscc_check_char
from proofless.kit.permissions import Permission
from proofless.parties.models import Department, Division
from proofless.parties.services import load_directory
from proofless.standards.errors import CatalogInvalid
from proofless.standards.loading import Change, Target, compare
from proofless.standards.services import load_standards
from proofless.verification.rules.templates import template_problems
from proofless.verification.services import load_templates

Tables = dict[str, list[dict[str, str]]]
SHOWN_PROBLEMS = 50
_ORGAN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load changed: one ``Change(table, added, changed, removed)`` a table, as loaded."""

    changes: tuple[Change, ...]

    @property
    def unchanged(self) -> bool:
        return not any(change.any for change in self.changes)

    def lines(self) -> list[str]:
        """For the command line: a line a table that changed, or one that says nothing did."""
        if self.unchanged:
            return ["目录没有变化:新增 0,修改 0,删除 0"]
        return [
            f"{c.table:<28} 新增 {c.added:>5}  修改 {c.changed:>5}  删除 {c.removed:>5}"
            for c in self.changes
            if c.any
        ]


def load(directory: Path) -> LoadReport:
    """Bring in the catalogue of a directory. A second run changes nothing and leaves no entry.

    Raises CatalogInvalid with the list of problems before anything is changed.
    """
    tables = read_catalog(directory)
    problems = [*find_problems(tables), *_template_problems(tables)]
    if problems:
        raise CatalogInvalid(
            f"目录文件有 {len(problems)} 个问题,未作任何改动", problems=problems[:SHOWN_PROBLEMS]
        )
    actor = system_actor(Permission.CATALOG_LOAD, label="目录导入")
    changes = [*_load_directory(actor, tables), *_load_rooms(actor, tables)]
    return LoadReport(tuple(changes))


def read_catalog(directory: Path) -> Tables:
    """Every CSV file of the directory as rows by column name. Raises CatalogInvalid."""
    tables: Tables = {}
    problems = []
    for path in sorted(directory.glob("*.csv")):
        try:
            text = path.read_text(encoding="utf-8-sig")
            tables[path.stem] = _rows(text)
        except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
            reason = str(error) if type(error) is ValueError else type(error).__name__
            problems.append(f"{path.name} 读不出来:{reason}")
    if not tables and not problems:
        problems.append(f"{directory.name} 里没有目录文件(*.csv)")
    if problems:
        raise CatalogInvalid("目录文件读不出来,未作任何改动", problems=problems)
    return tables


def _rows(text: str) -> list[dict[str, str]]:
    if "\0" in text:
        raise ValueError("含有空字符")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    rows = []
    for number, cells in enumerate(reader, 2):
        if len(cells) != len(header):
            raise ValueError(f"第 {number} 行有 {len(cells)} 列,应为 {len(header)} 列")
        rows.append(dict(zip(header, cells, strict=True)))
    return rows


def _load_rooms(actor: Actor, tables: Tables) -> list[Change]:
    """Rooms in the order they rest on each other."""
    return [
        *load_standards(
            actor=actor,
            code_lists=tables["code_lists"],
            code_list_values=tables["code_list_values"],
            certificates=tables["certificates"],
            certificate_fields=[*tables["certificate_fields"], *generic_faces(tables)],
            datasets=tables["datasets"],
            dataset_fields=tables["dataset_fields"],
        ),
        *load_datasets(actor=actor, datasets=tables["datasets"], dataset_fields=tables["dataset_fields"]),
        *load_types(actor=actor, types=tables["certificates"], fields=tables["certificate_fields"]),
        *load_items(actor=actor, tables=tables),
        *load_scenes(actor=actor, scenes=tables["scenes"]),
        *load_templates(actor=actor, templates=tables.get("verification_templates", [])),
        *load_promises(
            actor=actor,
            templates=tables.get("commitment_templates", []),
            deferrable=tables.get("deferral_materials", []),
        ),
    ]


def _template_problems(tables: Tables) -> list[str]:
    departments = {row.get("dept_code", "") for row in tables.get("departments", [])}
    datasets = {row.get("dataset_code", "") for row in tables.get("datasets", [])}
    asked = tables.get("verification_templates", [])
    codes = {
        CheckKind.CERTIFICATE: {row.get("cert_code", "") for row in tables.get("certificates", [])},
        CheckKind.VERIFICATION: {row.get("template_code", "") for row in asked},
        **dict.fromkeys((CheckKind.ROW, CheckKind.NO_ROW, CheckKind.VALUE), datasets),
    }
    may_be_promised = {
        row.get("material_code", "")
        for row in tables.get("item_materials", [])
        if "告知承诺" in f"{row.get('preferred_obtain_mode')};{row.get('replaceable_by')}"
    }
    promised = tables.get("commitment_templates", [])
    brought = {
        row.get("material_code", "")
        for row in tables.get("item_materials", [])
        if row.get("preferred_obtain_mode") == SourceKind.UPLOAD.label
    }
    fields: dict[str, set[str]] = {}
    for row in tables.get("item_form_fields", []):
        fields.setdefault(row.get("item_code", ""), set()).add(row.get("field_name_en", ""))
    materials = {
        row.get("material_code", ""): fields.get(row.get("item_code", ""), set())
        for row in tables.get("item_materials", [])
    }
    return [
        *template_problems(asked, departments, datasets, materials),
        *row_problems(promised, may_be_promised, codes),
        *deferral_problems(tables.get("deferral_materials", []), brought),
    ]


def generic_faces(tables: Tables) -> list[dict[str, str]]:
    """Rows of certificate_fields.csv for the types whose face the catalogue does not give: they bear the
    generic one.
    """
    with_fields = {row["cert_code"] for row in tables["certificate_fields"]}
    bare = [row for row in tables["certificates"] if row["cert_code"] not in with_fields]
    return [
        {
            "cert_code": row["cert_code"],
            "seq": str(seq),
            "field_name_cn": field.name_cn,
            "field_name_en": field.name_en,
            "data_type": field.data_type,
            "standard_code_list": field.code_list,
            "required": "Y" if field.required else "N",
            "sensitivity": field.sensitivity,
            "is_key": "Y" if field.is_key else "N",
            "source": field.source,
        }
        for row in bare
        for seq, field in enumerate(generic_fields(row["holder_type"]), 1)
    ]


def _load_directory(actor: Actor, tables: Tables) -> list[Change]:
    """Divisions and departments are added and changed, never removed: accounts and certificates refer to
    them.
    """
    divisions = [_division(row) for row in tables["divisions"]]
    departments = _departments(tables["departments"])
    changes = [
        Change(change.table, change.added, change.changed)
        for change in (compare(Target(Division, divisions)), compare(Target(Department, departments)))
    ]
    if any(change.any for change in changes):
        load_directory(actor=actor, divisions=divisions, departments=departments)
    return changes


def _division(row: Mapping[str, str]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        level=row["level"],
        kind=row["division_type"],
        parent_code=row["parent_code"],
        tags=row["tags"],
        source=row["source"],
    )


def _departments(rows: Sequence[Mapping[str, str]]) -> list[Department]:
    """The catalogue names no credit codes: a demo home makes them up, a production home keeps what was
    entered.
    """
    held = dict(Department.objects.values_list("code", "uscc"))
    made = department_usccs([row["dept_code"] for row in rows]) if env.home().demo else {}
    return [
        Department(
            code=row["dept_code"],
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            category=row["category"],
            programme_role=row["programme_role"],
            uscc=held.get(row["dept_code"]) or made.get(row["dept_code"], ""),
            source=row["source"],
        )
        for row in rows
    ]


def department_usccs(codes: Sequence[str]) -> dict[str, str]:
    """A made-up but well-formed credit code for each department, the same for the same code (GB 32100-2015).

    ``11`` organ of state, ``371400`` Dezhou, then an organisation code (GB 11714) that starts with ``DM`` for
    demo.
    """
    taken: dict[str, str] = {}
    for code in sorted(codes):
        number = zlib.crc32(code.encode()) % 1_000_000
        while f"{number:06d}" in taken.values():
            number = (number + 1) % 1_000_000
        taken[code] = f"{number:06d}"
    return {code: _uscc(f"DM{digits}") for code, digits in taken.items()}


def _uscc(organ8: str) -> str:
    total = sum(int(c, 36) * w for c, w in zip(organ8, _ORGAN_WEIGHTS, strict=True))
    check = "0123456789X0"[11 - total % 11]
    first17 = f"11371400{organ8}{check}"
    return first17 + uscc_check_char(first17)
