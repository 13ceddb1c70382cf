"""Following an advance of the engine: rows for what it opened and closed, and the operations it waits for.

Everything happens in the transaction of the act. An operation that raises undoes the whole act.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select, update

from workflow_app.cases import clock
from workflow_app.cases.ballot import discard, is_sealed
from workflow_app.cases.catalogue import FIGURES, OPERATIONS
from workflow_app.cases.deadlines import arm, disarm
from workflow_app.cases.duties import fulfil
from workflow_app.cases.incidents import open_incident
from workflow_app.cases.models import Draft, Seat, Task
from workflow_app.cases.opening import announce, open_tasks, write_opened
from workflow_app.cases.work import Work
from workflow_app.definitions.case_view import CheckContext, OperationContext
from workflow_app.engine import DEPTH_ALARM, Advance
from workflow_app.jobs import enqueue

CLOSED_STAGE = "archived"

NO_STATE: Final = b""
"""The engine's state of a case that has ended: the engine is not asked about it again."""

TOO_MANY_ROUNDS: Final = "too_many_rounds"
"""The kind of the incident of a case that has gone round so often that the engine will soon refuse another round."""


def follow(work: Work, advance: Advance) -> None:
    """Carry an advance through to rest: until the engine waits for people or periods, or the process has ended."""
    pending: dict[str, str] = {}
    while True:
        _write(work, advance)
        pending.update(advance.operations)
        for engine_id in (*advance.closed, *advance.undone):
            pending.pop(engine_id, None)
        if not pending:
            break
        engine_id, element = next(iter(pending.items()))
        _operate(work, element)
        advance = work.completed(engine_id)
        clock.after_advance(work, (), [element])
    if advance.depth > DEPTH_ALARM:
        open_incident(work, TOO_MANY_ROUNDS, f"本办件往返次数过多，流程记录已有{advance.depth}层，即将无法继续办理")
    _settle(work, advance)


def _write(work: Work, advance: Advance) -> None:
    work.case.state = advance.state
    closed = work.progress.closed((*advance.closed, *advance.undone, *advance.disarmed))
    work.progress.done.update(step for step in advance.reached if step not in work.version.graph.implied)
    work.progress.awaits = list(advance.waits_for)
    if advance.undone:
        _undo(work, advance.undone, _why_undone(advance))
    for element in advance.undone_elements:
        work.facts.pop(element, None)
    if advance.undone_elements:
        _void_rounds(work, advance.voided)
    disarm(work, advance.disarmed)
    # The clock comes before the new tasks: a period that starts with the decision needs the day on which it ended.
    clock.after_advance(work, list(advance.opened.values()), closed)
    open_tasks(work, advance.opened)
    arm(work, advance.armed)


def _operate(work: Work, element: str) -> None:
    form = work.version.operations[element]
    operation = OPERATIONS[form.name]
    view = work.view()
    asked = CheckContext(work.act, view, element, {})
    context = OperationContext(work.act, view, element, form.args, lambda name: FIGURES[name](asked))
    result = operation(context)
    work.facts[element] = dict(result.facts)


def _undo(work: Work, engine_ids: tuple[str, ...], reason: str) -> None:
    """Close the open rows of steps that a return, a withdrawal or an interrupting deadline has dropped."""
    write_opened(work)  # Of these, too, some may be dropped again in the same act.
    session = work.act.session
    tasks = session.scalars(
        select(Task).where(
            Task.bureau_id == work.case.bureau_id,
            Task.case_id == work.case.id,
            Task.engine_task_id.in_(engine_ids),
            Task.closed_at.is_(None),
        )
    ).all()
    ids = [task.id for task in tasks]
    counting = _answered_in_time(work, ids) if reason == "lapsed" else frozenset()
    for task in tasks:
        task.closed_at, task.close_kind = work.act.now, "lapsed" if task.id in counting else "undone"
        work.log("task_undone", f"task:{task.id}", {"element": task.element, "round": task.round, "reason": reason})
    session.execute(
        update(Seat).where(Seat.task_id.in_(ids), Seat.state.in_(("open", "waiting"))).values(state="closed")
    )
    session.execute(delete(Draft).where(Draft.task_id.in_(ids)))
    if any(is_sealed(work.version.tasks[task.element]) for task in tasks):
        discard(work, ids)
    work.forget_submissions()


def _why_undone(advance: Advance) -> str:
    """``returned``, ``dropped`` with the case that ends, or ``lapsed``: a deadline has interrupted the step."""
    if advance.undone_elements:
        return "returned"
    return "dropped" if advance.outcome is not None else "lapsed"


def _answered_in_time(work: Work, task_ids: Sequence[int]) -> frozenset[int]:
    """Those of some open steps in which somebody has answered: what one side has said in time still counts when the
    period ends before the other has spoken.
    """
    done = select(Seat.task_id).where(
        Seat.bureau_id == work.case.bureau_id, Seat.task_id.in_(task_ids), Seat.state == "done"
    )
    return frozenset(work.act.session.scalars(done))


def _void_rounds(work: Work, engine_ids: tuple[str, ...]) -> None:
    """Mark the finished rounds that a return has undone, so that their answers no longer count."""
    work.act.session.execute(
        update(Task)
        .where(Task.bureau_id == work.case.bureau_id, Task.case_id == work.case.id, Task.engine_task_id.in_(engine_ids))
        .where(Task.close_kind.in_(("completed", "lapsed")))
        .values(close_kind="undone")
    )
    work.forget_submissions()


def _settle(work: Work, advance: Advance) -> None:
    case = work.case
    if advance.outcome is not None:
        case.outcome, case.closed_at, case.stage = advance.outcome, work.act.now, CLOSED_STAGE
        # Nothing waits any more, and tasks, submissions and events tell what was.
        case.state = NO_STATE
        work.log("case_closed", f"case:{case.id}", {"outcome": advance.outcome})
        fulfil(work)
        enqueue(work.act, kind="case_closed", args={"case_id": case.id}, key=f"case_closed:{case.id}")
    elif work.progress.open:
        case.stage = work.version.stage_of(work.progress.open[0][1])


def finish(work: Work) -> None:
    """Write everything with one flush, then what was opened, and enqueue the news of it: its rows have ids only now."""
    work.save()
    write_opened(work)
    announce(work)
