"""What a flush writes: plain changes plainly, the rest through the unit of work, and both as one."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests.costs import counting
from tests.county import NewCounty, acting, open_task, seats_of, tasks_of
from workflow_app.cases.models import Seat, Task
from workflow_app.database import Database
from workflow_app.directory.models import Bureau
from workflow_app.flushing import ActSession, insert_later


def _bureau(code: str) -> Bureau:
    return Bureau(code=code, name="局", county="县", document_word="字", policy_profile="003")


def _values(code: str) -> dict[str, str]:
    return {"code": code, "name": "局", "county": "县", "document_word": "字", "policy_profile": "003"}


def _names(session: Session) -> list[str]:
    return list(session.scalars(select(Bureau.name).order_by(Bureau.code)))


@pytest.fixture
def bureaus(database: Database) -> Database:
    """Three bureaus, a to c."""
    with database.writing() as session:
        session.add_all([_bureau(code) for code in "abc"])
    return database


def _all(session: Session) -> list[Bureau]:
    return list(session.scalars(select(Bureau).order_by(Bureau.code)))


def test_only_what_differs_is_written_and_only_once(bureaus: Database) -> None:
    with counting(bureaus.engine) as cost, bureaus.writing() as session:
        first, second, _ = _all(session)
        first.name, first.county = "新局", first.county
        second.name = second.name
        session.flush()
        session.flush()
        first.name = "再改"
    updates = [sql for sql, _ in cost.statements if sql.startswith("UPDATE")]
    assert len(updates) == 2, str(cost)
    assert all("county" not in sql for sql in updates)
    with bureaus.reading() as session:
        assert _names(session) == ["再改", "局", "局"]


def test_rows_that_change_alike_are_written_with_one_statement(bureaus: Database) -> None:
    with counting(bureaus.engine) as cost, bureaus.writing() as session:
        first, second, third = _all(session)
        first.name, second.name, third.county = "一局", "二局", "邻县"
    updates = [sql for sql, _ in cost.statements if sql.startswith("UPDATE")]
    assert len(updates) == 2, str(cost)
    with bureaus.reading() as session:
        assert _names(session) == ["一局", "二局", "局"]


def test_a_change_that_is_rolled_back_is_read_anew(bureaus: Database) -> None:
    with ActSession(bureaus.engine, autoflush=False) as session:
        first = _all(session)[0]
        first.name = "不算"
        session.flush()
        session.rollback()
        assert first.name == "局"
        first.name = "算数"
        session.commit()
    with bureaus.reading() as session:
        assert _names(session)[0] == "算数"


def test_new_deleted_and_computed_are_left_to_the_unit_of_work(bureaus: Database) -> None:
    with bureaus.writing() as session:
        first, second, third = _all(session)
        first.name = func.upper("ab")
        second.name = "二局"
        third.name = "将删"
        session.delete(third)
        session.add(_bureau("d"))
    with bureaus.reading() as session:
        assert _names(session) == ["AB", "二局", "局"]
        assert session.scalars(select(Bureau.code).order_by(Bureau.code)).all() == ["a", "b", "d"]


def test_a_savepoint_that_is_given_up_takes_back_what_was_written_within(bureaus: Database) -> None:
    with bureaus.writing() as session:
        first = _all(session)[0]
        first.name = "保留"
        insert_later(session, Bureau, _values("d"))
        within = session.begin_nested()
        first.name = "放弃"
        session.flush()
        insert_later(session, Bureau, _values("e"))
        within.rollback()
        assert first.name == "保留"
        first.county = "邻县"
    with bureaus.reading() as session:
        assert _names(session)[0] == "保留"
        assert session.scalars(select(Bureau.code).order_by(Bureau.code)).all() == ["a", "b", "c", "d"]


def test_a_row_that_is_gone_is_not_passed_over(bureaus: Database) -> None:
    def change() -> None:
        with bureaus.writing() as session:
            first, second, _ = _all(session)
            first.name, second.name = "一局", "二局"
            session.execute(delete(Bureau).where(Bureau.code == "b"), execution_options={"synchronize_session": False})

    with pytest.raises(StaleDataError):
        change()
    with bureaus.reading() as session:
        assert _names(session) == ["局", "局", "局"]


def test_what_the_database_refuses_is_said_as_ever(bureaus: Database) -> None:
    def change() -> None:
        with bureaus.writing() as session:
            _all(session)[0].code = "b"

    with pytest.raises(IntegrityError):
        change()


def test_a_revision_goes_up_by_one_with_each_write(county_at: NewCounty) -> None:
    player = county_at("filed")
    task_id = open_task(player, "accept_review").id
    with acting(player, "limin") as act:
        task = act.session.get_one(Task, task_id)
        for decision in ("accept", "return"):
            task.decision = decision
            act.session.flush()
        assert task.revision == 3
    assert tasks_of(player, "accept_review")[-1].revision == 3


def test_a_revision_that_another_act_has_raised_is_not_written_over(county_at: NewCounty) -> None:
    player = county_at("filed")
    task_id = open_task(player, "accept_review").id
    with acting(player, "limin") as act:
        task = act.session.get_one(Task, task_id)
        meanwhile = update(Task).where(Task.id == task_id).values(revision=2)
        act.session.execute(meanwhile, execution_options={"synchronize_session": False})
        task.decision = "accept"
        with pytest.raises(StaleDataError):
            act.session.flush()
        act.session.expunge(task)
    assert tasks_of(player, "accept_review")[-1].decision is None


def test_one_of_many_whose_revision_was_raised_stops_them_all(county_at: NewCounty) -> None:
    player = county_at("approved")

    def change() -> None:
        with acting(player, "limin") as act:
            tasks = act.session.scalars(select(Task).order_by(Task.id)).all()
            for task in tasks:
                task.stage = "archived"
            meanwhile = update(Task).where(Task.id == tasks[1].id).values(revision=9)
            act.session.execute(meanwhile, execution_options={"synchronize_session": False})

    with pytest.raises(StaleDataError):
        change()
    with player.database.reading() as session:
        assert "archived" not in session.scalars(select(Task.stage)).all()


def test_the_revision_of_each_of_many_goes_up(county_at: NewCounty) -> None:
    player = county_at("approved")
    with acting(player, "limin") as act:
        tasks = act.session.scalars(select(Task)).all()
        before = {task.id: task.revision for task in tasks}
        assert len(tasks) > 3
        for task in tasks:
            task.stage = "archived"
    with player.database.reading() as session:
        now = {task.id: task.revision for task in session.scalars(select(Task))}
    assert now == {ident: revision + 1 for ident, revision in before.items()}


def test_rows_that_refer_to_each_other_as_objects_are_written_together(county_at: NewCounty) -> None:
    """A new seat names its task as an object while the task itself has changed."""
    player = county_at("filed")
    task_id = open_task(player, "accept_review").id
    with acting(player, "limin") as act:
        task = act.session.get_one(Task, task_id)
        (seat,) = seats_of(player, task_id)
        task.stage = "archived"
        new = {
            key: getattr(seat, key)
            for key in vars(seat)
            if key in Seat.__table__.columns and key not in {"id", "task_id", "no"}
        }
        act.session.add(Seat(**new, no=2, task=task))
    assert [seat.no for seat in seats_of(player, task_id)] == [1, 2]


def test_rows_for_later_go_in_with_one_statement(bureaus: Database) -> None:
    with counting(bureaus.engine) as cost, bureaus.writing() as session:
        insert_later(session, Bureau, _values("d"))
        insert_later(session, Bureau, _values("e"))
        _all(session)[0].name = "改了"
    assert [sql.split()[0] for sql, _ in cost.statements if "INSERT" in sql] == ["INSERT"]
    with bureaus.reading() as session:
        assert len(_names(session)) == 5


def test_rows_for_later_go_with_their_transaction(bureaus: Database) -> None:
    with ActSession(bureaus.engine, autoflush=False) as session:
        insert_later(session, Bureau, _values("d"))
        session.rollback()
        _all(session)[0].name = "改了"
        session.flush()
        insert_later(session, Bureau, _values("e"))
        session.flush()
        session.commit()
    with bureaus.reading() as session:
        assert session.scalars(select(Bureau.code).order_by(Bureau.code)).all() == ["a", "b", "c", "e"]


def test_another_kind_of_session_keeps_nothing_for_later(bureaus: Database) -> None:
    with Session(bureaus.engine) as session, pytest.raises(TypeError):
        insert_later(session, Bureau, _values("d"))
