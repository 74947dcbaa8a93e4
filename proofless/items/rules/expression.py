"""条件表达式: a safe subset of Python expressions over facts, three-valued where facts are unknown. Pure.

Allowed: and/or/not, comparisons (chained too), in/not in, + - * /, if-else, constants, tuples, ``fact`` and
``role.fact``. Everything else is refused when the expression is read. A fact nobody knows is None; None
spreads as in Kleene's logic, so an expression is True or False only when no value of the unknown facts could
change it. A comparison of unlike kinds, a division by zero or an overflow is unknown too: a rule fails
closed, never with an error.
"""

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from proofless.items.rules.reading import Explanation, read_aloud

MAX_LENGTH, MAX_NODES = 1000, 200
Plain = bool | int | Decimal | str | tuple["Plain", ...]  # what a known fact or a result may be
Known = Plain | None
GetFact = Callable[[str], object]
Evaluate = Callable[[GetFact], Known]
Refer = Callable[[ast.expr], str]


class ExpressionInvalid(ValueError):
    """The text is not an expression of the subset; the message is Chinese and names what is refused."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. ``facts`` are the references it needs, each ``role.fact`` (or ``fact`` without a
    role).
    """

    text: str
    facts: frozenset[str]
    tree: ast.expr
    _refer: Refer
    _run: Evaluate

    def evaluate(self, get: GetFact) -> Known:
        """The value with the facts ``get`` knows (a mapping's ``get`` will do); None when unknown."""
        return self._run(get)

    def holds(self, get: GetFact) -> bool | None:
        """As a condition: True, False, or None for unknown; a value that is no truth value is unknown."""
        value = self._run(get)
        return value if isinstance(value, bool) else None

    def explain(self, get: GetFact, label: Callable[[str], str]) -> Explanation:
        """The condition and its parts in Chinese, each with its truth. ``label`` names a fact reference."""

        def truth(node: ast.expr) -> bool | None:
            value = _compile(node, self._refer)(get)
            return value if isinstance(value, bool) else None

        return read_aloud(self.tree, truth, lambda node: label(self._refer(node)))


def parse_expression(
    text: str, *, roles: Mapping[str, str] | None = None, default_role: str = ""
) -> Expression:
    """Read an expression. A bare fact belongs to its role in ``roles``, else to ``default_role``.

    Raises ExpressionInvalid.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionInvalid(f"表达式超过{MAX_LENGTH}个字符")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionInvalid("表达式写法有误") from error
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ExpressionInvalid(f"表达式超过{MAX_NODES}个部分")
    refer = _referring(dict(roles or {}), default_role)
    run = _compile(tree, refer)
    return Expression(text, frozenset(_facts(tree, refer)), tree, refer, run)


def _referring(roles: Mapping[str, str], default_role: str) -> Refer:
    def refer(node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            role = roles.get(node.id, default_role)
            return f"{role}.{node.id}" if role else node.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return f"{node.value.id}.{node.attr}"
        raise ExpressionInvalid("只能写“角色.事实”")

    return refer


def _facts(node: ast.expr, refer: Refer) -> set[str]:
    if isinstance(node, ast.Name | ast.Attribute):
        return {refer(node)}
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    return set().union(*(_facts(part, refer) for part in parts)) if parts else set()


def plain(value: object) -> Known:
    """A fact as the engine sees it: dates as ISO text, floats as exact decimals; anything else is unknown."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Collection):
        parts = [plain(part) for part in value]
        return tuple(part for part in parts if part is not None) if None not in parts else None
    return None


def _compile(node: ast.expr, refer: Refer) -> Evaluate:
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise ExpressionInvalid(f"不允许的写法:{type(node).__name__}")
    return compiler(node, refer)


def _constant(node: ast.Constant, refer: Refer) -> Evaluate:
    if not isinstance(node.value, bool | int | float | str) or plain(node.value) is None:
        raise ExpressionInvalid("常量只能是文字、数字或真假")
    value = plain(node.value)
    return lambda get: value


def _fact(node: ast.expr, refer: Refer) -> Evaluate:
    name = refer(node)
    if any(part.startswith("_") for part in name.split(".")):
        raise ExpressionInvalid("事实名不能以下划线开头")
    return lambda get: plain(get(name))


def _tuple(node: ast.Tuple, refer: Refer) -> Evaluate:
    parts = [_compile(part, refer) for part in node.elts]

    def run(get: GetFact) -> Known:
        values = [part(get) for part in parts]
        known = [value for value in values if value is not None]
        return tuple(known) if len(known) == len(values) else None

    return run


def _bool_op(node: ast.BoolOp, refer: Refer) -> Evaluate:
    parts = [_compile(part, refer) for part in node.values]
    decisive = isinstance(node.op, ast.Or)

    def run(get: GetFact) -> Known:
        unknown = False
        for part in parts:
            value = part(get)
            if value is decisive:
                return decisive
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not decisive

    return run


def _unary(node: ast.UnaryOp, refer: Refer) -> Evaluate:
    if not isinstance(node.op, ast.Not):
        raise ExpressionInvalid(f"不允许的写法:{type(node.op).__name__}")
    part = _compile(node.operand, refer)

    def run(get: GetFact) -> Known:
        value = part(get)
        return not value if isinstance(value, bool) else None

    return run


def _if_else(node: ast.IfExp, refer: Refer) -> Evaluate:
    test, yes, no = (_compile(part, refer) for part in (node.test, node.body, node.orelse))

    def run(get: GetFact) -> Known:
        truth = test(get)
        return (yes(get) if truth else no(get)) if isinstance(truth, bool) else None

    return run


def _compare(node: ast.Compare, refer: Refer) -> Evaluate:
    parts = [_compile(part, refer) for part in (node.left, *node.comparators)]
    tests = [_TESTS.get(type(op)) for op in node.ops]
    if None in tests:
        raise ExpressionInvalid("不允许的比较")

    def run(get: GetFact) -> Known:
        values, unknown = [part(get) for part in parts], False
        for test, left, right in zip(tests, values, values[1:], strict=False):
            truth = None if left is None or right is None or test is None else test(left, right)
            if truth is False:
                return False
            unknown = unknown or truth is None
        return None if unknown else True

    return run


def _arithmetic(node: ast.BinOp, refer: Refer) -> Evaluate:
    operate = _OPERATIONS.get(type(node.op))
    if operate is None:
        raise ExpressionInvalid(f"不允许的写法:{type(node.op).__name__}")
    left, right = _compile(node.left, refer), _compile(node.right, refer)

    def run(get: GetFact) -> Known:
        one, other = left(get), right(get)
        if not _is_number(one) or not _is_number(other):
            return None
        try:
            return plain(operate(Decimal(one), Decimal(other)))  # type: ignore[arg-type]
        except ArithmeticError:
            return None

    return run


def _is_number(value: Known) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _alike(left: Plain, right: Plain) -> bool:
    """Of one kind, so that a comparison means something: '1' and 1 do not compare."""
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool)
    return (_is_number(left) and _is_number(right)) or type(left) is type(right)


def _equal(left: Plain, right: Plain) -> bool | None:
    return left == right if _alike(left, right) else None


def _unequal(left: Plain, right: Plain) -> bool | None:
    return left != right if _alike(left, right) else None


def _member(left: Plain, right: Plain) -> bool | None:
    if not isinstance(right, tuple) or isinstance(left, tuple):
        return None
    found = [_equal(left, one) for one in right]
    return True if True in found else None if None in found else False


def _no_member(left: Plain, right: Plain) -> bool | None:
    found = _member(left, right)
    return None if found is None else not found


def _ordered(test: Callable[[int], bool]) -> Callable[[Plain, Plain], bool | None]:
    def run(left: Plain, right: Plain) -> bool | None:
        if not _alike(left, right) or isinstance(left, bool | tuple):
            return None
        return test((left > right) - (left < right))  # type: ignore[operator]

    return run


_TESTS: Mapping[type[ast.cmpop], Callable[[Plain, Plain], bool | None]] = {
    ast.Eq: _equal,
    ast.NotEq: _unequal,
    ast.In: _member,
    ast.NotIn: _no_member,
    ast.Lt: _ordered(lambda order: order < 0),
    ast.LtE: _ordered(lambda order: order <= 0),
    ast.Gt: _ordered(lambda order: order > 0),
    ast.GtE: _ordered(lambda order: order >= 0),
}
_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_COMPILERS: dict[type[ast.expr], Callable[..., Evaluate]] = {
    ast.Constant: _constant,
    ast.Name: _fact,
    ast.Attribute: _fact,
    ast.Tuple: _tuple,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.IfExp: _if_else,
    ast.Compare: _compare,
    ast.BinOp: _arithmetic,
}
