"""A database on which every act is carried out in full and then taken back, so that one world serves every request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.audit.models import AuditEvent
from workflow_app.database import Database


class PaperDatabase(Database):
    """Every statement reaches the real database; only the commit at the end is a rollback. It notes what was done."""

    def __init__(self, url: str) -> None:
        super().__init__(url, durable=False)
        self.done: list[AuditEvent] = []
        """The events of the acts that would have been committed, since :meth:`forget`."""
        self.acts = 0
        """How many write transactions were begun, since :meth:`forget`."""

    def forget(self) -> None:
        """Begin to note anew."""
        self.done.clear()
        self.acts = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """An act that leaves nothing behind."""
        self.acts += 1
        with super().writing() as session:
            last = session.scalar(select(func.max(AuditEvent.id))) or 0
            yield session
            session.flush()
            session.expunge_all()
            noted = session.scalars(select(AuditEvent).where(AuditEvent.id > last).order_by(AuditEvent.id)).all()
            session.expunge_all()
            session.rollback()
        self.done += noted
