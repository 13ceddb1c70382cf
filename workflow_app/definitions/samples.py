"""Sample facts for the dry run: for every fact that a condition reads, one value for each way it can be routed.

Two values between which no comparison of the drawing can tell are the same to it, so that only one is tried.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, product
from typing import Any

from workflow_app.definitions.check_routes import fact_values
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine.expressions import ExpressionRefused, facts_read, holds, parse

MAX_COMBINATIONS = 200
"""Most combinations of facts that one step is tried with."""

_OTHER = "其他"
_EXACT = frozenset({"decimal", "percentage", "money"})

Fact = tuple[str, str]


@dataclass
class Samples:
    """The facts that conditions read, the comparisons that they stand in, and the values worth trying."""

    version: ProcessVersion
    constants: dict[Fact, list[Any]] = field(default_factory=dict)
    comparisons: dict[Fact, list[str]] = field(default_factory=dict)  # with constants alone
    beside: set[Fact] = field(default_factory=set)  # facts that are compared with other facts
    readers: dict[str, set[str]] = field(default_factory=dict)  # element -> gateways whose conditions read its facts

    def __post_init__(self) -> None:
        for flow, expression in self.version.expanded.conditions.items():
            for fact in sorted(facts_read(expression)):
                self.constants.setdefault(fact, [])
                self.comparisons.setdefault(fact, [])
                self.readers.setdefault(fact[0], set()).add(self.version.expanded.flows[flow][0])
            for node in _comparisons(parse(expression)):
                self._note(node)

    def _note(self, comparison: ast.expr) -> None:
        text = ast.unparse(comparison)
        read = facts_read(text)
        sides = [comparison.left, *comparison.comparators] if isinstance(comparison, ast.Compare) else []
        plain = [side for side in sides if not facts_read(ast.unparse(side))]
        for fact in read:
            # A fact that stands alone is a yes or no.
            self.constants[fact] += [v for s in plain for v in _members(ast.literal_eval(s))] if sides else [True]
            self.comparisons[fact].append(text)
        if len(read) > 1:
            self.beside |= read

    def of(self, element: str) -> list[dict[str, Any]]:
        """The sets of facts to complete an element with; one empty set if nobody asks about it."""
        keys = [key for found, key in self.constants if found == element]
        values = [self._distinct((element, key)) for key in keys]
        return [dict(zip(keys, chosen, strict=True)) for chosen in islice(product(*values), MAX_COMBINATIONS)]

    def relevant(self) -> Mapping[str, frozenset[str]]:
        """Element -> nodes from which a condition on its facts may be reached before they are written anew."""
        graph = self.version.graph
        return {element: graph.reaching(gates, barrier=element) for element, gates in self.readers.items()}

    def kind_of(self, fact: Fact, value: Any) -> str:
        """The same text for all values that the drawing does not tell from each other."""
        if fact in self.beside:
            return repr(value)
        element, key = fact
        return "".join(_answer(text, {element: {key: value}}) for text in self.comparisons.get(fact, ()))

    def _distinct(self, fact: Fact) -> list[Any]:
        found: dict[str, Any] = {}
        for value in self._values(*fact):
            found.setdefault(self.kind_of(fact, value), value)
        return list(found.values())

    def _values(self, element: str, key: str) -> Iterable[Any]:
        form = self.version.form(element) if element in self.version.tasks else None
        if form is not None and (listed := fact_values(form, key)):
            return listed if key == "decision" else (*listed, None)
        asked = next((f for f in form.fields if f.key == key), None) if form else None
        exact = form is not None and (asked is None or asked.type in _EXACT)
        found = [v for constant in self.constants[element, key] for v in _around(constant, asked, exact=exact)]
        return (*(found or ["0", "1"] if exact else found or [0, 1]), None)


def _comparisons(node: ast.expr) -> Iterator[ast.expr]:
    """The smallest parts of a condition that are true or false: comparisons, and facts that stand alone."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _comparisons(part)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _comparisons(node.operand)
    else:
        yield node


def _members(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _answer(comparison: str, facts: Mapping[str, Mapping[str, Any]]) -> str:
    try:
        return "yes " if holds(comparison, facts) else "no "
    except ExpressionRefused:
        return "refused "


def _around(constant: Any, asked: Field | None, *, exact: bool) -> Iterator[Any]:
    """Values below, at and above a constant, as the facts of such a field are spelt."""
    if isinstance(constant, bool):
        yield from (True, False)
    elif isinstance(constant, str):
        yield from (constant, _OTHER)
    elif constant is not None:
        low = asked.min if asked and asked.min is not None else float("-inf")
        high = asked.max if asked and asked.max is not None else float("inf")
        for value in (Decimal(str(constant)) + step for step in (-1, 0, 1)):
            if low <= value <= high:
                yield str(value) if exact else int(value)
