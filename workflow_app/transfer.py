"""Moving everything from one database to another: every row of every table, byte for byte, or nothing.

The hash chains of the audit log go over instants and JSON texts as they are stored, so both are carried as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, select, text, type_coerce
from sqlalchemy import Text as SqlText
from sqlalchemy.exc import DataError, IntegrityError

import workflow_app.tables  # noqa: F401 - registers every table
from workflow_app.columns import Json
from workflow_app.database import Base, Database
from workflow_app.errors import ConflictError
from workflow_app.migrate import revisions

ROWS_AT_ONCE = 1000

Row = Mapping[str, Any]


def transfer(source: Database, target: Database) -> dict[str, int]:
    """Copy all rows to an empty database of the same schema, in one transaction; the number of rows of each table.

    Ids are kept, and new rows get higher ones. The source is only read. Nobody should work on it meanwhile.

    Raises:
        ConflictError: one of the two is not at the newest schema, the target is not empty, a value does not fit into
            the target, or somebody wrote to the source meanwhile. Nothing is written to the target.
    """
    for database in (source, target):
        _check_revision(database)
    with source.engine.connect() as origin, target.writing() as session:
        if not source.is_sqlite:
            # All tables as of one moment; SQLite reads so in any case.
            origin.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        written = session.connection()
        _check_empty(written)
        counts = {table.name: _copy(table, origin, written) for table in Base.metadata.sorted_tables}
        if not target.is_sqlite:
            _set_sequences(written)
        _check_unchanged(source, counts, origin)
    return counts


def _check_revision(database: Database) -> None:
    present, newest = revisions(database)
    if present != newest:
        raise ConflictError(
            "数据库{database}的结构版本是{present}，本程序需要{newest}：请先对它运行 workflow-app upgrade。",
            database=database.engine.url.render_as_string(),
            present=present or "-",
            newest=newest,
        )


def _check_empty(connection: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if rows := _count(table, connection):
            raise ConflictError(
                "目标数据库不是空的（表{table}有{rows}行）：没有写入任何内容。", table=table.name, rows=rows
            )


def _check_unchanged(source: Database, counts: Mapping[str, int], origin: Connection) -> None:
    """What is written to a log of acts shows in its chains, and everything else that is new in the number of rows."""
    chains = Base.metadata.tables["audit_chain"]
    with source.engine.connect() as later:
        now = {table.name: _count(table, later) for table in Base.metadata.sorted_tables}
        same = list(_rows(chains, later)) == list(_rows(chains, origin))
    if now != counts or not same:
        raise ConflictError("转移期间有人写入了原数据库：请停止全部服务和工作进程后重试，没有写入任何内容。")


def _count(table: Table, connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _copy(table: Table, origin: Connection, written: Connection) -> int:
    """Copy one table and read it back: what does not come back the same is a fault of the program."""
    held_back = [column for column in table.columns if any(key.references(table) for key in column.foreign_keys)]
    values = {column.name: bindparam(column.name, type_=_stored_type(column)) for column in table.columns}
    insert = table.insert().values(values)
    try:
        for rows in _batches(table, origin):
            written.execute(insert, [_without(row, held_back) for row in rows])
        _set_references(table, held_back, origin, written)
    except (DataError, IntegrityError) as refused:
        raise ConflictError(
            "表{table}中有目标数据库不能保存的内容，没有写入任何内容：{reason}",
            table=table.name,
            reason=str(refused.orig),
        ) from refused
    count = 0
    for before, after in zip_longest(_rows(table, origin), _rows(table, written)):
        if before != after:
            raise AssertionError(f"{table.name}: {before} has become {after}")
        count += 1
    return count


def _stored_type(column: Column[Any]) -> Any:
    """JSON is carried as the text that it is stored as."""
    return SqlText() if isinstance(column.type, Json) else column.type


def _rows(table: Table, connection: Connection) -> Iterator[Row]:
    columns = [type_coerce(column, _stored_type(column)).label(column.name) for column in table.columns]
    query = select(*columns).order_by(*table.primary_key)
    result = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    for row in result.mappings():
        yield dict(row)


def _batches(table: Table, connection: Connection) -> Iterator[Sequence[Row]]:
    batch: list[Row] = []
    for row in _rows(table, connection):
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _without(row: Row, held_back: Sequence[Column[Any]]) -> Row:
    """A row before it refers to rows of its own table, which may come after it."""
    return {**row, **{column.name: None for column in held_back}}


def _set_references(table: Table, held_back: Sequence[Column[Any]], origin: Connection, written: Connection) -> None:
    for column in held_back:
        referring = (row for row in _rows(table, origin) if row[column.name] is not None)
        for row in referring:
            written.execute(table.update().where(table.c.id == row["id"]).values({column: row[column.name]}))


def _set_sequences(written: Connection) -> None:
    """Let the ids of new rows go on after the highest."""
    for table in Base.metadata.sorted_tables:
        if "id" not in table.columns:
            continue
        name = written.dialect.identifier_preparer.format_table(table)
        written.execute(
            select(
                func.setval(
                    func.pg_get_serial_sequence(name, "id"),
                    func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0) + 1,
                    False,
                )
            )
        )
