"""Published definitions. A version is never changed; running cases stay with theirs (DESIGN, promise 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class Definition(Base):
    """A process by its slug, and the version that new cases start with."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("bureau_id", "slug"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    slug: Mapped[str] = mapped_column(String(40))
    current_version_id: Mapped[int | None] = mapped_column(Id)


class DefinitionVersion(Base):
    """One published content: ``bundle`` holds every source text, ``content_hash`` is taken over it."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("definition_id", "content_hash"), UniqueConstraint("definition_id", "number"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    definition_id: Mapped[int] = mapped_column(Id, ForeignKey("definition.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    bundle: Mapped[
        dict[str, Any]
    ]  # {"drawing": …, "shared": {name: …}, "form": …, "shared_forms": {…}, "records": {path: …}}
    engine_version: Mapped[str] = mapped_column(String(20))  # of the library that the states of its cases belong to
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(80))
