"""Tables of the register of pairings (结对台账). Rows are entries: they are added, never changed.

Decimals are kept as texts, exactly as they were handed in: figures of indicators and scores are compared as exact
numbers and never as floats.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.columns import Id
from workflow_app.database import Base


class Pairing(Base):
    """A pairing (结对帮扶) as it was agreed; renewal, change and end are entries of their own."""

    __tablename__ = "pairing"
    __table_args__ = (
        Index("ix_pairing_recipient", "bureau_id", "recipient_id"),
        Index("ix_pairing_helper", "bureau_id", "helper_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20))  # a code of registers.pairing_kinds.KINDS
    recipient_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    helper_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    goals: Mapped[str] = mapped_column(String(2000))
    people: Mapped[int]  # people who were sent when it began
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)  # the reply or letter that agreed to it
    recorded_at: Mapped[datetime]


class PairingIndicator(Base):
    """One target of a pairing (目标指标): where the recipient stood, where it wants to be, and until when."""

    __tablename__ = "pairing_indicator"
    __table_args__ = (Index("ix_pairing_indicator_pairing", "bureau_id", "pairing_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    indicator: Mapped[str] = mapped_column(String(40))  # a code of registers.pairing_kinds.INDICATORS
    base: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class PairingIndicatorValue(Base):
    """What was reached of a target in a school year, as the yearly appraisal found it."""

    __tablename__ = "pairing_indicator_value"
    __table_args__ = (Index("ix_pairing_indicator_value_pairing", "bureau_id", "pairing_id", "school_year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    indicator_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing_indicator.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    value: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class PairingActivity(Base):
    """One activity (帮扶活动) that both sides have confirmed."""

    __tablename__ = "pairing_activity"
    __table_args__ = (Index("ix_pairing_activity_pairing", "bureau_id", "pairing_id", "held_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    held_on: Mapped[date]
    form: Mapped[str] = mapped_column(String(20))  # a code of registers.pairing_kinds.ACTIVITY_FORMS
    heads: Mapped[int]
    hours: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(String(1000))
    photos: Mapped[int]  # pieces of evidence in the case
    logged_by_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    confirmed_by_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    confirmed_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class PairingAppraisal(Base):
    """The appraisal of a pairing for one school year (年度考核). The recipient's score is for the bureau alone."""

    __tablename__ = "pairing_appraisal"
    __table_args__ = (Index("ix_pairing_appraisal_pairing", "bureau_id", "pairing_id", "school_year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    host_score: Mapped[str] = mapped_column(String(10))
    helper_score: Mapped[str] = mapped_column(String(10))
    targets: Mapped[int]
    targets_met: Mapped[int]
    total: Mapped[str] = mapped_column(String(10))
    grade: Mapped[str] = mapped_column(String(20))  # excellent, qualified, failed
    next_step: Mapped[str] = mapped_column(String(20))  # renew, change, end
    decided_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class PairingChange(Base):
    """A pairing goes on longer, goes on otherwise, or ends (续签、调整、终止), with effect from a day."""

    __tablename__ = "pairing_change"
    __table_args__ = (Index("ix_pairing_change_pairing", "bureau_id", "pairing_id", "effective_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    change: Mapped[str] = mapped_column(String(20))  # renewed, changed, ended
    effective_on: Mapped[date]
    ends_on: Mapped[date]  # the last day of the pairing from then on
    terms: Mapped[str] = mapped_column(String(2000))
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class PairingMidterm(Base):
    """How the mid-term check (中期检查) of a pairing stands from a day on; every turn of it is an entry of its own."""

    __tablename__ = "pairing_midterm"
    __table_args__ = (Index("ix_pairing_midterm_pairing", "bureau_id", "pairing_id", "entered_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    result: Mapped[str] = mapped_column(String(20))  # a code of registers.pairing_kinds.MIDTERM_RESULTS
    total: Mapped[str] = mapped_column(String(10))
    points: Mapped[str] = mapped_column(String(80))  # by line of the sheet, in its order: 80,75,90,60
    entered_on: Mapped[date]
    mend_by: Mapped[date | None]  # the last day of the period for mending, where it is to be mended
    case_id: Mapped[int] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime]


class PairingMidtermValue(Base):
    """What was reached of a target by the mid-term check."""

    __tablename__ = "pairing_midterm_value"
    __table_args__ = (Index("ix_pairing_midterm_value_pairing", "bureau_id", "pairing_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    pairing_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing.id"))
    indicator_id: Mapped[int] = mapped_column(Id, ForeignKey("pairing_indicator.id"))
    value: Mapped[str] = mapped_column(String(20))
    reached_on: Mapped[date]
    case_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]


PairingEntry = (
    Pairing
    | PairingIndicator
    | PairingIndicatorValue
    | PairingActivity
    | PairingAppraisal
    | PairingChange
    | PairingMidterm
    | PairingMidtermValue
)
"""Every entry of the register of pairings."""
PAIRING_TABLES: tuple[type[PairingEntry], ...] = (
    Pairing,
    PairingActivity,
    PairingAppraisal,
    PairingChange,
    PairingIndicator,
    PairingIndicatorValue,
    PairingMidterm,
    PairingMidtermValue,
)
"""Their tables, for the verification of the audit log."""
