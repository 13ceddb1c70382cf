"""Whether this installation can take work at this moment: asked by ``/readyz`` every few seconds, so it stays cheap."""

from __future__ import annotations

import os
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workflow_app import migrate
from workflow_app.config import Config
from workflow_app.database import Database


def answers(database: Database) -> bool:
    """Whether the database answers a question."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def hindrances(config: Config, database: Database) -> list[str]:
    """What keeps this installation from taking work, in single words that give nothing away; empty if it is ready.

    ``database``: it does not answer. ``schema``: it is not at the revision of this program. ``data``: the folder of
    files cannot be written.
    """
    found = []
    if not answers(database):
        found.append("database")
    elif migrate.present_revision(database) != _newest_revision():
        found.append("schema")
    if not os.access(config.data, os.W_OK):
        found.append("data")
    return found


@cache
def _newest_revision() -> str | None:
    return migrate.newest_revision()
