"""数据行校验: a row fits its dataset when every value has a field, the form of its type and a scalar shape.
Pure.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from proofless.standards.rules import Value, complain

NewRow = tuple[str, UUID, Mapping[str, Value], date]  # dataset code, holder, values, true as of
Problem = tuple[int, str, str]  # row number from 0, field, complaint
# Shapes only: a source's dirty text is kept as it is and answered by quality rules, not refused here.
_SHAPED = {"date", "datetime", "integer", "decimal", "bool"}


def find_problems(number: int, values: Mapping[str, Value], types: Mapping[str, str]) -> Iterator[Problem]:
    """What keeps a row from its dataset; ``types`` maps the dataset's field names to data types."""
    for name, value in values.items():
        data_type = types.get(name)
        if data_type is None:
            yield number, name, "目录中没有这个字段"
        elif not isinstance(value, str | int | None):
            yield number, name, "应为文字、整数、是否或空"
        elif data_type in _SHAPED and (complaint := complain(value, data_type)):
            yield number, name, complaint
