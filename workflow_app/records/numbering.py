"""Numbers of one 代字 and year: no gap, no double. The counter row is locked until the act commits."""

from __future__ import annotations

from sqlalchemy import update

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.database import insert_or
from workflow_app.directory.rights import require
from workflow_app.errors import InvalidError, Problem
from workflow_app.records.models import NumberSeries
from workflow_app.text import Text
from workflow_app.typed import LONGEST_REASON, text_problem

CHAIN = "registers"

MAX_NUMBER = 99_999
"""The highest number at which a series may be told to go on; a bureau issues some hundreds in a year."""


def allocate(act: Act, word: str, year: int, count: int = 1) -> int:
    """The next number of a series, which begins at 1 each year; of several that follow each other, the first.

    An act that is rolled back leaves no gap.
    """
    return _advanced(act, word, year, by=count) - count


def set_next(act: Act, word: str, year: int, number: int, reason: str) -> None:
    """Let a series go on at a number, for instance after documents issued on paper. Recorded with its reason.

    Raises:
        ForbiddenError: the actor does not keep the numbers.
        InvalidError: the number has been given already or is none, or no reason is stated; nothing is written.
    """
    require(act.actor, "set_numbers")
    problems = [Problem("reason", Text("请说明调整编号的理由"))] if not reason.strip() else []
    if problem := text_problem(Text("理由"), reason, LONGEST_REASON, lines=True):
        problems.append(Problem("reason", problem))
    if number > MAX_NUMBER:
        problems.append(Problem("number", Text("编号不能超过{most}", most=MAX_NUMBER)))
    least = _advanced(act, word, year, by=0)
    if number < least:
        text = Text(
            "{word}〔{year}〕的编号已用到{last}号，不能再从{number}号编起",
            word=word,
            year=year,
            last=least - 1,
            number=number,
        )
        problems.append(Problem("number", text))
    if problems:
        raise InvalidError(problems=problems)
    act.session.execute(
        update(NumberSeries)
        .where(NumberSeries.bureau_id == act.bureau_id, NumberSeries.word == word, NumberSeries.year == year)
        .values(next=number)
    )
    body = {"word": word, "year": year, "next": number, "reason": reason}
    append(act, CHAIN, "number_series_set", f"series:{word}:{year}", body)


def _advanced(act: Act, word: str, year: int, *, by: int) -> int:
    """Lock the counter, made at 1 where it is new, move it on and return where it stands: one statement."""
    statement = (
        insert_or(act.session, NumberSeries)
        .values(bureau_id=act.bureau_id, word=word, year=year, next=1 + by)
        .on_conflict_do_update(index_elements=["bureau_id", "word", "year"], set_={"next": NumberSeries.next + by})
        .returning(NumberSeries.next)
    )
    return act.session.scalars(statement, execution_options={"populate_existing": True}).one()
