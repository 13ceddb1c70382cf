"""The database: its one engine, the one place that commits, the catalogue of its tables.

SQLite ignores ``FOR UPDATE``, so a write transaction there begins with ``BEGIN IMMEDIATE``, behind the gate of
:mod:`workflow_app.writer_gate`. Revisions are the real guard on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Index, MetaData, Row, Table, insert, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.dml import ReturningInsert

from workflow_app.columns import Instant, Json
from workflow_app.connections import open_engine
from workflow_app.flushing import ActSession
from workflow_app.writer_gate import WriterGate

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


class Base(DeclarativeBase):
    """The one catalogue of tables. Constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: Json, list[Any]: Json}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the few live rows alone, those for which a condition holds: its size does not grow with history."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


@compiles(CreateIndex, "postgresql")
def _create_index(element: CreateIndex, compiler: Any, **settings: Any) -> Any:
    """The condition holds on PostgreSQL as well. It is told here, because an index that is made with it loads all that
    SQLAlchemy has for PostgreSQL, 3 MB, into processes that work on the embedded database."""
    options = element.element.dialect_options
    if options["postgresql"]["where"] is None:
        options["postgresql"]["where"] = options["sqlite"]["where"]
    return compiler.visit_create_index(element, **settings)


class Database:
    """The engine and its ways in: :meth:`writing`, the product's only commit, :meth:`reading` and :meth:`glancing`."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        """Open a database. Without ``durable`` an embedded one does not wait for the disk: for data made anew."""
        self.url = url
        self.engine = open_engine(url, durable=durable)
        self._sessions = sessionmaker(self.engine, class_=ActSession, expire_on_commit=False, autoflush=False)
        alone = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._glances = sessionmaker(alone, expire_on_commit=False, autoflush=False)
        self._gate = WriterGate(self.engine.url.database) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is in use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One act, one transaction: returning commits, raising rolls everything back."""
        if self._gate is None:
            with self._sessions.begin() as session:
                yield session
            return
        with self._sessions() as session, self._gate.passed():
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that leaves nothing, so that no page writes by accident: PostgreSQL refuses it, SQLite undoes it.

        On PostgreSQL it ends with a commit of nothing: with a rollback the driver forgets every statement that the
        server has prepared on the connection, and each would be parsed and planned anew for ever.
        """
        with self._sessions() as session:
            if self.is_sqlite:
                try:
                    yield session
                finally:
                    session.rollback()
                return
            session.connection(execution_options={"postgresql_readonly": True})
            yield session
            session.expunge_all()
            session.commit()

    @contextmanager
    def glancing(self) -> Iterator[Session]:
        """A session for a page, which reads some rows: as :meth:`reading`, but on PostgreSQL no transaction is begun
        and ended around its statements, a third of the round trips of a short page.

        Nothing is streamed in it: the server keeps no cursor open between two statements.
        """
        if self.is_sqlite:
            with self.reading() as session:
                yield session
            return
        with self._glances() as session:
            yield session

    def dispose(self) -> None:
        """Close all connections, before a fork or at the end."""
        self.engine.dispose()


def remembered(session: Session) -> dict[Any, Any]:
    """What was read once in the open transaction and is needed again: forgotten when the transaction ends."""
    if not session.in_transaction():
        session.connection()
    values: dict[Any, Any]
    transaction, values = session.info.get("remembered", (None, {}))
    if transaction is not session.get_transaction():
        values = {}
        session.info["remembered"] = (session.get_transaction(), values)
    return values


def read_columns(session: Session, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a statement that asks for columns, not for objects, past the unit of work, which is half of the time
    of a short query. For what every request asks; what the session holds unwritten is not seen."""
    return session.connection().execute(statement, values).all()


def insert_row(session: Session, row: Base) -> int:
    """Write one new row that nobody will change, past the unit of work: nothing else is flushed. Returns its id."""
    columns = row.__table__.columns.keys()
    values = {key: value for key, value in vars(row).items() if key in columns}
    return session.execute(_insert_row(type(row)), values).scalar_one()


@cache
def _insert_row(table: type[Base]) -> ReturningInsert[int]:
    core = table.__table__
    assert isinstance(core, Table)
    return insert(core).returning(core.c.id)


def insert_new(session: Session, table: type[Base], *unique: str) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that skips rows whose ``unique`` columns are taken already, on both databases."""
    return _insert_new(session.get_bind().dialect.name, table, unique)


@cache
def _insert_new(dialect: str, table: type[Base], unique: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    return _dialect_insert(dialect, table).on_conflict_do_nothing(index_elements=unique)


def insert_or(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT in the words of this session's database: it may say what happens ``on_conflict``."""
    return _dialect_insert(session.get_bind().dialect.name, table)


def _dialect_insert(dialect: str, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 3 MB that no process needs which works on the embedded database

    return postgresql.insert(table)
