"""Reading a condition aloud: the tree of an expression in Chinese, each part with its truth. Pure."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

_WORDS: dict[type[ast.cmpop], str] = {
    ast.Eq: "为",
    ast.NotEq: "不为",
    ast.In: "属于",
    ast.NotIn: "不属于",
    ast.Lt: "小于",
    ast.LtE: "不超过",
    ast.Gt: "大于",
    ast.GtE: "不小于",
}
# With the fact in the middle of a chain (80 <= age), the left word turns round.
_TURNED: dict[type[ast.cmpop], str] = {ast.Lt: "大于", ast.LtE: "不小于", ast.Gt: "小于", ast.GtE: "不超过"}
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "＋", ast.Sub: "－", ast.Mult: "×", ast.Div: "÷"}
_TRUTHS = {True: "符合", False: "不符合", None: "未知"}

Truth = Callable[[ast.expr], bool | None]
Label = Callable[[ast.expr], str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A condition in Chinese with its truth; ``parts`` are the conditions it is made of."""

    text: str
    truth: bool | None
    parts: tuple["Explanation", ...] = ()

    @property
    def truth_text(self) -> str:
        return _TRUTHS[self.truth]


def read_aloud(node: ast.expr, truth: Truth, label: Label) -> Explanation:
    """The explanation tree of a condition."""
    if isinstance(node, ast.BoolOp):
        text = "须同时符合" if isinstance(node.op, ast.And) else "符合其一即可"
        return Explanation(text, truth(node), tuple(read_aloud(part, truth, label) for part in node.values))
    if isinstance(node, ast.UnaryOp):
        return Explanation("以下情形不得成立", truth(node), (read_aloud(node.operand, truth, label),))
    if isinstance(node, ast.IfExp):
        parts = tuple(read_aloud(part, truth, label) for part in (node.test, node.body, node.orelse))
        return Explanation("如符合第一项,看第二项,否则看第三项", truth(node), parts)
    return Explanation(_phrase(node, label), truth(node))


def _phrase(node: ast.expr, label: Label) -> str:
    if isinstance(node, ast.Compare):
        return _compared(node, label)
    if isinstance(node, ast.Constant):
        return {True: "是", False: "否"}[node.value] if isinstance(node.value, bool) else str(node.value)
    if isinstance(node, ast.Tuple):
        return "、".join(_phrase(part, label) for part in node.elts)
    if isinstance(node, ast.BinOp):
        return f"({_phrase(node.left, label)} {_SIGNS[type(node.op)]} {_phrase(node.right, label)})"
    if isinstance(node, ast.Name | ast.Attribute):
        return label(node)
    if isinstance(node, ast.IfExp):
        test, yes, no = (_phrase(part, label) for part in (node.test, node.body, node.orelse))
        return f"({test} 时 {yes},否则 {no})"
    if isinstance(node, ast.BoolOp):
        joiner = " 且 " if isinstance(node.op, ast.And) else " 或 "
        return f"({joiner.join(_phrase(part, label) for part in node.values)})"
    return f"非({_phrase(node.operand, label)})" if isinstance(node, ast.UnaryOp) else "条件"


def _compared(node: ast.Compare, label: Label) -> str:
    parts = [node.left, *node.comparators]
    if len(parts) == 3 and isinstance(parts[0], ast.Constant) and type(node.ops[0]) in _TURNED:
        low, middle, high = (_phrase(part, label) for part in parts)
        return f"{middle} {_TURNED[type(node.ops[0])]} {low} 且{_WORDS[type(node.ops[1])]} {high}"
    text = _phrase(parts[0], label)
    for op, part in zip(node.ops, parts[1:], strict=True):
        text += f" {_WORDS[type(op)]} {_phrase(part, label)}"
    return text
