"""What the driver of PostgreSQL does for us otherwise than by itself. Loaded where PostgreSQL is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast, overload

from psycopg import Column
from psycopg import Cursor as DriverCursor


class Cursor(DriverCursor[Any]):
    """A cursor that describes the columns of a result when somebody looks at them.

    SQLAlchemy asks after each statement whether there are columns, and looks at them the first time alone. The driver
    makes an object for each, which was a twentieth of the work of completing a task.
    """

    @property
    def description(self) -> list[Column] | None:
        """The columns of the current result; None if it has none."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        # To whoever reads it a list; the driver promises no more than a sequence (PEP 249).
        return cast(list[Column], _Columns(self, result.nfields))


class _Columns(Sequence[Column]):
    """The columns of a cursor's current result, made when they are read."""

    def __init__(self, cursor: Cursor, count: int) -> None:
        self._cursor, self._count = cursor, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Column: ...
    @overload
    def __getitem__(self, index: slice) -> list[Column]: ...
    def __getitem__(self, index: int | slice) -> Column | list[Column]:
        if isinstance(index, slice):
            return [Column(self._cursor, n) for n in range(self._count)[index]]
        return Column(self._cursor, range(self._count)[index])
