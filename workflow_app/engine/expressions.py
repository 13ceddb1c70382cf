"""Conditions of a drawing: a small language over facts, with the notation of Python and none of its powers.

A condition compares facts, ``element['key']``, with constants or other facts, and joins comparisons by ``and``, ``or``,
``not``. It is parsed into a tree, every node is checked against an allow-list, and the tree is walked by the functions
below: nothing is compiled, nothing is executed, and no value of the program can be reached.

Exact decimals are facts in the form of text (``"84.0"``). Beside a number they count as numbers. A fact that is not
known yet is None: it equals only None, it is contained in nothing, and no order comparison with it holds.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

MAX_LENGTH = 500
MAX_NODES = 120
MAX_DEPTH = 12
MAX_TEXT = 100
MAX_NUMBER = 10**12

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MEMBERSHIP = (ast.In, ast.NotIn)
_EQUALITY = (ast.Eq, ast.NotEq)


class ExpressionRefused(ValueError):  # noqa: N818 - a refusal, as elsewhere in the engine
    """The text is not a condition of this language; the message says which part of it is not."""


@lru_cache(maxsize=2048)
def parse(expression: str) -> ast.expr:
    """The checked tree of a condition. Trees are never changed and may be shared between threads.

    Raises:
        ExpressionRefused: too long, not an expression, or holding something that is not on the allow-list.
    """
    if len(expression) > MAX_LENGTH:
        raise ExpressionRefused(f"longer than {MAX_LENGTH} characters")
    if "\\" in expression or "\x00" in expression:
        raise ExpressionRefused("a backslash")
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionRefused("not an expression") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ExpressionRefused("too many parts")
    _check(tree, MAX_DEPTH)
    for node in ast.walk(tree):
        # Python reads ｒeview as review: a name that looks like another must not become it.
        if isinstance(node, ast.Name) and ast.get_source_segment(expression.strip(), node) != node.id:
            raise ExpressionRefused("a name in other letters than a-z")
    return tree


def facts_read(expression: str) -> frozenset[tuple[str, str]]:
    """Every (element, fact key) that a condition reads.

    Raises:
        ExpressionRefused: see :func:`parse`.
    """
    return frozenset(_fact(node) for node in ast.walk(parse(expression)) if isinstance(node, ast.Subscript))


def prefixed(expression: str, prefix: str) -> str:
    """The same condition over the facts of a copy of the drawing, whose element ids begin with ``prefix``.

    Raises:
        ExpressionRefused: see :func:`parse`.
    """
    tree = ast.parse(ast.unparse(parse(expression)), mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = prefix + node.id
    return ast.unparse(tree)


def holds(expression: str, facts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a condition holds over the facts of a case.

    Raises:
        ExpressionRefused: see :func:`parse`; or two values cannot be compared.
        KeyError: a fact is missing altogether; a fact that is merely unknown has to be there as None.
    """
    return bool(_value(parse(expression), facts))


def _check(node: ast.expr, depth: int) -> None:
    if depth == 0:
        raise ExpressionRefused("nested too deeply")
    match node:
        case ast.BoolOp(values=parts):
            pass
        case ast.UnaryOp(op=ast.Not(), operand=part):
            parts = [part]
        case ast.Compare(left=left, ops=ops, comparators=others):
            if not all(isinstance(op, (*_ORDER, *_MEMBERSHIP, *_EQUALITY)) for op in ops):
                raise ExpressionRefused("an identity test")
            parts = [left, *others]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            if not all(isinstance(part, ast.Constant | ast.UnaryOp) for part in parts):
                raise ExpressionRefused("a list of something else than constants")
        case ast.Subscript():
            _fact(node)
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if type(value) in (int, float):
            parts = [node.operand]
        case ast.Constant():
            _check_constant(node.value)
            return
        case _:
            raise ExpressionRefused(type(node).__name__)
    for part in parts:
        _check(part, depth - 1)


def _check_constant(value: object) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        return
    # The bounds also refuse inf and nan, which are not constants but can be written as 1e999.
    if isinstance(value, int | float) and -MAX_NUMBER <= value <= MAX_NUMBER:
        return
    raise ExpressionRefused(f"a constant of type {type(value).__name__}, or too large")


def _fact(node: ast.Subscript) -> tuple[str, str]:
    match node:
        case ast.Subscript(value=ast.Name(id=element), slice=ast.Constant(value=str(key))) if _KEY.fullmatch(
            element
        ) and _KEY.fullmatch(key):
            return element, key
    raise ExpressionRefused("a subscript that is not a fact: element['key']")


def _value(node: ast.expr, facts: Mapping[str, Mapping[str, Any]]) -> Any:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_value(part, facts) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_value(part, facts) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not _value(part, facts)
        case ast.UnaryOp(operand=part):
            return -_value(part, facts)
        case ast.Compare(left=left, ops=ops, comparators=others):
            values = [_value(part, facts) for part in (left, *others)]
            return all(_compare(op, a, b) for op, a, b in zip(ops, values, values[1:], strict=False))
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_value(part, facts) for part in parts]
        case ast.Subscript():
            element, key = _fact(node)
            return facts[element][key]
        case ast.Constant(value=value):
            return Decimal(str(value)) if isinstance(value, float) else value
    raise AssertionError(f"{type(node).__name__} was not refused by the check")


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool:
    if isinstance(op, _EQUALITY):
        return _equal(left, right) == isinstance(op, ast.Eq)
    if isinstance(op, _MEMBERSHIP):
        return _contains(right, left) == isinstance(op, ast.In)
    if left is None or right is None:
        return False
    left, right = _as_numbers(left, right)
    if _is_number(left) != _is_number(right) or not isinstance(left, str | int | Decimal):
        raise ExpressionRefused(f"an order between {type(left).__name__} and {type(right).__name__}")
    return _ORDER[type(op)](left, right)


def _equal(left: Any, right: Any) -> bool:
    left, right = _as_numbers(left, right)
    # In Python True == 1; a yes is not a number.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _contains(container: Any, value: Any) -> bool:
    if container is None or value is None:
        return False
    if isinstance(container, list | tuple):
        return any(_equal(member, value) for member in container)
    raise ExpressionRefused(f"membership in {type(container).__name__}")


def _as_numbers(left: Any, right: Any) -> tuple[Any, Any]:
    if _is_number(left) and isinstance(right, str):
        return left, _decimal(right)
    if isinstance(left, str) and _is_number(right):
        return _decimal(left), right
    return left, right


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _decimal(text: str) -> Decimal | str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text
