"""A benchmark's answer is read by scripts: its last line is one object, its exit code says whether it was met."""

import json
from itertools import pairwise

import pytest

from proofless.bench.library import identifier
from proofless.bench.report import Figure, Result, percentile, print_result, spread
from proofless.kit.ids import is_certificate_identifier

KEYS = {"name", "figures", "limit", "ratio", "target", "met"}


def result(met: bool) -> Result:
    figures = (Figure("per_s", "核验", 5000.0, " 次/秒"), Figure("ledger_ok", "链", True))
    return Result("verify", figures, 8000.0, 0.625, {"ratio": 0.6}, met)


@pytest.mark.parametrize(("met", "code"), [(True, 0), (False, 1)])
def test_last_line_is_one_object(capsys: pytest.CaptureFixture[str], met: bool, code: int) -> None:
    assert print_result(result(met), as_json=False) == code
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(found) == KEYS
    assert found["figures"]["per_s"] == 5000.0


def test_with_json_nothing_else_is_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    print_result(result(True), as_json=True)
    out = capsys.readouterr()
    assert len(out.out.splitlines()) == 1
    assert "达标" in out.err


def test_spread_gives_median_and_both_ends() -> None:
    assert [figure.value for figure in spread([3, 1, 2], "x", "x")] == [2, 1, 3]


def test_percentile_takes_no_value_that_was_not_measured() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 3
    assert percentile([4, 1, 3, 2], 0.99) == 4
    assert percentile([], 0.5) == 0


def test_identifiers_of_the_library_are_valid_and_rise() -> None:
    """COPY in order of the key keeps a million rows a matter of seconds; a wrong check character answers 400."""
    made = [identifier(number) for number in (0, 1, 9, 10, 999_999)]
    assert all(map(is_certificate_identifier, made))
    assert all(one < two for one, two in pairwise(made))
