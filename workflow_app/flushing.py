"""How a session writes: changed rows of plain tables by statements of our own, the rest by SQLAlchemy's unit of work.

The unit of work finds out what depends on what, for rows that refer to each other as objects. Ours are plain tables
with an id for a key, and finding that out took a tenth of the CPU time of a form that is sent. What is out of the
ordinary (a new or deleted row, a value that is an SQL expression, a changed key) is left to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Insert, Table, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import DeclarativeBase, InstanceState, QueryableAttribute, Session, SessionTransaction
from sqlalchemy.orm.exc import StaleDataError

_LATER = "rows_to_insert"


class ActSession(Session):
    """A session whose flush writes plain changes plainly; it means the same and raises the same."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what has changed, and then what is to be inserted.

        Raises:
            StaleDataError: a row is no longer there, or another act has raised its revision.
        """
        # The end of a savepoint has to know what was written within: the unit of work notes it.
        if objects is None and not self.in_nested_transaction():
            _write_changes(self, self.dirty)
        transaction, rows = self.info.pop(_LATER, (None, {}))
        if transaction is not None and transaction is _innermost(self):
            _insert_all(self.connection(), rows)
        super().flush(objects)


def insert_later(session: Session, table: type[DeclarativeBase], values: Mapping[str, Any]) -> None:
    """Have a row inserted with the next flush, all of a table with one statement, and forget it: its id stays unknown.

    Whatever vouches for the row has to change a row of the session as well, without which a commit flushes nothing.
    """
    if not isinstance(session, ActSession):
        raise TypeError("only an ActSession keeps rows for later")
    session.connection()
    transaction, rows = session.info.get(_LATER, (None, {}))
    if transaction is not _innermost(session):
        rows = {}
        session.info[_LATER] = (_innermost(session), rows)
    rows.setdefault(table, []).append(values)


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


@dataclass(frozen=True)
class _Plain:
    """A table whose rows can be written plainly: the columns that may change, and the statement that changes some."""

    columns: frozenset[str]
    revision: str | None
    rank: int  # among the tables: two acts write rows in the same order, and do not wait for each other in a circle
    statement: Update


@dataclass(frozen=True)
class _Change:
    plain: _Plain
    state: InstanceState[Any]
    values: dict[str, Any]

    @property
    def id(self) -> int | str:
        ident: int | str = self.state.dict["id"]
        return ident


def _write_changes(session: Session, rows: Iterable[Any]) -> None:
    alike: dict[tuple[int, tuple[str, ...]], list[_Change]] = defaultdict(list)
    for row in rows:
        table: type[DeclarativeBase] = type(row)
        if (plain := _plain(table)) and (change := _change(inspect(row), plain)):
            alike[plain.rank, tuple(sorted(change.values))].append(change)
    for _, changes in sorted(alike.items()):
        changes.sort(key=lambda change: change.id)
        _update(session, changes)


def _change(state: InstanceState[Any], plain: _Plain) -> _Change | None:
    """What is to be written of a row; None if that is the unit of work's to find out."""
    row, before = state.dict, state.committed_state
    if not before.keys() <= plain.columns or not before.keys() <= row.keys() or "id" not in row:
        return None
    if plain.revision and (plain.revision in before or plain.revision not in row):
        return None
    if any(isinstance(row[key], ClauseElement | QueryableAttribute) for key in before):
        return None
    return _Change(plain, state, {key: row[key] for key, old in before.items() if row[key] != old})


def _update(session: Session, changes: Sequence[_Change]) -> None:
    """Write changes of the same columns, and tell the session that these rows are now as the database has them."""
    plain = changes[0].plain
    if changes[0].values:
        values = [_parameters(change) for change in changes]
        # Both drivers count the rows of all together; one that is missing, or of another revision, is one too few.
        found = session.connection().execute(plain.statement, values if len(values) > 1 else values[0]).rowcount
        if found != len(values):
            raise StaleDataError(f"UPDATE matched {found} rows of {len(values)}")
        for change, written in zip(changes, values, strict=True):
            if plain.revision:
                change.state.dict[plain.revision] = written[plain.revision]
    for change in changes:
        # What the unit of work does when it has flushed; SQLAlchemy has no public name for it.
        change.state._commit_all(change.state.dict, session.identity_map)


def _parameters(change: _Change) -> dict[str, Any]:
    values = {**change.values, "row_id": change.id}
    if (plain := change.plain).revision:
        seen = change.state.dict[plain.revision]
        values |= {plain.revision: seen + 1, "row_revision": seen}
    return values


def _insert_all(connection: Connection, rows: Mapping[type[DeclarativeBase], list[Mapping[str, Any]]]) -> None:
    for table, values in rows.items():
        connection.execute(_insert(table), values if len(values) > 1 else values[0])


@cache
def _plain(kind: type[DeclarativeBase]) -> _Plain | None:
    mapper = inspect(kind)
    table = mapper.local_table
    if not isinstance(table, Table) or [column.key for column in table.primary_key] != ["id"] or mapper.inherits:
        return None
    revision = mapper.version_id_col.key if mapper.version_id_col is not None else None
    statement = update(table).where(table.c.id == bindparam("row_id"))
    if revision:
        statement = statement.where(table.c[revision] == bindparam("row_revision"))
    rank = table.metadata.sorted_tables.index(table)
    return _Plain(frozenset(table.c.keys()) - {"id"}, revision, rank, statement)


@cache
def _insert(table: type[DeclarativeBase]) -> Insert:
    core = table.__table__
    assert isinstance(core, Table)
    return insert(core).inline()
