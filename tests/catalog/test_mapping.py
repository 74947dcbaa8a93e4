"""Scenes of the mapping tables: whose certificate is asked for, who is refused, and what is not known."""
from __future__ import annotations

import ast
import copy
import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

CATALOG = Path(__file__).resolve().parents[2] / 'catalog'


def load_checker() -> ModuleType:
    """catalog/check_mapping.py is a script beside its tables, not part of the package."""
    spec = importlib.util.spec_from_file_location('check_mapping', CATALOG / 'check_mapping.py')
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules['check_mapping'] = module
    spec.loader.exec_module(module)
    return module


mapping = load_checker()
SHIPPED = mapping.read_catalogue()
RULES = {(r['item_code'], r['rule_code']): r for r in SHIPPED.tables['item_rules']}


@pytest.fixture
def catalogue() -> Any:
    """A catalogue a scene may spoil."""
    return mapping.Catalogue(copy.deepcopy(SHIPPED.tables))


def judge(expression: str, **facts: object) -> object:
    """An expression over facts of the applicant, or of a role written role__fact."""
    known = {tuple(name.split('__')) if '__' in name else ('applicant', name): v for name, v in facts.items()}
    return mapping.evaluate(ast.parse(expression, mode='eval'), lambda role, name: known.get((role, name)))


def rule(item: str, code: str) -> str:
    """The expression of one rule."""
    return str(RULES[item, code]['expr'])


def test_shipped_mapping_lets_every_item_be_finished_by_someone(catalogue: Any) -> None:
    """Without it 张三 would find an item that nobody in the city can complete without an upload."""
    assert mapping.check(catalogue) == []


def test_a_material_without_a_role_is_reported(catalogue: Any) -> None:
    """张三's case would ask nobody for the certificate and stand still."""
    catalogue.tables['material_roles'].pop()
    mapping.check_material_roles(catalogue)
    assert catalogue.problems == ['material_roles: not one row per material']


def test_a_persons_certificate_is_never_asked_of_a_company(catalogue: Any) -> None:
    """某公司 would be refused for lacking an identity card."""
    catalogue.material_roles['I049-M02']['roles'] = 'enterprise'
    mapping.check_material_roles(catalogue)
    assert catalogue.problems == ['material_roles I049-M02 id_card cannot be held by enterprise']


def test_the_other_side_of_a_marriage_is_marked(catalogue: Any) -> None:
    """张三 would see her own name where her husband's belongs."""
    catalogue.field_roles['I002', 'partner_name']['side'] = ''
    mapping.check_field_roles(catalogue)
    assert catalogue.problems == ['field_roles I002 partner_name side']


def test_a_time_is_not_put_in_a_date_field_unconverted(catalogue: Any) -> None:
    """The baby's date of birth would be refused by the form it fills."""
    catalogue.field_roles['I006', 'baby_birth_date']['transform'] = ''
    mapping.check_field_roles(catalogue)
    assert len(catalogue.problems) == 1 and 'needs a transform' in catalogue.problems[0]


def test_a_rule_cannot_call_anything(catalogue: Any) -> None:
    """Whoever edits the rules table could run code on the server."""
    catalogue.tables['item_rules'][0]['expr'] = "__import__('os').system('id')"
    mapping.check_rules(catalogue)
    assert any('forbidden Call' in line for line in catalogue.problems)


def test_a_rule_reads_only_declared_facts_of_the_right_subject(catalogue: Any) -> None:
    """A rule about a company's age in years would never be computed, and refuse nobody silently."""
    catalogue.tables['item_rules'][0]['expr'] = 'enterprise.age > 1 and shoe_size > 40'
    mapping.check_rules(catalogue)
    assert [line.split(' ', 3)[3] for line in catalogue.problems] == [
        'fact of another subject enterprise.age', 'unknown applicant.shoe_size']


def test_stale_profiles_are_reported(catalogue: Any) -> None:
    """The town would be built without the certificate that a changed mapping now asks for."""
    catalogue.material_roles['I072-M03']['roles'] = 'applicant;spouse'
    assert any('P22' in line for line in mapping.check(catalogue))


def test_a_profile_that_a_hard_rule_refuses_is_reported(catalogue: Any) -> None:
    """The demonstration's 82-year-old would be refused in front of the audience."""
    profile = next(r for r in catalogue.tables['town_profiles'] if r['profile_code'] == 'P22')
    profile['facts'] = 'age=79;sex=2'
    assert 'town_profiles P22 I072 R1 not met: age >= 80' in mapping.check(catalogue)


def test_a_situation_nobody_is_in_is_reported(catalogue: Any) -> None:
    """A question would be asked whose answer was never once tried."""
    for row in catalogue.tables['town_profiles']:
        row['situations'] = row['situations'].replace('I013:by_agent', '')
    assert any("('I013', 'by_agent')" in line for line in mapping.check(catalogue))


def test_marriage_is_refused_below_the_age_of_either() -> None:
    """民法典第1047条: 张三 (21, a man) is refused at once, with 22 he is not."""
    ages = {'sex': '1', 'partner__sex': '2', 'partner__age': 20}
    assert judge(rule('I001', 'R1'), age=21, **ages) is False
    assert judge(rule('I001', 'R1'), age=22, **ages) is True


def test_what_the_city_does_not_know_refuses_nobody() -> None:
    """张三's husband has no record here: the clerk looks, the system does not refuse."""
    assert judge(rule('I008', 'R2')) is None
    assert judge(rule('I004', 'R1'), hukou_in_city=True) is True


def test_a_known_divorce_is_not_asked_about() -> None:
    """张三 would be asked again what the marriage register already says."""
    question = SHIPPED.situations['I001-M05']['auto_expr']
    assert judge(question, marital_status='divorced') is True
    assert judge(question, marital_status='single', partner__marital_status='single') is False
    assert judge(question, marital_status='single') is None


EXPRESSIONS = [r['expr'] for r in SHIPPED.tables['item_rules'] if r['expr']] + [
    r['auto_expr'] for r in SHIPPED.tables['item_situations'] if r['auto_expr']]
VALUES = {'bool': st.booleans(), 'integer': st.integers(0, 120), 'decimal': st.floats(0, 1),
          'string': st.sampled_from(['1', '2', '10', 'married', 'divorced', 'single'])}


@given(st.sampled_from(EXPRESSIONS), st.data())
def test_with_everything_known_the_verdict_is_plain_logic(expression: str, data: st.DataObject) -> None:
    """Two readers of one rule (this evaluator and Python itself) would otherwise disagree about 张三."""
    roles: dict[str, SimpleNamespace] = {role: SimpleNamespace() for role in SHIPPED.roles}
    for role, name in sorted(set(mapping.names_in(ast.parse(expression, mode='eval')))):
        setattr(roles[role], name, data.draw(VALUES[mapping.fact_row(SHIPPED, name)['data_type']]))
    expected = eval(expression, {'__builtins__': {}}, {**roles, **vars(roles['applicant'])})
    got = mapping.evaluate(ast.parse(expression, mode='eval'), lambda role, name: getattr(roles[role], name))
    assert bool(got) == bool(expected) and got is not None
