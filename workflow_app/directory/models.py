"""Tables of the directory. Positions and attributes carry validity dates: history keeps the old name and post."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class Bureau(Base):
    """A tenant: one county education bureau."""

    __tablename__ = "bureau"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))  # 青禾县教育体育局
    county: Mapped[str] = mapped_column(String(60))  # 青禾县
    document_word: Mapped[str] = mapped_column(String(20))  # 青教体, the start of every 代字
    policy_profile: Mapped[str] = mapped_column(String(20))  # 003


class Organisation(Base):
    """A node of the bureau's tree: the bureau itself, its sections, schools, partner departments."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("bureau_id", "code"), Index("ix_organisation_kind", "bureau_id", "kind", "name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id, ForeignKey("bureau.id"))
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(
        String(20)
    )  # directory/kinds.py: bureau, section, school, kindergarten, department …
    code: Mapped[str] = mapped_column(String(40))  # school: 标识码; section: basic_education
    name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str] = mapped_column(String(40))
    active_from: Mapped[date]
    active_to: Mapped[date | None]


class OrganisationAttribute(Base):
    """One attribute of a school from a date on, with its source; corrections are newer rows.

    “薄弱/优质”等标记来自年度名单，不是自由文本 (processes.md C, 学校).
    """

    __tablename__ = "organisation_attribute"
    __table_args__ = (Index("ix_organisation_attribute_key", "bureau_id", "organisation_id", "key", "since"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(
        String(40)
    )  # directory/kinds.py: stage, location, level, classes, pupils, on_post …
    value: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]


class Person(Base):
    """A person. Identity and telephone numbers are encrypted; pages show them masked."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_name", "bureau_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id, ForeignKey("bureau.id"))
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(60))
    staff_no: Mapped[str | None] = mapped_column(String(30))
    is_teacher: Mapped[bool] = mapped_column(default=False)
    phone_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    identity_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)


class PositionHolding(Base):
    """A person holds a position at an organisation from a date to a date (both included)."""

    __tablename__ = "position_holding"
    __table_args__ = (
        Index("ix_position_holding_person", "bureau_id", "person_id"),
        Index("ix_position_holding_place", "bureau_id", "organisation_id", "position"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    position: Mapped[str] = mapped_column(String(40))  # directory/positions.py
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Account(Base):
    """What a person signs in with."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), unique=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    password_changed_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(10), default="zh")
    preferences: Mapped[dict[str, Any] | None]


class FormerPassword(Base):
    """The hash of a password that an account had before, kept only as long as it may not be taken again (G-25)."""

    __tablename__ = "former_password"
    __table_args__ = (Index("ix_former_password_account", "bureau_id", "account_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    replaced_at: Mapped[datetime]
