"""指标定义: what a submission entry counts for. Pure; ``docs/kpi.md`` says the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OFFICIAL_MODES = ("certificate", "data", "verification")
UPLOAD_MODE = "upload"
OFFICIAL_ORIGINS = ("certificate", "dataset")
FILLED_ORIGINS = (*OFFICIAL_ORIGINS, "verification", "account")


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one or many submissions.

    ``materials_required``: materials that apply and may still be asked for (不再提供 and 不适用 do not count).
    ``materials_official``: obtained by certificate, shared data or verification. ``materials_free``: not uploaded.
    ``fields_official``: filled from a certificate or dataset. ``fields_filled``: from any source, account included.
    """

    cases: int = 0
    materials_required: int = 0
    materials_official: int = 0
    materials_free: int = 0
    fields_total: int = 0
    fields_official: int = 0
    fields_filled: int = 0

    @property
    def material_share_rate(self) -> float | None:
        """证明材料共享率; None without a case: unknown, not zero."""
        return self.materials_official / self.materials_required if self.materials_required else None

    @property
    def submission_free_rate(self) -> float | None:
        """免提交率."""
        return self.materials_free / self.materials_required if self.materials_required else None

    @property
    def field_share_rate(self) -> float | None:
        """表单字段共享率."""
        return self.fields_official / self.fields_total if self.fields_total else None

    @property
    def field_filled_rate(self) -> float | None:
        """表单字段免填率."""
        return self.fields_filled / self.fields_total if self.fields_total else None

    def __add__(self, other: "Counts") -> "Counts":
        names = Counts.__dataclass_fields__
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


def counts_of(detail: Mapping[str, Any]) -> Counts:
    """Counts of one submission entry's detail."""
    materials: Mapping[str, int] = detail["materials"]
    fields: Mapping[str, int] = detail["fields"]
    required = sum(materials.values())
    return Counts(
        cases=1,
        materials_required=required,
        materials_official=sum(materials.get(mode, 0) for mode in OFFICIAL_MODES),
        materials_free=required - materials.get(UPLOAD_MODE, 0),
        fields_total=detail["fields_total"],
        fields_official=sum(fields.get(origin, 0) for origin in OFFICIAL_ORIGINS),
        fields_filled=sum(fields.get(origin, 0) for origin in FILLED_ORIGINS),
    )
