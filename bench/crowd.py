"""A million open tasks: the rows of one real case copied by the database itself, with other owners and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, Select, Table, case, cast, insert, literal, select
from sqlalchemy import String as SqlString
from sqlalchemy.orm import Session

from bench.product import STEPS, Product
from workflow_app.cases.models import CaseParty, Seat, Task
from workflow_app.database import Base
from workflow_app.directory.models import Organisation
from workflow_app.notices.models import Notice

OWN = 5_000
"""How many of the open tasks are those of the one officer, at most half of all."""

FIRST_ID = 1_000_000
DAYS = 60
"""Due dates are spread over so many days around today."""


class Crowd:
    """The county of a bench, filled step by step. Copies are made of the case that the officer has to review."""

    def __init__(self, county: Product) -> None:
        self.county, self.size = county, 0
        self._officer = county.actor("limin")
        case_id = county.start()
        county.completion(case_id, *STEPS[0])()
        with county.database.reading() as session:
            self._case_id = case_id
            self._task_id = session.scalars(
                select(Task.id).where(Task.case_id == case_id, Task.closed_at.is_(None))
            ).one()
            self._others = list(
                session.scalars(select(Organisation.id).where(Organisation.kind == "school").order_by(Organisation.id))
            )

    def grow(self, size: int) -> None:
        """Copy until so many tasks are open; the database may then look at what it holds, as it does by itself."""
        first, last = FIRST_ID + self.size, FIRST_ID + size - 1
        own_before, own_after = min(OWN, self.size // 2), min(OWN, size // 2)
        own_last = first + (own_after - own_before) - 1
        with self.county.database.writing() as session:
            self._copy(session, first, last, own_last)
        self.size = size
        if not self.county.database.is_sqlite:
            with self.county.database.writing() as session:
                session.connection().exec_driver_sql("ANALYZE")

    def _copy(self, session: Session, first: int, last: int, own_last: int) -> None:
        # Own tasks lie among the others' as in life: every id up to own_last is the officer's, dates go round.
        number = select(literal(first, Integer).label("i")).cte("number", recursive=True)
        number = number.union_all(select(number.c.i + 1).where(number.c.i < last))
        i = number.c.i
        due = self._due(i)
        others = dict(enumerate(self._others))
        owner = case((i <= own_last, Seat.organisation_id), else_=_pick(i, others))
        text_number = literal("BB-", SqlString) + cast(i, SqlString)
        cases, tasks, seats = (Base.metadata.tables[name] for name in ("case", "task", "seat"))
        changes: Mapping[Table, Mapping[str, Any]] = {
            cases: {"id": i, "number": text_number},
            tasks: {"id": i, "case_id": i, "due_on": due},
            seats: {"id": i, "case_id": i, "task_id": i, "due_on": due, "organisation_id": owner},
        }
        models = {cases: cases.c.id == self._case_id, tasks: tasks.c.id == self._task_id}
        models[seats] = seats.c.task_id == self._task_id
        for table, new in changes.items():
            columns = [new.get(c.name, c) for c in table.columns]
            rows: Select[Any] = select(*columns).select_from(table.join(number, literal(True))).where(models[table])
            session.execute(insert(table).from_select([c.name for c in table.columns], rows, include_defaults=False))
        seat = Seat.__table__.c
        party = select(seat.bureau_id, seat.organisation_id, seat.case_id, literal("participant")).where(
            seat.id.between(first, last)
        )
        session.execute(insert(CaseParty).from_select(["bureau_id", "organisation_id", "case_id", "role"], party))
        self._notices(session, first, own_last)

    def _due(self, i: Any) -> Any:
        """A date for each row, the dates going round within DAYS around today."""
        days = [self.county.player.now.date() + timedelta(days=n - DAYS // 3) for n in range(DAYS)]
        return _pick(i, dict(enumerate(days)))

    def _notices(self, session: Session, first: int, own_last: int) -> None:
        """The officer was told of each own task."""
        actor, now = self._officer, self.county.player.now
        message = literal({"msgid": "您有新的任务", "args": {}}, Notice.__table__.c.message.type)
        seat = Seat.__table__.c
        rows = select(
            seat.id,
            seat.bureau_id,
            literal(actor.person_id),
            literal("tasks_opened"),
            message,
            seat.case_id,
            literal(now, Notice.__table__.c.at.type),
        ).where(seat.id.between(first, own_last))
        columns = ["id", "bureau_id", "person_id", "kind", "message", "case_id", "at"]
        session.execute(insert(Notice).from_select(columns, rows))


def _pick(i: Any, values: Mapping[int, Any]) -> Any:
    """One of the values for each row, going round."""
    return case(values, value=i % len(values))
