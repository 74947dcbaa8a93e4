"""Conditions: an applicant is refused only on what is known, and no catalogue text can run as a program."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofless.items.rules.expression import ExpressionInvalid, parse_expression

NAMES = ("a", "b", "c", "x", "y")
FACTS = {"a": True, "b": False, "c": True, "x": 3, "y": 8}


def conditions() -> st.SearchStrategy[str]:
    numbers = st.sampled_from(["x", "y", "3", "7", "x + 1", "y * 2"])
    compare = st.builds(
        "{} {} {}".format, numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers
    )
    member = st.builds("{} in ({}, {})".format, numbers, numbers, numbers)
    leaf = st.sampled_from(["a", "b", "c"]) | compare | member

    def combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return (
            st.builds("({} and {})".format, inner, inner)
            | st.builds("({} or {})".format, inner, inner)
            | st.builds("(not {})".format, inner)
            | st.builds("({} if {} else {})".format, inner, inner, inner)
        )

    return st.recursive(leaf, combine, max_leaves=8)


@given(conditions())
def test_with_everything_known_it_is_what_python_says(text: str) -> None:
    assert parse_expression(text).holds(FACTS.get) == eval(text, {}, dict(FACTS))


@given(conditions(), st.sets(st.sampled_from(NAMES)), st.data())
def test_a_known_answer_stands_whatever_the_unknown_facts_are(
    text: str, unknown: set[str], data: st.DataObject
) -> None:
    """Else an applicant could be refused for a record that merely did not arrive."""
    known = {name: value for name, value in FACTS.items() if name not in unknown}
    answer = parse_expression(text).holds(known.get)
    filled: dict[str, Any] = dict(known)
    for name in unknown:
        filled[name] = data.draw(st.integers(-5, 12) if name in "xy" else st.booleans())
    if answer is not None:
        assert parse_expression(text).holds(filled.get) is answer


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "a.b.c",
        "a[0]",
        "(lambda: 1)()",
        "[x for x in a]",
        "f'{a}'",
        "2 ** 10",
        "-1",
        "a is None",
        "None",
        "b'x'",
        "1j",
        "a := 1",
        "{'a': 1}",
        "_secret == 1",
        "person.__class__",
        "yield",
        "x; y",
        "",
        "(" * 500,
        "not " * 240 + "a",
        "a and " * 160 + "a",
    ],
)
def test_anything_else_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse_expression(text)


@given(st.text(max_size=60))
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    with suppress(ExpressionInvalid):
        parse_expression(text).evaluate({}.get)


def test_facts_belong_to_roles() -> None:
    expression = parse_expression("age >= 22 and spouse.age >= 20", roles={"age": "applicant"})
    assert expression.facts == {"applicant.age", "spouse.age"}
    assert expression.holds({"applicant.age": 21}.get) is False
    assert expression.holds({"applicant.age": 22}.get) is None
    assert parse_expression("row_ds_estate", default_role="applicant").facts == {"applicant.row_ds_estate"}


@pytest.mark.parametrize(
    "text", ["level == 1", "level < 2", "flag == 1", "x / 0 > 1", "'3' in level", "flag + 1 == 2"]
)
def test_unlike_kinds_do_not_compare(text: str) -> None:
    """A level spelt '1' in one source must not silently be different from 1."""
    assert parse_expression(text).holds({"level": "1", "flag": True, "x": 1}.get) is None


def test_money_is_exact() -> None:
    assert parse_expression("area * 125 + 0.1 + 0.2").evaluate({"area": 0}.get) == parse_expression(
        "0.3"
    ).evaluate({}.get)


def test_an_explanation_names_each_condition_with_its_truth() -> None:
    labels = {"applicant.age": "年龄", "applicant.hukou": "户籍地"}
    rule = parse_expression(
        "80 <= age < 90 and hukou == '德州' and not dead", roles={"age": "applicant", "hukou": "applicant"}
    )
    told = rule.explain({"applicant.age": 85}.get, lambda ref: labels.get(ref, ref))
    assert told.truth_text == "未知"
    assert [(part.text, part.truth_text) for part in told.parts[:2]] == [
        ("年龄 不小于 80 且小于 90", "符合"),
        ("户籍地 为 德州", "未知"),
    ]
    assert told.parts[2].text == "以下情形不得成立"
