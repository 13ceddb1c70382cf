"""Numbers of one 代字 and year: no gap, no double. The counter row is locked until the act commits."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.records.models import NumberSeries

CHAIN = "registers"


def allocate(act: Act, word: str, year: int) -> int:
    """The next number of a series, which begins at 1 each year. An act that is rolled back leaves no gap."""
    _ensure(act, word, year)
    taken = act.session.scalar(
        update(NumberSeries)
        .where(NumberSeries.bureau_id == act.bureau_id, NumberSeries.word == word, NumberSeries.year == year)
        .values(next=NumberSeries.next + 1)
        .returning(NumberSeries.next)
    )
    assert taken is not None
    return taken - 1


def set_next(act: Act, word: str, year: int, number: int, reason: str) -> None:
    """Let a series go on at a number, for instance after documents issued on paper. Recorded with its reason."""
    _ensure(act, word, year)
    act.session.execute(
        update(NumberSeries)
        .where(NumberSeries.bureau_id == act.bureau_id, NumberSeries.word == word, NumberSeries.year == year)
        .values(next=number)
    )
    body = {"word": word, "year": year, "next": number, "reason": reason}
    append(act, CHAIN, "number_series_set", f"series:{word}:{year}", body)


def _ensure(act: Act, word: str, year: int) -> None:
    insert = sqlite.insert if act.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    act.session.execute(
        insert(NumberSeries)
        .values(bureau_id=act.bureau_id, word=word, year=year, next=1)
        .on_conflict_do_nothing(index_elements=["bureau_id", "word", "year"])
    )
