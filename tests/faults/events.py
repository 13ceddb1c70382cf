"""I-5: every act has left exactly one audit event, and no event tells of an act that left nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.faults.world import Violation, World
from workflow_app.cases.models import Seat
from workflow_app.files.models import StoredFile
from workflow_app.records.models import IssuedRecord, RecordArtefact


def acts_are_events(world: World) -> Iterator[Violation]:
    """I-5: acts and audit events are the same, one to one."""
    for name, kinds, key, wanted in _pairs(world):
        told = Counter(event.body[key] if key else event.subject for kind in kinds for event in world.events[kind])
        there = Counter(wanted)
        for row in sorted(told | there, key=str):
            if told[row] != there[row]:
                events = f"{told[row]} {' or '.join(kinds)} events"
                yield Violation("I-5", f"{name}:{row}" if key else str(row), f"{there[row]} in the tables, {events}")
    yield from _answers_are_told_as_they_are(world)


def _pairs(world: World) -> Iterator[tuple[str, tuple[str, ...], str | None, Iterable[object]]]:
    """What must agree: name, kinds of events, the key of the body that says which (None: the subject), the rows."""
    deadlines = [deadline for rows in world.deadlines.values() for deadline in rows]
    seats = [seat for rows in world.seats.values() for seat in rows]
    completed = ("task_completed",)
    yield "submission", completed, "submission_id", [row.id for row in world.submissions]
    yield "seat", ("ballot_cast",), "seat_id", [seat.id for seat in seats if seat.ballot_key is not None]
    yield "case", ("case_opened",), None, [f"case:{case.id}" for case in world.cases]
    yield "case", ("case_filed",), None, [f"case:{case.id}" for case in world.cases if case.filed_on]
    yield "case", ("case_closed",), None, [f"case:{case.id}" for case in world.cases if case.closed_at]
    yield "deadline", ("deadline_armed",), None, [f"deadline:{row.id}" for row in deadlines]
    fired = [f"deadline:{row.id}" for row in deadlines if row.state == "fired"]
    yield "deadline", ("deadline_fired",), None, fired
    yield "file", ("file_uploaded", "record_rendered"), "file_id", [row.id for row in world.all(StoredFile)]
    yield "record", ("record_issued",), "record_id", [row.id for row in world.all(IssuedRecord)]
    originals = [row.record_id for row in world.all(RecordArtefact) if row.kind == "original"]
    yield "record", ("record_rendered",), "record_id", originals


def _answers_are_told_as_they_are(world: World) -> Iterator[Violation]:
    """The event of an answer names its seat, its person and its instant, and stands in the chain of its case."""
    chains = {case.id: case.chain_id for case in world.cases}
    rows = {row.id: row for row in world.submissions}
    done: dict[int, Seat] = {seat.id: seat for seats in world.seats.values() for seat in seats if seat.state == "done"}
    for event in world.events["task_completed"]:
        row = rows.get(event.body["submission_id"])
        if row is None:
            continue
        where = f"submission:{row.id}"
        if (event.chain_id, event.subject) != (chains[row.case_id], f"task:{row.task_id}"):
            yield Violation("I-5", where, f"is told in chain {event.chain_id} of {event.subject}")
        # An invited outsider is nobody of the directory: their answer names the invitation, and so does its event.
        who = ("person", row.person_id) if row.invitation_id is None else ("invited", row.invitation_id)
        if (event.actor_kind, event.actor_id, event.at) != (*who, row.at):
            yield Violation("I-5", where, f"is told of {event.actor_kind} {event.actor_id} at {event.at}")
        seat = done.get(row.seat_id)
        if seat is not None and (seat.done_by_id, seat.done_at) != (row.person_id, row.at):
            yield Violation("I-5", where, f"its seat says person {seat.done_by_id} at {seat.done_at}")
