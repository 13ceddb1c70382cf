"""Bytes: what one finished five-task case leaves behind, with its whole history, notices and done jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import text

from bench import product
from bench.measure import Figure
from bench.part import BUDGET, Bench
from workflow_app.database import Base, Database
from workflow_app.hourly import KEPT, Hourly

SHOWN = 6
"""The tables that take the most are named."""


def run(bench: Bench) -> Iterator[Figure]:
    """The growth of each database, packed, divided by the cases; the worker has done all that was to do, and a
    month has gone by."""
    for name in bench.stores.names:
        config, database = bench.stores.new(name)
        county = product.load(config, database)
        before = _sizes(database)
        cases = bench.rounds(600, 40)  # so many that a page begun in each index hardly counts
        for _ in range(cases):
            county.approval()
        county.player.work_until(county.player.now + KEPT)
        _a_month_later(database, county.player.now + KEPT + timedelta(hours=1))
        grown = {table: (size - before[table]) / cases for table, size in _sizes(database).items()}
        largest = sorted(grown, key=lambda table: -grown[table])[:SHOWN]
        detail = ", ".join(f"{table} {grown[table]:,.0f}" for table in largest)
        yield Figure(
            f"bytes of a finished case, {name}", sum(grown.values()), "bytes", BUDGET.bytes_a_case, detail=detail
        )
        database.dispose()


def _a_month_later(database: Database, now: datetime) -> None:
    """The worker's next hour, in which the rows of what it has done long ago go."""
    Hourly(database, lambda: now).wish()


def _sizes(database: Database) -> Mapping[str, int]:
    """The bytes of each table with its indexes, after packing."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:
            connection.execute(text("VACUUM FULL"))
            return {
                table.name: connection.execute(
                    text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": f'"{table.name}"'}
                ).scalar_one()
                for table in Base.metadata.sorted_tables
            }
    raw = database.engine.raw_connection()
    try:
        raw.execute("VACUUM")
        return dict(raw.execute(_SQLITE_SIZES).fetchall())
    finally:
        raw.close()


_SQLITE_SIZES = """
    SELECT m.tbl_name, sum(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name GROUP BY m.tbl_name
"""
