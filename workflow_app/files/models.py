"""Tables of the file store. The bytes lie on disk under their SHA-256; rows say what they are and whose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class StoredFile(Base):
    """One uploaded or generated file. ``owner`` names the object whose readers may read it: ``case:12``."""

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_owner", "bureau_id", "owner"),
        Index("ix_stored_file_sha256", "sha256"),  # not by bureau: equal contents of two bureaus lie in one place
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    owner: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[int | None] = mapped_column(Id)
    invitation_id: Mapped[int | None] = mapped_column(Id)  # by which an outsider without an account uploaded it
    uploaded_at: Mapped[datetime]
