"""G-21: the language of conditions. Families of escapes are refused, families of honest conditions are accepted."""

# ruff: noqa: E501 - families of expressions, many on a line

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest

from tests.hostile.fuzz import count, random_for, rounds
from workflow_app.engine import ExpressionRefused, facts_read
from workflow_app.engine.expressions import holds, parse, prefixed

FACT = "review['decision']"
BUILTINS = (
    "__import__", "eval", "exec", "compile", "open", "input", "print", "globals", "locals", "vars", "dir", "getattr", "setattr",
    "delattr", "hasattr", "type", "object", "super", "iter", "next", "map", "filter", "sorted", "len", "sum", "any", "all",
    "str", "int", "bytes", "chr", "ord", "range", "memoryview", "breakpoint", "exit", "help", "id", "hash", "format",
)  # fmt: skip
DUNDERS = (
    "__class__", "__bases__", "__base__", "__mro__", "__subclasses__", "__globals__", "__builtins__", "__code__", "__dict__",
    "__init__", "__getattribute__", "__reduce__", "__self__", "__func__", "__closure__", "__loader__", "__spec__", "gi_frame",
    "f_back", "f_globals", "cr_frame", "tb_frame", "mro", "upper", "format", "format_map", "join", "encode",
)  # fmt: skip
VALUES = (FACT, "review", "''", "()", "[]", "1", "None", "True")
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^")
STATEMENTS = (
    "import os", "from os import system", "x = 1", "x: int = 1", "del review", "pass", "return 1", "raise ValueError", "assert 0",
    "global review", "1; 2", "if 1: pass", "for x in y: pass", "while 1: pass", "def f(): pass", "class A: pass",
    "with open('x'): pass", "try: 1\nexcept: 2", "@x", "async def f(): pass", "match 1:\n case 1: pass", "print 1", "exec 'x'",
)  # fmt: skip
SHAPES = (
    "lambda: {v}", "(lambda: {v})()", "(x := {v})", "[x for x in {v}]", "{{x for x in {v}}}", "{{x: x for x in {v}}}",
    "(x for x in {v})", "{{{v}: 1}}", "{{{v}}}", "f'{{{v}}}'", "{v} if {v} else {v}", "*{v}", "**{v}", "await {v}", "yield {v}",
    "yield from {v}", "~{v}", "+{v}", "-({v})", "{v} is None", "{v} is not None", "{v}[0]", "{v}[:]", "{v}[::-1]", "{v}[...]",
    "{v}()", "{v}(1, 2)", "{v}(**{{}})", "{v}.x", "{v}.x.y()", "print({v})", "({v},)[0]", "[{v}] == [1]", "({v}, 1) == 1",
)  # fmt: skip
LOOKALIKES = (
    "ｒeview['decision']", "review[ʻdecisionʼ]", "rеview['decision']", "𝐫𝐞𝐯𝐢𝐞𝐰['decision']", "ʳeview['decision']", "review['ｄecision']",
    "ᵣeview['decision'] == 'a'", "review‿x['decision']", "评审['decision']", "review['结论']", "ﬁle['decision']", "Ⅰ['decision']",
    "review['decision'] ＝＝ 'a'", "review［'decision'］", "review['decision'] == “a”", "review\u200b['decision']", "\u202ereview['decision']",
    "review['decision\u200b']", "not\u00a0review['decision']", "１ == 1", "ªb['decision']", "ſ['decision']",
)  # fmt: skip
ODD = (
    "", " ", "\n", "\x00", "\\", "'\\x61' == 'a'", "#", "'", '"', "'''", "review[", "review]", "((((", "==", "and", "not", "1 ==", "..", "...",
    "b'a'", "1j", "1e999", "-1e999", "1e400 == 1", "9" * 400, "1_0" * 100, "0x" + "f" * 100, "99999999999999999999", "1000000000001",
    "'" + "a" * 101 + "'", "'a' 'b' * 9", "[" * 60 + "]" * 60, "(" * 240 + "1" + ")" * 240, "not " * 60 + "True", "-" * 60 + "1",
    " or ".join([FACT] * 40), " == ".join(["1"] * 130), "1 if 1 else " * 40 + "1", "x" * 501, "[" + "1," * 200 + "]", "{**{}}", "[*()]",
    "review['decision'].real", "review['__class__']", "review['_x']", "review['Decision']", "review['decision']['x']", "review['a']['b']['c']",
    "review[0]", "review[None]", "review[True]", "review['a', 'b']", "review['a':'b']", "review[review['decision']]", "review[f'{1}']",
    "review[b'a']", "review", "decision", "__builtins__['eval']", "_['a']", "self['a'].x", "Review['decision']", "r eview['decision']",
    "review['decision'] == 'a'\nimport os", "review['decision'] == 'a' if 1 else 2", "review['decision'] == 'a',", "review['decision'] = 'a'",
    "review['decision'] <> 'a'", "review['decision'] === 'a'", "review['decision'] && 1", "!review['decision']", "review['decision'] ?: 1",
    "${review}", "{{ review }}", "%(review)s", "`review`", "$review", "review->decision", "review::decision", "SELECT 1", "<script>",
)  # fmt: skip


def escapes() -> Iterator[str]:
    """Everything that the language must not say."""
    yield from (f"{name}({value})" for name, value in zip(BUILTINS, VALUES * 9, strict=False))
    yield from (f"{value}.{name}" for name, value in zip(DUNDERS, VALUES * 9, strict=False))
    yield from (f"{FACT}.{name}()" for name in DUNDERS)
    yield from (f"review['{name}']" for name in DUNDERS if name.startswith("__"))
    yield from (f"{FACT} {operator} {right} == 1" for operator, right in product(OPERATORS, ("1", FACT)))
    yield from (f"9 {operator} 9 {operator} 9" for operator in OPERATORS)
    yield from (shape.format(v=value) for shape, value in product(SHAPES, (FACT, "review")))
    yield from (*STATEMENTS, *LOOKALIKES, *ODD)


def honest() -> Iterator[str]:
    """What drawings do say."""
    comparisons = ("==", "!=", "in ('agree',", "not in ['agree',")
    for element, word, comparison in product(("review", "committee_2", "a"), ("agree", "return", "同意"), comparisons):
        end = ")" if "(" in comparison else "]" if "[" in comparison else ""
        yield f"{element}['decision'] {comparison} '{word}'{end}"
    for sign, number in product(("<", "<=", ">", ">=", "==", "!="), ("0", "-1", "84", "84.5", "1000000000000", "0.1")):
        yield f"assessment['score'] {sign} {number}"
    for join in ("and", "or"):
        yield f"{FACT} == 'agree' {join} not visit['urgent'] {join} visit['score'] > 3"
        yield f"({FACT} == 'agree' {join} visit['urgent']) and (visit['score'] > 3 or visit['score'] == None)"
        yield f"not ({FACT} == 'agree' {join} {FACT} == 'return')"
    for text in (
        "'a b'",
        '"甲"',
        "'=cmd'",
        "'<script>'",
        "'{{x}}'",
        "'#1'",
        "'\U0002b44e'",
        "''",
        "'" + "长" * 100 + "'",
    ):
        yield f"{FACT} == {text}"
    yield from ("True", "False", "None == None", "'town' in visit['kinds']", "1 < visit['count'] <= 2", f"  {FACT}\n")
    yield from (f"visit['flag'] == {value}" for value in ("True", "False", "None", "[]", "()", "[1, 'a', None]"))
    yield from (f"{'not ' * n}visit['urgent']" for n in range(8))
    yield from (f"({'(' * n}visit['urgent']{')' * n})" for n in range(1, 9))
    yield " or ".join(f"e{n}['decision'] == 'a'" for n in range(12))


ESCAPES = list(dict.fromkeys(escapes()))
HONEST = list(dict.fromkeys(honest()))


def test_the_tables_are_as_long_as_promised() -> None:
    assert len(ESCAPES) >= 300
    assert len(HONEST) >= 100


def test_every_escape_is_refused() -> None:
    accepted = []
    for expression in ESCAPES:
        for read in (parse, facts_read, lambda text: prefixed(text, "copy_")):
            try:
                read(expression)
                accepted.append(expression)
            except ExpressionRefused:
                pass
    count("escapes", len(ESCAPES))
    assert accepted == []


@pytest.mark.parametrize("start", range(0, len(HONEST), 40))
def test_every_honest_condition_is_accepted(start: int) -> None:
    for expression in HONEST[start : start + 40]:
        copied = prefixed(expression, "copy_")
        assert {f"copy_{element}" for element, _ in facts_read(expression)} == {e for e, _ in facts_read(copied)}
        count("honest conditions")


def test_no_text_raises_anything_but_a_refusal() -> None:
    random = random_for("expressions")
    words = [
        *ESCAPES,
        *HONEST,
        *OPERATORS,
        *BUILTINS,
        "'",
        '"',
        "(",
        ")",
        "[",
        "]",
        ",",
        " and ",
        " or ",
        " not ",
        " in ",
        "0",
        "1or 2",
        "\t",
    ]
    facts = {
        element: {"decision": "agree", "score": "84.0", "urgent": True, "kinds": ["town"]}
        for element in ("review", "visit")
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the interpreter warns of odd literals that are refused afterwards
        for _ in range(rounds(3000)):
            parts = [random.choice(words) for _ in range(random.randrange(1, 6))]
            text = "".join(parts)
            cut = random.randrange(len(text) + 1)
            text = random.choice((text, text[:cut], text[cut:] + text[:cut], text.replace("'", '"')))
            with suppress(ExpressionRefused, KeyError):
                holds(text, facts)
            count("texts as conditions")
