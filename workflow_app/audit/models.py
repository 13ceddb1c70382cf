"""Tables of the audit room. The database itself refuses to change or delete an event (see the migrations)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Digest, Id
from workflow_app.database import Base


class AuditChain(Base):
    """One hash chain: one per case (``case:17``), one each for directory, definitions, policy, registers, security."""

    __tablename__ = "audit_chain"
    __table_args__ = (UniqueConstraint("bureau_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(80))
    count: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(Digest, default="")


class AuditEvent(Base):
    """One event of a chain. ``hash`` covers the previous hash and every other column."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("chain_id", "seq"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    chain_id: Mapped[int] = mapped_column(Id, ForeignKey("audit_chain.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(60))  # a verb in the past tense: task_completed, record_issued
    subject: Mapped[str] = mapped_column(String(80))  # what it happened to: task:12, person:4
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(String(80))
    body: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest)
    # Of the row that is told of; the body as it was told begins with it (audit/append.py: told_body).
    content_hash: Mapped[str | None] = mapped_column(Digest)
