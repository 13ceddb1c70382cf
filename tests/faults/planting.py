"""How a violation is planted and found again: past every service, revision and event."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from tests.faults.invariants import Invariant
from tests.faults.world import Violation, World
from workflow_app.database import Base
from workflow_app.demo.player import Player


def found(player: Player, invariant: Invariant, **seen: Any) -> list[Violation]:
    with player.database.reading() as session:
        return list(invariant(World(session, player.config.data, **seen)))


def copy_row(session: Session, table: type[Base], row_id: int, **changes: Any) -> None:
    """Slip in a second row like an existing one."""
    columns = cast(Table, table.__table__)
    row = session.execute(select(columns).where(columns.c.id == row_id)).one()
    values = {c.key: getattr(row, c.name) for c in columns.columns if c.name != "id"}
    session.execute(insert(columns).values({**values, **changes}))


def first(session: Session, table: type[Any], *where: Any) -> Any:
    return session.scalars(select(table).where(*where).order_by(table.id)).first()


def change(session: Session, row: Any, **values: Any) -> None:
    """Change a row as nobody in the product does: past every service, revision and event."""
    table = type(row)
    session.execute(update(table.__table__).where(table.__table__.c.id == row.id).values(values))


def an_old_file(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left behind")
    os.utime(path, (0, 0))
