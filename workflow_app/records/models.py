"""Issued records. A row is never updated; the rendered bytes are artefacts beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class NumberSeries(Base):
    """The counter of one 代字 in one year: ``next`` is the number that the next document gets."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("bureau_id", "word", "year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    word: Mapped[str] = mapped_column(String(40))  # 青教体复
    year: Mapped[int]
    next: Mapped[int]


class IssuedRecord(Base):
    """One issued document: its number and its frozen content."""

    __tablename__ = "issued_record"
    __table_args__ = (
        UniqueConstraint("bureau_id", "word", "year", "seq"),
        Index("ix_issued_record_case", "bureau_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(40))  # approval, acceptance_notice …: templates/records/<slug>/<kind>.yaml
    word: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    seq: Mapped[int]
    number_text: Mapped[str] = mapped_column(String(80))  # 青教体复〔2026〕12号
    title: Mapped[str] = mapped_column(String(300))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, Any]]  # the frozen document: everything that is drawn
    content_hash: Mapped[str] = mapped_column(String(64))
    layout_version: Mapped[str] = mapped_column(String(40))
    verify_code: Mapped[str] = mapped_column(String(20), unique=True)
    public: Mapped[bool] = mapped_column(default=False)


class RecordArtefact(Base):
    """The bytes of a record: kind ``original`` as rendered, ``signed`` as sealed elsewhere."""

    __tablename__ = "record_artefact"
    __table_args__ = (UniqueConstraint("record_id", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int] = mapped_column(Id, ForeignKey("issued_record.id"))
    kind: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("stored_file.id"))
    pages: Mapped[int]
    made_at: Mapped[datetime]
