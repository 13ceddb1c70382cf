"""Conditions: what they can say, and that nothing else can be said."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_app.engine import ExpressionRefused, facts_read
from workflow_app.engine.expressions import holds, parse, prefixed

FACTS: dict[str, dict[str, Any]] = {
    "review": {"decision": "return", "score": "84.0", "count": 3, "urgent": True, "kinds": ["city", "town"]},
    "visit": {"score": "9.5", "decision": None},
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("review['decision'] == 'return'", True),
        ('review["decision"] != "return"', False),
        ("  review['decision'] == 'return'\n", True),
        ("review['decision'] in ('return', 'refuse')", True),
        ("review['decision'] not in ['return', 'refuse']", False),
        ("'town' in review['kinds']", True),
        ("'sea' in review['kinds']", False),
        ("review['urgent']", True),
        ("not review['urgent']", False),
        ("review['urgent'] == True", True),
        ("review['count'] >= 3 and review['count'] < 4", True),
        ("1 < review['count'] <= 2", False),
        ("review['count'] > -1", True),
        ("review['decision'] == 'accept' or review['urgent']", True),
        ("(review['decision'] == 'accept' or review['urgent']) and not visit['decision']", True),
        ("visit['decision'] == None", True),
        ("visit['decision'] == 'return'", False),
        ("True", True),
    ],
)
def test_a_condition_holds_or_not(expression: str, expected: bool) -> None:
    assert holds(expression, FACTS) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("review['score'] >= 84", True),
        ("review['score'] == 84", True),
        ("review['score'] > 84.0", False),
        ("visit['score'] < 10", True),  # as texts "9.5" would be greater than "10"
        ("visit['score'] < 9.50001", True),
        ("review['count'] == '3'", True),
        ("review['count'] in ('3', '4')", True),
    ],
)
def test_exact_decimals_are_numbers_beside_a_number(expression: str, expected: bool) -> None:
    assert holds(expression, FACTS) is expected


def test_an_unknown_fact_is_in_no_order_and_in_nothing() -> None:
    for expression in (
        "visit['decision'] < 1",
        "visit['decision'] >= 1",
        "1 > visit['decision']",
        "1 in visit['decision']",
    ):
        assert holds(expression, FACTS) is False
    assert holds("visit['decision'] not in ('a', 'b')", FACTS) is True


def test_a_yes_is_not_a_number() -> None:
    assert holds("review['urgent'] == 1", FACTS) is False


def test_what_cannot_be_compared_is_refused_and_a_missing_fact_is_an_error() -> None:
    with pytest.raises(ExpressionRefused):
        holds("review['decision'] > 3", FACTS)
    with pytest.raises(ExpressionRefused):
        holds("review['kinds'] > 3", FACTS)
    with pytest.raises(ExpressionRefused):
        holds("'a' in review['decision']", FACTS)
    with pytest.raises(KeyError):
        holds("nobody['decision'] == 'return'", FACTS)
    with pytest.raises(KeyError):
        holds("review['nothing'] == 'return'", FACTS)


ESCAPES = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "review.__class__",
    "review['decision'].upper()",
    "review['decision'].__class__",
    "review['__class__']",
    "review['decision'][0]",
    "review[0]",
    "review['a':'b']",
    "review[review['decision']]",
    "(review)['decision'] is None",
    "review['decision'] is not None",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('1')",
    "len(review['kinds'])",
    "lambda: 1",
    "(lambda: 1)()",
    "[x for x in review['kinds']]",
    "{x for x in review['kinds']}",
    "{'a': 1}",
    "{1, 2}",
    "any(x for x in ())",
    "1 if review['urgent'] else 2",
    "(x := 1)",
    "9**9**9",
    "2 + 2",
    "'a' * 1000000",
    "-'a'",
    "~1",
    "+1",
    "not -review['count']",
    "f'{review}'",
    "f'{().__class__}'",
    "b'bytes'",
    "1j",
    "...",
    "1e999 > 1",
    "99999999999999999999",
    "review",
    "decision == 'return'",
    "Review['decision']",
    "_review['decision']",
    "review['Decision']",
    "评审['decision']",
    "review['decision'] == ['a', ['b']]",
    "review['decision'] in (review, 'a')",
    "*review['kinds']",
    "await review['decision']",
    "yield",
    "import os",
    "x = 1",
    "1; 2",
    "review['decision'] == 'a' # comment \\",
    "'\\x61' == 'a'",
    "review['decision'] == 'a'\nimport os",
    "",
    "   ",
    "\x00",
    "(" * 250 + "1" + ")" * 250,
    "not " * 100 + "True",
    "not " * 20 + "True",
    "[" * 60 + "]" * 60,
    "'" + "a" * 101 + "' == 'a'",
    " or ".join(["review['urgent']"] * 29),
    "review['decision'] == 'a'" + " " * 500,
]


@pytest.mark.parametrize("expression", ESCAPES)
def test_everything_else_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionRefused):
        parse(expression)


def test_the_facts_of_a_condition_are_known() -> None:
    assert facts_read("review['decision'] == 'a' and (visit['score'] > 3 or not review['urgent'])") == {
        ("review", "decision"),
        ("visit", "score"),
        ("review", "urgent"),
    }


def test_a_copy_reads_its_own_facts_and_the_original_is_untouched() -> None:
    expression = "review['decision'] == 'review' and visit['score'] > 3"
    assert prefixed(expression, "county_") == "county_review['decision'] == 'review' and county_visit['score'] > 3"
    assert facts_read(expression) == {("review", "decision"), ("visit", "score")}
