"""Linked cases: an act that touches other cases writes its own case and one job per other case; never two locks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflow_app.act import Act, Actor, Holding
from workflow_app.cases.models import Case, CaseLink
from workflow_app.cases.start import start_case
from workflow_app.cases.work import Work
from workflow_app.definitions.store import current
from workflow_app.jobs import enqueue


def open_linked(work: Work, slug: str, applicant_id: int, kind: str) -> None:
    """Wish for a case of another process that belongs to this one; a job starts it, once."""
    enqueue(
        work.act,
        kind="start_linked",
        args={"case_id": work.case.id, "slug": slug, "applicant_id": applicant_id, "kind": kind},
        key=f"start_linked:{work.case.id}:{slug}:{applicant_id}",
    )


def start_linked(act: Act, args: Mapping[str, Any]) -> int:
    """Start the wished-for case and link it, unless that was done already; the id of the linked case.

    Run by the worker in a transaction of its own.
    """
    existing = act.session.scalar(
        select(CaseLink.other_id)
        .join(Case, Case.id == CaseLink.other_id)
        .where(
            CaseLink.bureau_id == act.bureau_id,
            CaseLink.case_id == args["case_id"],
            CaseLink.kind == args["kind"],
            Case.slug == args["slug"],
            Case.applicant_id == args["applicant_id"],
        )
    )
    if existing is not None:
        return existing
    _, version = current(act.session, act.bureau_id, args["slug"])
    position = version.head.starts.partition("@")[0]
    on_behalf = Actor(
        bureau_id=act.bureau_id,
        name=act.actor.name,
        kind=act.actor.kind,
        holdings=frozenset({Holding(args["applicant_id"], position)}),
    )
    started = start_case(Act(act.session, on_behalf, act.now), args["slug"], applicant_id=args["applicant_id"])
    act.session.add(
        CaseLink(
            bureau_id=act.bureau_id, case_id=args["case_id"], other_id=started.case_id, kind=args["kind"], at=act.now
        )
    )
    act.session.flush()
    return started.case_id


def linked(work: Work) -> list[CaseLink]:
    """The links in which the case stands, on either side."""
    case = work.case
    return list(
        work.act.session.scalars(
            select(CaseLink).where(
                CaseLink.bureau_id == case.bureau_id, (CaseLink.case_id == case.id) | (CaseLink.other_id == case.id)
            )
        )
    )
