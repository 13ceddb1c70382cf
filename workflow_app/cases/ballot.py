"""Secret ballots (无记名投票): a sealed task keeps who has voted and what was chosen, and never the two together.

A vote stores no submission. One transaction marks the seat as voted and rewrites the one box of the task: its sorted,
encrypted choices. When the last vote is in, the box is opened and only the sorted choices stay. Each choice takes the
same room, so that not even the length of the box tells what was put in.

What a box cannot do: whoever holds the data key and copies of the database from before and after a vote can compare
them. Keep the key away from the copies (docs/administrators.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select, update

from workflow_app.audit.proof import row_hash
from workflow_app.cases.models import SealedBox, Seat, Task
from workflow_app.cases.seats import Tally, seated
from workflow_app.cases.work import Work
from workflow_app.columns import canonical_json, digest
from workflow_app.definitions.schema import SeatRule, TaskForm
from workflow_app.errors import WorkflowError
from workflow_app.security.vault import UnreadableValueError, current_vault


def is_sealed(form: TaskForm) -> bool:
    """Whether the step is a secret ballot."""
    return form.seats is not None and form.seats.sealed


def cast(work: Work, task: Task, seat: Seat, form: TaskForm, choice: str, idempotency_key: str) -> None:
    """Put one vote into the box and mark the seat as voted; the event says that, and not what was chosen.

    Raises:
        WorkflowError: the box was changed by somebody else than this program.
    """
    act = work.act
    box = _box(work, task)
    if box is None:
        box = SealedBox(bureau_id=act.bureau_id, case_id=task.case_id, task_id=task.id, votes=0)
        act.session.add(box)
    choices = _opened(box, task)
    box.content = _sealed(sorted([*choices, choice]), task, form)
    box.votes = len(choices) + 1
    seat.state, seat.ballot_key = "done", digest(idempotency_key)
    seat.done_by_id, seat.done_by, seat.done_at = act.actor.person_id, act.actor.name, act.now
    if act.actor.person_id is not None:
        work.progress.answered.setdefault(task.element, []).append(act.actor.person_id)
    act.session.flush()
    work.log("ballot_cast", f"task:{task.id}", {"element": task.element, "round": task.round, "seat_id": seat.id})


def standing(work: Work, task: Task, seats: Sequence[Seat], form: TaskForm, amount: Fraction | None) -> Tally:
    """Whether the ballot is over, and then its decision. It never ends early: that would tell what is in the box.

    Raises:
        WorkflowError: the box does not hold as many votes as seats have voted, or cannot be opened.
    """
    rule, table = form.seats, seated(seats)
    assert rule is not None, "a ballot has seats"
    voted = [s for s in table if s.state == "done"]
    enough = int(amount) if rule.rule == "quorum" and amount is not None else len(table)
    if not voted or len(voted) < min(enough, len(table)):
        return Tally(False)
    box = _box(work, task)
    choices = _opened(box, task) if box is not None else []
    if len(choices) != len(voted):
        raise WorkflowError("票箱中的票数与已投票人数不符，不能计票，请联系系统管理员。")
    yes = sum(1 for choice in choices if choice == rule.passing)
    return Tally(True, rule.passed if yes >= _needed(rule, amount, len(table), len(voted)) else rule.failed)


def count(work: Work, task: Task, form: TaskForm, decision: str | None) -> dict[str, Any]:
    """Open the box for good: only the sorted choices stay. The facts of the element: decision and counts."""
    box = _box(work, task)
    assert box is not None, "a ballot that is over has a box"
    choices = _opened(box, task)
    box.choices, box.content = list(choices), None
    work.act.session.flush()
    votes = {d.value: sum(1 for choice in choices if choice == d.value) for d in form.decisions}
    body = {"element": task.element, "round": task.round, "box_id": box.id, "votes": votes}
    work.log("ballot_counted", f"task:{task.id}", {**body, "content_hash": box_hash(box)})
    return {"decision": decision, **{votes_key(value): number for value, number in votes.items()}}


def discard(work: Work, task_ids: Sequence[int]) -> None:
    """Destroy what lies in the boxes of ballots that were undone before their end."""
    open_boxes = update(SealedBox).where(SealedBox.task_id.in_(task_ids), SealedBox.choices.is_(None))
    work.act.session.execute(open_boxes.values(content=None))


def box_hash(box: SealedBox) -> str:
    """The hash over a counted box, which the event of the count holds."""
    return row_hash(box)


def votes_key(decision: str) -> str:
    """The fact that says how many chose a decision: ``votes_agree``."""
    return f"votes_{decision}"


def was_cast_with(seat: Seat, idempotency_key: str) -> bool:
    """Whether a request is the repetition of the one that voted here."""
    return seat.ballot_key is not None and seat.ballot_key == digest(idempotency_key)


def _needed(rule: SeatRule, amount: Fraction | None, seats: int, voted: int) -> Fraction:
    """How many must have chosen the passing decision: of all seats a share (ratio), else everyone who voted."""
    if rule.rule == "ratio":
        return (amount if amount is not None else Fraction(1)) * seats
    return Fraction(voted)


def _box(work: Work, task: Task) -> SealedBox | None:
    return work.act.session.scalars(
        select(SealedBox).where(SealedBox.bureau_id == task.bureau_id, SealedBox.task_id == task.id)
    ).one_or_none()


def _sealed(choices: Sequence[str], task: Task, form: TaskForm) -> bytes:
    width = max(len(d.value) for d in form.decisions)
    return current_vault().seal(canonical_json([choice.ljust(width) for choice in choices]), _context(task))


def _opened(box: SealedBox, task: Task) -> list[str]:
    if box.content is None:
        return []
    try:
        padded: list[str] = json.loads(current_vault().open(box.content, _context(task)))
    except UnreadableValueError as changed:
        raise WorkflowError("票箱无法打开：内容被改动过，或者加密密钥已更换，请联系系统管理员。") from changed
    return [choice.rstrip() for choice in padded]


def _context(task: Task) -> str:
    return f"sealed_box.content:{task.id}"
