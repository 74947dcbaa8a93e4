#!/usr/bin/env python3
"""映射校验: checks the tables that turn the reference catalogue into something resolvable per applicant.

`check_mapping.py` exits 1 on any problem. `check_mapping.py --write-profiles` first rewrites the generated
columns of town_profiles.csv (needs_certs, needs_rows, relations) from material_roles.csv and field_roles.csv.
Table formats, mode tokens and transforms are described in README.md.
"""
from __future__ import annotations

import ast
import csv
import operator
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
Row = dict[str, str]
Value = bool | int | float | str | None

DROPPED, SITUATIONAL = '不再提供', '情形必要'
ROW_MODES = ('数据共享', '部门核验')
KINDS = {'spouse', 'partner', 'parent_of', 'guardian_of', 'member_of_household', 'head_of_household',
         'legal_rep_of', 'handler_of', 'employs', 'seller_to', 'mortgagee_of', 'owns_business',
         'contractor_for'}
EXPR_KINDS = {'stored', 'derived', 'pattern'}
DIRECTIONS = {'forward', 'backward', 'both'}
TRANSFORMS = {'', 'date_part', 'age_tier', 'marital_code', 'residence_or_hukou', 'list_join', 'list_or_none',
              'kinship_to_role', 'kinship_to_applicant', 'own_name', 'own_id_no', 'receiving_flag',
              'aid_category', 'code_name', 'to_decimal', 'ga_to_jt_vehicle_type'}
COMPATIBLE = {('text', 'string'), ('code', 'string'), ('table', 'string')}
SIDED = re.compile(r'^(marriage_cert|divorce_cert)\.(man|woman)_|^DS_MARRIAGE\.\w+_(man|woman)$')
COMPARE: dict[type[ast.cmpop], Callable[..., bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b}
ARITHMETIC: dict[type[ast.operator], Callable[..., float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def load(name: str) -> list[Row]:
    """Rows of one catalogue table."""
    with open(HERE / f'{name}.csv', encoding='utf-8', newline='') as handle:
        return list(csv.DictReader(handle))


def split(value: str) -> list[str]:
    """A `;` separated cell as a list."""
    return [part for part in value.split(';') if part]


@dataclass
class Catalogue:
    """All tables by name, the usual look-ups, and the problems found so far."""

    tables: dict[str, list[Row]]
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        t = self.tables
        self.items = {r['item_code']: r for r in t['items']}
        self.materials = {r['material_code']: r for r in t['item_materials']}
        self.roles = {r['role']: r for r in t['relations']}
        self.material_roles = {r['material_code']: r for r in t['material_roles']}
        self.field_roles = {(r['item_code'], r['field_name_en']): r for r in t['field_roles']}
        self.situations = {r['material_code']: r for r in t['item_situations']}
        self.facts = {r['fact']: r for r in t['item_facts']}
        self.certs = {r['cert_code']: r for r in t['certificates']}
        self.datasets = {r['dataset_code'] for r in t['datasets']}
        self.source_types = {(r['cert_code'], r['field_name_en']): r for r in t['certificate_fields']}
        self.source_types |= {(r['dataset_code'], r['field_name_en']): r for r in t['dataset_fields']}

    def problem(self, *parts: object) -> None:
        """Notes one problem."""
        self.problems.append(' '.join(map(str, parts)))

    def fields_of(self, item: str) -> list[Row]:
        """Form fields of an item."""
        return [r for r in self.tables['item_form_fields'] if r['item_code'] == item]

    def materials_of(self, item: str) -> list[Row]:
        """Materials of an item that are still asked for."""
        return [r for r in self.materials.values() if r['item_code'] == item and r['necessity'] != DROPPED]


MAPPING = ('relations', 'material_roles', 'field_roles', 'item_situations', 'item_rules', 'item_facts',
           'town_profiles')
TABLES = ('items', 'item_materials', 'item_form_fields', 'certificates', 'certificate_fields', 'datasets',
          'dataset_fields', *MAPPING)


def read_catalogue() -> Catalogue:
    """The catalogue and its mapping tables from disk."""
    return Catalogue({name: load(name) for name in TABLES})


# --- expressions ---

def names_in(tree: ast.AST) -> list[tuple[str, str]]:
    """(role, fact) pairs an expression reads; a bare name is a fact of the applicant."""
    prefixes = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    prefixed = [(n.value.id, n.attr) for n in ast.walk(tree)
                if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
    bare = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in prefixes]
    return prefixed + [('applicant', name) for name in bare]


def evaluate(node: ast.AST, read: Callable[[str, str], Value]) -> Value:
    """Three-valued (Kleene) value of an expression; None is unknown. ValueError on a forbidden node."""
    match node:
        case ast.Expression(body=body):
            return evaluate(body, read)
        case ast.Constant(value=value) if isinstance(value, (bool, int, float, str)):
            return value
        case ast.Name(id=name):
            return read('applicant', name)
        case ast.Attribute(value=ast.Name(id=role), attr=name):
            return read(role, name)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = evaluate(operand, read)
            return None if value is None else not value
        case ast.BoolOp(op=op, values=values):
            return _bool_op(isinstance(op, ast.And), [evaluate(v, read) for v in values])
        case ast.Compare():
            return _compare(node, read)
        case ast.BinOp(left=left, op=binary, right=right) if type(binary) in ARITHMETIC:
            a, b = evaluate(left, read), evaluate(right, read)
            return None if a is None or b is None else ARITHMETIC[type(binary)](a, b)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = evaluate(test, read)
            return None if chosen is None else evaluate(body if chosen else orelse, read)
    raise ValueError(f'forbidden {type(node).__name__}')


def _bool_op(is_and: bool, values: list[Value]) -> bool | None:
    decisive = [v for v in values if v is not None and bool(v) != is_and]
    if decisive:
        return not is_and
    return None if None in values else is_and


def _compare(node: ast.Compare, read: Callable[[str, str], Value]) -> bool | None:
    nodes = [node.left, *node.comparators]
    sides = [tuple(evaluate(e, read) for e in n.elts) if isinstance(n, ast.Tuple) else evaluate(n, read)
             for n in nodes]
    return _bool_op(True, [None if left is None or right is None else COMPARE[type(op)](left, right)
                           for op, left, right in zip(node.ops, sides, sides[1:], strict=False)])


def fact_row(cat: Catalogue, name: str) -> Row | None:
    """The declaration of a fact, also of the two patterns has_<cert_code> and row_<dataset>."""
    if name.startswith('has_') and name[4:] in cat.certs:
        return cat.facts['has_<cert_code>']
    if name.startswith('row_') and name[4:].upper() in cat.datasets:
        return cat.facts['row_<DATASET 小写>']
    return cat.facts.get(name)


def check_expression(cat: Catalogue, where: str, text: str) -> None:
    """Known facts of the right kind of subject, nothing but the safe subset."""
    try:
        tree = ast.parse(text, mode='eval')
        evaluate(tree, lambda _role, _fact: None)
    except (SyntaxError, ValueError) as fault:
        cat.problem(where, fault)
        return
    for role, name in names_in(tree):
        fact = fact_row(cat, name)
        if role not in cat.roles or fact is None:
            cat.problem(where, 'unknown', f'{role}.{name}')
        elif fact['role_default'] != '*' and subject_of(cat, role) != subject_of(cat, fact['role_default']):
            cat.problem(where, 'fact of another subject', f'{role}.{name}')


def subject_of(cat: Catalogue, role: str) -> str:
    """person or enterprise."""
    return cat.roles[role]['subject_type']


# --- tables ---

def check_relations(cat: Catalogue) -> None:
    """Closed lists and parallel kind/direction lists."""
    for r in cat.tables['relations']:
        kinds, directions = split(r['relation_kind']), split(r['direction'])
        if len(kinds) != len(directions) or set(kinds) - KINDS or set(directions) - DIRECTIONS:
            cat.problem('relations', r['role'], 'kind or direction')
        if r['subject_type'] not in ('person', 'enterprise') or r['anchor'] not in cat.roles:
            cat.problem('relations', r['role'], 'subject or anchor')


def check_material_roles(cat: Catalogue) -> None:
    """One row per material; certificate holders fit the roles; mode tokens are known."""
    codes = [r['material_code'] for r in cat.tables['material_roles']]
    if sorted(codes) != sorted(cat.materials):
        cat.problem('material_roles: not one row per material')
    for code, row in cat.material_roles.items():
        roles = split(row['roles'])
        if not roles or set(roles) - set(cat.roles):
            cat.problem('material_roles', code, row['roles'])
            continue
        cert = cat.materials[code]['cert_code']
        for role in roles if cert else []:
            check_holder(cat, f'material_roles {code}', cert, role)
        for token in split(row['mode_note']):
            if token not in ('absence_ok', 'any') and token not in {f'if_any:{r}' for r in roles}:
                cat.problem('material_roles', code, 'mode', token)


def check_holder(cat: Catalogue, where: str, cert: str, role: str) -> None:
    """A person's certificate belongs to a person role."""
    holder, subject = cat.certs[cert]['holder_type'], subject_of(cat, role)
    if holder not in ('both', subject):
        cat.problem(where, cert, 'cannot be held by', role)


def check_field_roles(cat: Catalogue) -> None:
    """One row per form field; sides, lists and type differences are declared."""
    keys = {(r['item_code'], r['field_name_en']) for r in cat.tables['item_form_fields']}
    if set(cat.field_roles) != keys or len(cat.tables['field_roles']) != len(keys):
        cat.problem('field_roles: not one row per field')
    for form in cat.tables['item_form_fields']:
        row = cat.field_roles.get((form['item_code'], form['field_name_en']))
        where = f"field_roles {form['item_code']} {form['field_name_en']}"
        if row is None or row['role'] not in cat.roles or row['transform'] not in TRANSFORMS:
            cat.problem(where, 'role or transform')
            continue
        if (row['side'] == 'other') != bool(SIDED.match(form['prefill_ref'])):
            cat.problem(where, 'side')
        if form['prefill_source_type'] in ('certificate', 'dataset'):
            check_field_source(cat, where, form, row)


def check_field_source(cat: Catalogue, where: str, form: Row, row: Row) -> None:
    """The source's holder, type and code list fit, or a transform says how they are made to."""
    home, name = form['prefill_ref'].split('.')
    if home in cat.certs:
        check_holder(cat, where, home, row['role'])
    source = cat.source_types[home, name]
    types = (form['data_type'], source['data_type'])
    lists = (form['standard_code_list'], source.get('standard_code_list', ''))
    differs = (types[0] != types[1] and types not in COMPATIBLE) or (all(lists) and lists[0] != lists[1])
    if differs and not row['transform']:
        cat.problem(where, 'needs a transform', types, lists)
    if (form['data_type'] == 'table' or row['transform'].startswith('list_')) and row['multi'] != 'Y':
        cat.problem(where, 'multi')


def check_situations(cat: Catalogue) -> None:
    """One row per 情形必要 material, one question per situation."""
    wanted = {m for m, r in cat.materials.items() if r['necessity'] == SITUATIONAL}
    if set(cat.situations) != wanted or len(cat.tables['item_situations']) != len(wanted):
        cat.problem('item_situations: not one row per 情形必要 material')
    seen: dict[tuple[str, str], tuple[str, str, str]] = {}
    for r in cat.tables['item_situations']:
        same = (r['question_cn'], r['auto_expr'], r['exclusive_group'])
        if seen.setdefault((r['item_code'], r['situation_code']), same) != same:
            cat.problem('item_situations', r['material_code'], 'same situation, other question')
        if not r['question_cn'].endswith('?'):
            cat.problem('item_situations', r['material_code'], 'not a question')
        if not re.fullmatch(r'[a-z][a-z0-9_]{1,30}', r['situation_code']):
            cat.problem('item_situations', r['material_code'], 'situation_code')
        if r['auto_expr']:
            check_expression(cat, f"item_situations {r['material_code']}", r['auto_expr'])


def check_rules(cat: Catalogue) -> None:
    """Every item has a rule; a hard rule is computable."""
    if {r['item_code'] for r in cat.tables['item_rules']} != set(cat.items):
        cat.problem('item_rules: items without a rule')
    seen: set[tuple[str, str]] = set()
    for r in cat.tables['item_rules']:
        where = f"item_rules {r['item_code']} {r['rule_code']}"
        if (r['item_code'], r['rule_code']) in seen or not r['text_cn'] or not r['basis']:
            cat.problem(where, 'duplicate or empty')
        seen.add((r['item_code'], r['rule_code']))
        if r['hard'] not in ('Y', 'N') or (r['hard'] == 'Y' and not r['expr']):
            cat.problem(where, 'hard')
        if r['expr']:
            check_expression(cat, where, r['expr'])


def check_facts(cat: Catalogue) -> None:
    """At most 60 facts, each derivable from a field of the catalogue."""
    if len(cat.facts) > 60 or len(cat.facts) != len(cat.tables['item_facts']):
        cat.problem('item_facts: too many or duplicate')
    for r in cat.facts.values():
        if r['expr_kind'] not in EXPR_KINDS or r['role_default'] not in {*cat.roles, '*'}:
            cat.problem('item_facts', r['fact'], 'kind or role')
        for ref in split(r['source_refs']) if r['expr_kind'] != 'pattern' else []:
            if tuple(ref.split('.')) not in cat.source_types:
                cat.problem('item_facts', r['fact'], ref)


# --- town profiles ---

@dataclass
class Profile:
    """One town profile: the authored cells parsed, the needs filled by `derive`."""

    code: str
    items: list[str]
    base: dict[str, str]                       # role -> the role that is the same party
    situations: set[tuple[str, str]]
    skipped: set[tuple[str, str]]
    facts: dict[tuple[str, str], Value]
    certs: dict[str, None] = field(default_factory=dict)      # 'role:cert_code', ordered
    rows: dict[str, None] = field(default_factory=dict)       # 'role:DATASET', ordered

    def party(self, role: str) -> str | None:
        """The role under which the needs of this role's party are written, None when nobody has it."""
        return self.base.get(role)


def literal(text: str, data_type: str) -> Value:
    """A fact value of a CSV cell; an empty cell is unknown."""
    if text == '':
        return None
    if data_type == 'bool':
        return {'true': True, 'false': False}[text]
    return int(text) if data_type == 'integer' else float(text) if data_type == 'decimal' else text


def parse_profile(cat: Catalogue, row: Row) -> Profile:
    """The authored cells of one row."""
    base = {} if row['subject_type'] == 'enterprise' else {'applicant': 'applicant'}
    for part in split(row['roles']):
        role, _, same = part.partition('=')
        base[role] = same or role
    facts: dict[tuple[str, str], Value] = {}
    for part in split(row['facts']):
        left, _, value = part.partition('=')
        role, _, name = left.rpartition('.')
        facts[role or 'applicant', name] = literal(value, cat.facts[name]['data_type'])
    return Profile(row['profile_code'], split(row['items']), base, pairs(row['situations']),
                   pairs(row['skip_fields']), facts)


def pairs(cell: str) -> set[tuple[str, str]]:
    """`item:name` parts of a cell."""
    return {(item, name) for item, _, name in (part.partition(':') for part in split(cell))}


def derive(cat: Catalogue, profile: Profile) -> None:
    """Fills certs and rows from the applicable materials, the form fields and the facts."""
    for item in profile.items:
        for material in applicable(cat, profile, item):
            need_material(cat, profile, material)
        for form in cat.fields_of(item):
            need_field(cat, profile, form)
    for (role, name), value in profile.facts.items():
        declared = cat.facts[name]
        home = declared['source_refs'].split('.')[0]
        # Everybody except a newborn has a population row, and materials ask for it where it matters.
        if value != literal(declared['town_default'], declared['data_type']) and home != 'DS_PERSON_BASE':
            need(profile, profile.party(role) or role, home, home in cat.certs)


def applicable(cat: Catalogue, profile: Profile, item: str) -> list[Row]:
    """Materials of the item this profile must bring."""
    return [m for m in cat.materials_of(item) if m['necessity'] != SITUATIONAL
            or (item, cat.situations[m['material_code']]['situation_code']) in profile.situations]


def need(profile: Profile, party: str, code: str, is_cert: bool) -> None:
    """Writes one need down."""
    (profile.certs if is_cert else profile.rows)[f'{party}:{code}'] = None


def need_material(cat: Catalogue, profile: Profile, material: Row) -> None:
    """What the material's preferred mode reads, for every role it concerns."""
    mode = material['preferred_obtain_mode']
    row_code = material['dataset_code'] if mode in ROW_MODES else ''
    code = material['cert_code'] if mode == '证照调用' else row_code
    mapped = cat.material_roles[material['material_code']]
    tokens = split(mapped['mode_note'])
    roles = [r for r in split(mapped['roles']) if profile.party(r) or f'if_any:{r}' not in tokens]
    for role in roles[:1] if 'any' in tokens else roles:
        party = profile.party(role)
        if party is None:
            cat.problem('town_profiles', profile.code, material['material_code'], 'nobody is', role)
        elif code and not ('absence_ok' in tokens and contradicted(cat, profile, material, role)):
            need(profile, party, code, mode == '证照调用')


def contradicted(cat: Catalogue, profile: Profile, material: Row, role: str) -> bool:
    """Whether a row would deny the profile, as a 低保 row would of someone who has none."""
    told = [profile.facts.get((role, r['fact']), False) for r in cat.facts.values()
            if r['data_type'] == 'bool' and r['town_default'] == 'false'
            and r['source_refs'].split('.')[0] == material['dataset_code']]
    return material['material_name'].startswith('未享受') or (bool(told) and not any(told))


def need_field(cat: Catalogue, profile: Profile, form: Row) -> None:
    """The certificate or row a prefilled field reads, unless its situation does not hold."""
    key = (form['item_code'], form['field_name_en'])
    if form['prefill_source_type'] not in ('certificate', 'dataset') or key in profile.skipped:
        return
    mapped = cat.field_roles[key]
    home = form['prefill_ref'].split('.')[0]
    party = profile.party(mapped['role'])
    if party is None:
        if form['required'] == 'Y':
            cat.problem('town_profiles', profile.code, *key, 'nobody is', mapped['role'])
        return
    local = profile.facts.get((mapped['role'], 'hukou_in_city'), True)
    at_home = mapped['transform'] == 'residence_or_hukou' and local
    if not at_home and not situational_only(cat, profile, form['item_code'], home):
        need(profile, party, home, home in cat.certs)


def situational_only(cat: Catalogue, profile: Profile, item: str, home: str) -> bool:
    """Whether the source belongs only to materials of situations that do not hold for the profile."""
    owners = [m for m in cat.materials_of(item) if home in (m['cert_code'], m['dataset_code'])]
    chosen = {m['material_code'] for m in applicable(cat, profile, item)}
    return bool(owners) and not any(m['material_code'] in chosen for m in owners)


def relations_of(cat: Catalogue, profile: Profile) -> list[str]:
    """`role:relation_kind:direction` for every role somebody other than the applicant fills."""
    found = []
    for role, same in profile.base.items():
        kinds = split(cat.roles[role]['relation_kind'])
        if (kinds and same not in ('applicant', 'legal_rep')) or (role == same and kinds):
            found.append(f"{role}:{kinds[0]}:{split(cat.roles[role]['direction'])[0]}")
    return found


def reader(cat: Catalogue, profile: Profile) -> Callable[[str, str], Value]:
    """Facts of the profile's people as a town made from it would give them."""
    given = {(profile.party(role) or role, name): value for (role, name), value in profile.facts.items()}

    def read(role: str, name: str) -> Value:
        party = profile.party(role)
        if party is None:
            return None
        if name.startswith('has_') and name[4:] in cat.certs:
            return f'{party}:{name[4:]}' in profile.certs
        if name.startswith('row_'):
            return f'{party}:{name[4:].upper()}' in profile.rows
        declared = cat.facts[name]
        return given.get((party, name), literal(declared['town_default'], declared['data_type']))

    return read


def check_profile(cat: Catalogue, profile: Profile) -> None:
    """The profile's situations follow from its facts, and no hard rule refuses it."""
    read = reader(cat, profile)
    for r in cat.tables['item_rules']:
        asked = r['item_code'] in profile.items and r['hard'] == 'Y'
        if asked and evaluate(ast.parse(r['expr'], mode='eval'), read) is not True:
            cat.problem('town_profiles', profile.code, r['item_code'], r['rule_code'], 'not met:', r['expr'])
    known = {(r['item_code'], r['situation_code']) for r in cat.situations.values()}
    for pair in profile.situations:
        if pair not in known or pair[0] not in profile.items:
            cat.problem('town_profiles', profile.code, 'situation', pair)
    for role, _ in profile.facts:
        if role not in profile.base:
            cat.problem('town_profiles', profile.code, 'facts of nobody:', role)
    for item in profile.items:
        check_profile_item(cat, profile, item, read)


def check_profile_item(cat: Catalogue, profile: Profile, item: str,
                       read: Callable[[str, str], Value]) -> None:
    """auto_expr agrees with the situations named, and one at most of each exclusive group holds."""
    rows = {r['situation_code']: r for r in cat.situations.values() if r['item_code'] == item}
    held = {code for code in rows if (item, code) in profile.situations}
    groups = [rows[code]['exclusive_group'] for code in held if rows[code]['exclusive_group']]
    if len(groups) != len(set(groups)):
        cat.problem('town_profiles', profile.code, item, 'two of one exclusive group')
    for code, r in rows.items():
        value = evaluate(ast.parse(r['auto_expr'], mode='eval'), read) if r['auto_expr'] else None
        if value is not None and bool(value) != (code in held) and r['exclusive_group'] not in groups:
            cat.problem('town_profiles', profile.code, item, code, 'is', value, 'by', r['auto_expr'])
        if value is False and code in held:
            cat.problem('town_profiles', profile.code, item, code, 'held, but', r['auto_expr'], 'is false')


def check_coverage(cat: Catalogue, profiles: list[Profile]) -> None:
    """Every item, and every situation of it, has a profile that can bring it all."""
    items = {i for p in profiles for i in p.items}
    if items != set(cat.items):
        cat.problem('town_profiles: items', items ^ set(cat.items))
    held = {pair for p in profiles for pair in p.situations}
    missing = {(r['item_code'], r['situation_code']) for r in cat.situations.values()} - held
    if missing:
        cat.problem('town_profiles: situations nobody is in', sorted(missing))


def check_profiles(cat: Catalogue) -> list[Profile]:
    """All profiles, derived, checked, and compared with the generated columns on disk."""
    profiles = [parse_profile(cat, r) for r in cat.tables['town_profiles']]
    for profile, row in zip(profiles, cat.tables['town_profiles'], strict=True):
        derive(cat, profile)
        check_profile(cat, profile)
        if {k: row[k] for k in GENERATED} != generated(cat, profile):
            cat.problem('town_profiles', profile.code, 'generated columns are stale: run --write-profiles')
    check_coverage(cat, profiles)
    return profiles


GENERATED = ('needs_certs', 'needs_rows', 'relations')


def generated(cat: Catalogue, profile: Profile) -> Row:
    """The generated cells of one profile."""
    return {'needs_certs': ';'.join(sorted(profile.certs)), 'needs_rows': ';'.join(sorted(profile.rows)),
            'relations': ';'.join(relations_of(cat, profile))}


def write_profiles(cat: Catalogue) -> None:
    """Rewrites the generated columns of town_profiles.csv."""
    rows = cat.tables['town_profiles']
    for row in rows:
        profile = parse_profile(cat, row)
        derive(cat, profile)
        row.update(generated(cat, profile))
    with open(HERE / 'town_profiles.csv', 'w', encoding='utf-8', newline='') as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator='\n')
        writer.writeheader()
        writer.writerows(rows)
    cat.problems.clear()


def check(cat: Catalogue) -> list[str]:
    """All problems of the mapping, none when it is sound."""
    for verify in (check_relations, check_material_roles, check_field_roles, check_situations, check_facts,
                   check_rules, check_profiles):
        verify(cat)
    return cat.problems


def main(arguments: list[str]) -> int:
    """Command line: optional --write-profiles, then the check."""
    cat = read_catalogue()
    if '--write-profiles' in arguments:
        write_profiles(cat)
    problems = check(cat)
    for line in problems[:200]:
        print(line)
    print(', '.join(f'{len(cat.tables[name])} {name}' for name in MAPPING))
    print(f'{len(problems)} PROBLEMS' if problems else 'ALL CHECKS PASSED')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
