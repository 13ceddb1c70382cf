"""One act on one case while it is under way: the locked rows and what is read once for all rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm.exc import StaleDataError

from workflow_app import engine
from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.audit.models import AuditChain
from workflow_app.calendar.clocks import CaseClock
from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.cases.foresight import Foreseen
from workflow_app.cases.models import Case, Seat, Task
from workflow_app.cases.others import others
from workflow_app.cases.progress import Progress
from workflow_app.cases.views import valid_submissions, view_of
from workflow_app.definitions.case_view import Answered, CaseView
from workflow_app.definitions.store import version as published_version
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import Advance
from workflow_app.errors import ConflictError, NotFoundError
from workflow_app.policy.parameters import Policy, load_policy

# Statements of every act are built once: building one costs as much as running it.
_LOCKED_CASE = (
    select(Case, AuditChain)
    .join(AuditChain, AuditChain.id == Case.chain_id)
    .where(Case.id == bindparam("case_id"), Case.bureau_id == bindparam("bureau"))
    .with_for_update(of=(Case, AuditChain))
    .execution_options(populate_existing=True)
)
_LOCKED_TASK = (
    select(Task, Case, AuditChain)
    .join(Case, Case.id == Task.case_id)
    .join(AuditChain, AuditChain.id == Case.chain_id)
    .where(Task.id == bindparam("task_id"), Task.bureau_id == bindparam("bureau"))
    .with_for_update(of=(Case, AuditChain, Task))
    .execution_options(populate_existing=True)
)


@dataclass
class Work:
    """The case being acted on. ``save`` writes the changed columns; the edge commits."""

    act: Act
    case: Case
    chain: AuditChain
    version: ProcessVersion
    facts: dict[str, dict[str, Any]]
    progress: Progress
    opened: list[tuple[Task, list[Seat]]] = field(default_factory=list)
    foreseen: Foreseen | None = None
    _submissions: list[Answered] | None = None

    @classmethod
    def on(cls, act: Act, case: Case, chain: AuditChain) -> Work:
        """Begin an act on a locked case."""
        return cls(
            act,
            case,
            chain,
            published_version(act.session, case.version_id),
            dict(case.facts),
            Progress.from_json(case.progress),
        )

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The bureau's working days, read at most once in an act."""
        return load_calendar(self.act.session, self.act.bureau_id)

    @cached_property
    def policy(self) -> Policy:
        """The bureau's policy amounts of today, read at most once in an act."""
        return load_policy(self.act.session, self.act.bureau_id, self.act.today)

    @property
    def clock(self) -> CaseClock | None:
        """The case clock, once it has started."""
        return CaseClock.from_json(self.case.clock) if self.case.clock else None

    def set_clock(self, clock: CaseClock) -> None:
        """Store a changed clock and the due date that follows from it."""
        self.case.clock = clock.to_json()
        self.case.due_on = clock.due(self.calendar)

    def opened_seats(self) -> list[tuple[Task, list[Seat]]]:
        """The tasks that this act has opened and that are still open, with their open seats."""
        return [(t, [s for s in seats if s.state == "open"]) for t, seats in self.opened if t.closed_at is None]

    def engine_facts(self) -> Mapping[str, Mapping[str, Any]]:
        """The facts as the engine gets them: every declared name present, unknown ones None."""
        return self.version.complete_facts(self.facts)

    def completed(self, engine_task_id: str) -> Advance:
        """What the engine says to the completion of a step or an operation; it is not asked again what was foreseen.

        Raises:
            EngineRefused: as ``engine.complete``.
        """
        version, state, facts = self.version, self.case.state, self.engine_facts()
        if self.foreseen is not None and self.foreseen.answers(version, state, facts, engine_task_id):
            return self.foreseen.advance
        return engine.complete(version.spec, state, engine_task_id, facts)

    def log(self, kind: str, subject: str, body: Mapping[str, Any]) -> None:
        """Append an event to the case's own chain."""
        append(self.act, self.chain, kind, subject, body)

    def submissions(self) -> list[Answered]:
        """Every valid submission, oldest first, read when content first asks for it."""
        if self._submissions is None:
            self.act.session.flush()
            self._submissions = valid_submissions(self.act.session, self.case, self.version)
        return self._submissions

    def forget_submissions(self) -> None:
        """Read them anew at the next question: one was added or undone."""
        self._submissions = None

    def view(self) -> CaseView:
        """The case as checks, operations and record templates see it."""
        return view_of(
            self.case, self.version, self.facts, self.submissions, self.progress.period, others(self.act, self.case)
        )

    def save(self) -> None:
        """Write the case's columns.

        Raises:
            ConflictError: another act changed the case in between (the guard where the database ignores row locks).
        """
        self.case.facts = dict(self.facts)
        progress = self.progress if self.case.closed_at is None else self.progress.of_the_end()
        self.case.progress = progress.to_json()
        try:
            self.act.session.flush()
        except StaleDataError as stale:
            raise ConflictError("该办件刚刚被他人办理，请刷新页面后再试。") from stale


def lock_case(act: Act, case_id: int) -> Work:
    """Lock a case for an act.

    The chain is locked with it: PostgreSQL reads anew, after waiting for a lock, only the rows that are locked.

    Raises:
        NotFoundError: there is no such case in the actor's bureau.
    """
    act.session.flush()  # Rows are read anew: what this act has changed in them already must not be read over.
    row = act.session.execute(_LOCKED_CASE, {"case_id": case_id, "bureau": act.bureau_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return Work.on(act, *row)


def lock_task(act: Act, task_id: int) -> tuple[Work, Task]:
    """Lock the case of a task; the case first, always, so that two acts on one case queue up.

    Raises:
        NotFoundError: there is no such task in the actor's bureau.
    """
    act.session.flush()  # As for a case.
    row = act.session.execute(_LOCKED_TASK, {"task_id": task_id, "bureau": act.bureau_id}).one_or_none()
    if row is None:
        raise NotFoundError
    task, case, chain = row
    return Work.on(act, case, chain), task
