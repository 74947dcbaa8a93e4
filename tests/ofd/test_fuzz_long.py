"""A slice of ``bench ofd-fuzz``: a visitor's broken file must not stop the checking page, nor pass."""

from typing import Any

import pytest

from proofless.bench import ofd_fuzz


@pytest.mark.long
def test_three_thousand_mutated_files_are_refused_quickly(capsys: Any) -> None:
    assert ofd_fuzz.run(cases=3_000, processes=1, seed=11) == 0, capsys.readouterr().out
