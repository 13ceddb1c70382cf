"""Clauses (条文) of a charter or agreement: numbered by their place, 第一条…, and the hash by which a text is named.

A ``clauses`` field holds rows of a chapter code and the words. Two texts are the same if their clauses are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workflow_app.columns import canonical_json, digest
from workflow_app.definitions.answers_shape import rows_of
from workflow_app.text import Text, bilingual

_DIGITS = "零一二三四五六七八九"
LARGEST_NUMERAL = 999


@dataclass(frozen=True)
class Clause:
    """One clause: the code of its chapter and its words."""

    chapter: str
    text: str


def clauses_in(value: Any) -> tuple[Clause, ...]:
    """The clauses in an answer, in their order; rows that are not filled in yet are left out."""
    rows = [(row.get("chapter"), row.get("text")) for row in rows_of(value)]
    return tuple(Clause(c, t.strip()) for c, t in rows if isinstance(c, str) and isinstance(t, str) and t.strip())


def as_answer(clauses: Sequence[Clause]) -> list[dict[str, str]]:
    """Clauses as the answer to a ``clauses`` field."""
    return [{"chapter": clause.chapter, "text": clause.text} for clause in clauses]


def text_hash(clauses: Sequence[Clause]) -> str:
    """SHA-256 over the clauses in their one spelling: who votes on a text and who files it name it by this."""
    return digest(canonical_json([[clause.chapter, clause.text] for clause in clauses]))


def numeral(number: int) -> str:
    """A number from 1 to 999 as Chinese numerals: 十二, 一百零三.

    Raises:
        ValueError: the number is not in that range.
    """
    if not 0 < number <= LARGEST_NUMERAL:
        raise ValueError(f"no numeral for {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        # 十二 alone, but 一百一十二.
        said += f"{_DIGITS[tens] if hundreds or tens > 1 else ''}十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def article(number: int) -> Text:
    """The number of a clause as people say it: 第三条, Article 3."""
    return bilingual(f"第{numeral(number)}条", f"Article {number}")


def chapter(number: int) -> Text:
    """The number of a chapter as people say it: 第二章, Chapter 2."""
    return bilingual(f"第{numeral(number)}章", f"Chapter {number}")
