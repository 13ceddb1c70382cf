"""Incidents (异常): what a person must look at. While one is open, the same finding is not reported again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Deadline, Incident, Task
from workflow_app.cases.work import Work, lock_case
from workflow_app.engine import EngineRefused
from workflow_app.jobs.worker import Claimed

StuckCase = EngineRefused
"""What is raised when the engine cannot go on with a case: its stored state is damaged, say. Trying again will not
help, somebody has to look; other cases are not concerned."""

IncidentKind = Literal["nobody_eligible", "case_stuck", "too_many_rounds", "job_failed"]
"""nobody_eligible: a step whose position nobody holds · case_stuck: the engine cannot go on · too_many_rounds: it soon
will not · job_failed: a background job was given up."""

STUCK: Final = "case_stuck"
"""The kind of the incident of a case with which the engine cannot go on."""


def open_incident(work: Work, kind: IncidentKind, detail: str, task: Task | None = None) -> None:
    """Open an incident of a case, or of one of its tasks, unless one of this kind is open there already."""
    act, case, task_id = work.act, work.case, task.id if task else None
    known = select(Incident.id).where(
        Incident.bureau_id == case.bureau_id,
        Incident.case_id == case.id,
        Incident.task_id == task_id,
        Incident.kind == kind,
        Incident.closed_at.is_(None),
    )
    if act.session.scalars(known).first() is not None:
        return
    incident = Incident(
        bureau_id=case.bureau_id, case_id=case.id, task_id=task_id, kind=kind, detail=detail, opened_at=act.now
    )
    act.session.add(incident)
    subject = f"task:{task.id}" if task else f"case:{case.id}"
    work.log("incident_opened", subject, {"incident": kind, "detail": detail})


def report_stuck(act: Act, args: Mapping[str, Any], detail: str) -> None:
    """Open the incident of a stuck case; ``args`` names the case by ``case_id``, ``task_id`` or ``deadline_id``.

    The act that found it was undone; this one does not touch the engine's state. What is named may be gone.
    """
    case_id = _case_of(act, args)
    if case_id is not None:
        open_incident(lock_case(act, case_id), STUCK, detail)


def report_failed_job(session: Session, job: Claimed, error: Exception, now: datetime) -> None:
    """Open an incident at the first failure that a case's own state has caused. The job goes on being tried, so that a
    case that has been repaired moves on by itself."""
    if isinstance(error, StuckCase):
        report_stuck(Act(session, system_actor(job.bureau_id), now), job.args, f"{job.kind}: {error}")


def report_given_up_job(session: Session, job: Claimed, error: str, now: datetime) -> None:
    """Open an incident for a job that failed for good, so that a person looks at it."""
    detail = f"{job.kind} {job.key}: {error}"[:2000]
    session.add(Incident(bureau_id=job.bureau_id, kind="job_failed", detail=detail, opened_at=now))


def _case_of(act: Act, args: Mapping[str, Any]) -> int | None:
    if "case_id" in args:
        return int(args["case_id"])
    for key, table in (("task_id", Task), ("deadline_id", Deadline)):
        if key in args:
            named = select(table.case_id).where(table.bureau_id == act.bureau_id, table.id == args[key])
            return act.session.scalar(named)
    return None
