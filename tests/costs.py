"""What a database is asked: the statements and commits between two moments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Cost:
    """The statements between BEGIN and COMMIT with their parameters, how often was begun, and how often committed."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    transactions: int = 0
    commits: int = 0

    def __len__(self) -> int:
        return len(self.statements)

    def about(self, word: str) -> list[tuple[str, Any]]:
        """The statements in which a word occurs, such as the name of a table."""
        return [(sql, parameters) for sql, parameters in self.statements if word in sql]

    def __str__(self) -> str:
        return "\n".join(sql.replace("\n", " ")[:140] for sql, _ in self.statements)


@contextmanager
def counting(engine: Engine) -> Iterator[Cost]:
    """Count what the block asks of the database; BEGIN and COMMIT are no statements."""
    cost = Cost()

    def told(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            cost.statements.append((statement, parameters))

    def begun(_connection: Any) -> None:
        cost.transactions += 1

    def committed(_connection: Any) -> None:
        cost.commits += 1

    event.listen(engine, "before_cursor_execute", told)
    event.listen(engine, "begin", begun)
    event.listen(engine, "commit", committed)
    try:
        yield cost
    finally:
        event.remove(engine, "before_cursor_execute", told)
        event.remove(engine, "begin", begun)
        event.remove(engine, "commit", committed)
