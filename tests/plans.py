"""How a database means to run a query: by which indexes it reaches a table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

_SQLITE_STEP = re.compile(
    r"^(?P<how>SCAN|SEARCH) (?P<table>\S+)(?: USING (?:COVERING )?(?:INDEX (?P<index>\S+)|(?:INTEGER )?PRIMARY KEY))?"
)
PRIMARY_KEY = "primary key"


def scans(connection: Connection, sql: str, parameters: Any, table: str) -> list[str]:
    """How a statement reaches the rows of a table, step by step: the name of an index, PRIMARY_KEY, or ``scan``."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
        steps = [_SQLITE_STEP.match(row[3]) for row in rows]
        return [_sqlite_access(step) for step in steps if step is not None and step["table"] == table]
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters).scalar_one()
    return list(_postgresql_scans((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"], table))


def searched_by(connection: Connection, sql: str, parameters: Any, table: str) -> set[str]:
    """The columns by which a statement's way through an index to a table is narrowed; none where all is read."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
        found = [str(row[3]) for row in rows if str(row[3]).startswith(f"SEARCH {table} ")]
    else:
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", parameters).scalar_one()
        root = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
        found = [step["Index Cond"] for step in _steps(root) if "Index Cond" in step and _is_of(step, table)]
    return {column for step in found for column in re.findall(r"(\w+) ?=", step)}


def _steps(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _steps(below)


def _is_of(step: dict[str, Any], table: str) -> bool:
    """A step through an index names its table; one that feeds a bitmap names the index alone."""
    return table in (step.get("Relation Name"), step["Index Name"].removeprefix("pk_"))


def _sqlite_access(step: re.Match[str]) -> str:
    if step["index"]:
        return step["index"]
    return "scan" if step["how"] == "SCAN" else PRIMARY_KEY


def _postgresql_scans(node: dict[str, Any], table: str) -> Iterator[str]:
    if node.get("Relation Name") == table:
        # A bitmap scan names its indexes in the nodes below it.
        found = list(_index_names(node))
        yield from (PRIMARY_KEY if name == f"pk_{table}" else name for name in found or ["scan"])
    for below in node.get("Plans", ()):
        yield from _postgresql_scans(below, table)


def _index_names(node: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in node:
        yield node["Index Name"]
    elif "Relation Name" not in node or node["Node Type"] == "Bitmap Heap Scan":
        for below in node.get("Plans", ()):
            yield from _index_names(below)
