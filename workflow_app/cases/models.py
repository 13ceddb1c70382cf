"""Tables of the cases room.

Every human step is a task with one or more seats: a plain step has one seat, a countersign or a panel has N. So the
inbox is one select over seats, and claiming, recusal, adding a signer and answering are the same everywhere.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.columns import EngineId, Id, Json
from workflow_app.database import Base, partial_index


class Case(Base):
    """One case (办件): its pinned version, the engine's state, the facts, the stage and the clock."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("bureau_id", "number"),
        Index("ix_case_applicant", "bureau_id", "applicant_id", "id"),
        Index("ix_case_newest", "bureau_id", "id"),
        partial_index("ix_case_open", "bureau_id", "id", where="closed_at IS NULL"),
        partial_index("ix_case_closed", "bureau_id", "id", where="closed_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    number: Mapped[str] = mapped_column(String(40))  # P1-2026-0007
    slug: Mapped[str] = mapped_column(String(40))
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("definition_version.id"))
    chain_id: Mapped[int] = mapped_column(Id, ForeignKey("audit_chain.id"))
    title: Mapped[str] = mapped_column(String(200))
    applicant_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    created_by: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    filed_on: Mapped[date | None]  # never reset by a return (processes.md B0, States)
    accepted_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(60))  # the id of the end event that was reached
    state: Mapped[bytes] = mapped_column(LargeBinary)  # empty once the case has ended
    facts: Mapped[dict[str, Any]]  # element id -> the newest valid facts of it
    parties: Mapped[dict[str, Any]]  # party key -> organisation ids, resolved once so that no act has to look them up
    progress: Mapped[dict[str, Any]]  # cases/progress.py: rounds per element, who answered what, messages awaited
    revision: Mapped[int] = mapped_column(default=1)
    clock: Mapped[dict[str, Any] | None]  # calendar.clocks.CaseClock as JSON
    due_on: Mapped[date | None]  # decision due, recomputed when the clock stops or resumes

    # Every update names the revision that was read and raises when another act was faster.
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute


class CaseParty(Base):
    """An organisation that takes part in a case, under the party key of the form file. Grants sight of the case.

    Nothing refers to a row, and the cases of an organisation are walked along the key itself: it has no other index.
    """

    __tablename__ = "case_party"
    __table_args__ = ({"sqlite_with_rowid": False},)

    bureau_id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)


class Task(Base):
    """One opening of one human step. Reopening makes a new row; what a page compares is ``revision``."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_case", "bureau_id", "case_id"),
        partial_index("uq_task_open", "case_id", "engine_task_id", where="closed_at IS NULL", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    engine_task_id: Mapped[str] = mapped_column(EngineId)
    element: Mapped[str] = mapped_column(String(80))
    round: Mapped[int]  # 1 for the first opening of this element in this case
    stage: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    close_kind: Mapped[str | None] = mapped_column(String(12))  # completed, undone, lapsed
    closed_by: Mapped[str | None] = mapped_column(String(80))  # name, as it was on that day
    decision: Mapped[str | None] = mapped_column(String(30))

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute


class Seat(Base):
    """One seat (席位) of a task: who may answer, and whether they have.

    ``state``: open, waiting (in order, not yet their turn), done, removed, recused, closed (the task ended without it).
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        # Whole: as a partial index it would be so small that PostgreSQL takes it for the inbox.
        Index("ix_seat_case_person", "bureau_id", "person_id", "case_id"),
        partial_index(
            "ix_seat_open_place", "bureau_id", "organisation_id", "position", "due_on", "id", where="state = 'open'"
        ),
        partial_index("ix_seat_open_person", "bureau_id", "person_id", "due_on", "id", where="state = 'open'"),
        partial_index("ix_seat_done", "bureau_id", "done_by_id", "id", where="state = 'done'"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"))
    no: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(Id)
    position: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(Id)  # named by the process, or the one who has claimed it
    is_named: Mapped[bool] = mapped_column(default=False)  # a named seat is for this person alone
    state: Mapped[str] = mapped_column(String(10), default="open")
    # Lets a task and its seats be written in one flush; never read, so that no page loads tasks one by one.
    task: Mapped[Task] = relationship(lazy="raise")
    due_on: Mapped[date]  # date.max where there is no deadline, so that one index orders the inbox
    done_by_id: Mapped[int | None] = mapped_column(Id)
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(30))
    ballot_key: Mapped[str | None] = mapped_column(String(64))  # sealed: hash of the key of the request that voted


class SealedBox(Base):
    """The box of a secret ballot: the sorted choices, encrypted until the ballot is over, and nobody's name."""

    __tablename__ = "sealed_box"
    __table_args__ = (UniqueConstraint("task_id"), Index("ix_sealed_box_case", "bureau_id", "case_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"))
    votes: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)  # while votes are cast; gone with the count or a return
    choices: Mapped[list[Any] | None] = mapped_column(Json)  # sorted; from the count on


class Submission(Base):
    """What one person answered, whole and immutable; the database refuses to change or delete it."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("seat_id"), Index("ix_submission_case", "bureau_id", "case_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"))
    seat_id: Mapped[int] = mapped_column(Id, ForeignKey("seat.id"))
    element: Mapped[str] = mapped_column(String(80))
    answers: Mapped[
        dict[str, Any]
    ]  # field key -> canonical value (definitions/answers.py); decision, opinion, evidence included
    findings: Mapped[list[Any]]  # Finding.to_json of each check, with the reason or override given
    decision: Mapped[str | None] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(Id)
    invitation_id: Mapped[int | None] = mapped_column(Id)  # of an invited outsider, who is nobody of the directory
    person_name: Mapped[str] = mapped_column(String(80))
    position: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(String(80))  # of the request; the same one again is the same act


class Draft(Base):
    """Answers not yet submitted, saved as they are typed; one per seat and person, gone with the submission.

    That of an invited organisation, which has a task to itself, is nobody's.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"))
    person_id: Mapped[int | None] = mapped_column(Id)
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class Deadline(Base):
    """One running period: of a task (``task_id``), or of a timer symbol (``engine_task_id`` is what to fire).

    ``state``: armed, fired, disarmed. A worker fires it once, when its date has ended.
    """

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_case", "bureau_id", "case_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    task_id: Mapped[int | None] = mapped_column(Id)
    engine_task_id: Mapped[str | None] = mapped_column(EngineId)
    element: Mapped[str] = mapped_column(String(80))
    parameter: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    due_on: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False)  # beyond the years whose calendar is known
    state: Mapped[str] = mapped_column(String(10), default="armed")
    fired_at: Mapped[datetime | None]


class CaseLink(Base):
    """Two cases that belong together: parent, opened_by, decided_in."""

    __tablename__ = "case_link"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id", "kind"),
        Index("ix_case_link_other", "bureau_id", "other_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    other_id: Mapped[int] = mapped_column(Id, ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class Duty(Base):
    """An 应办事项: something due before any case exists. Opening its case and completing that case fulfils it."""

    __tablename__ = "duty"
    __table_args__ = (
        UniqueConstraint("bureau_id", "slug", "organisation_id", "period"),
        partial_index("ix_duty_open", "bureau_id", "organisation_id", "due_on", where="fulfilled_at IS NULL"),
        partial_index("ix_duty_open_slug", "bureau_id", "slug", "due_on", where="fulfilled_at IS NULL"),
        partial_index("ix_duty_done", "bureau_id", "organisation_id", "due_on", where="fulfilled_at IS NOT NULL"),
        partial_index("ix_duty_done_slug", "bureau_id", "slug", "due_on", where="fulfilled_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    slug: Mapped[str] = mapped_column(String(40))  # the process that fulfils it
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(20))  # 2026-2027, 2026-10
    parameter: Mapped[str] = mapped_column(String(60))
    opens_on: Mapped[date]
    due_on: Mapped[date]
    subject_id: Mapped[int | None] = mapped_column(Id)  # the organisation it is about, where that is another
    missed_on: Mapped[date | None]  # nothing had been handed in when the last day came
    case_id: Mapped[int | None] = mapped_column(Id)
    fulfilled_at: Mapped[datetime | None]


class Incident(Base):
    """An 异常 that a person must look at: nobody eligible, a state that cannot be loaded, a job given up."""

    __tablename__ = "incident"
    __table_args__ = (partial_index("ix_incident_open", "bureau_id", "id", where="closed_at IS NULL"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bureau_id: Mapped[int] = mapped_column(Id)
    case_id: Mapped[int | None] = mapped_column(Id)
    task_id: Mapped[int | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
