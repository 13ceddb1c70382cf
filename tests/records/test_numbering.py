"""Numbers: no gap, no double, whoever asks and however an act ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from workflow_app.act import Act, Actor, Holding
from workflow_app.audit.models import AuditEvent
from workflow_app.database import Database
from workflow_app.directory.positions import POSITIONS
from workflow_app.errors import ForbiddenError, InvalidError
from workflow_app.records.models import NumberSeries
from workflow_app.records.numbering import allocate, set_next

ACTOR = Actor(bureau_id=1, name="测试员")


@pytest.fixture
def clerk(act: Act) -> Act:
    """An act by the records clerk, who keeps the numbers."""
    return replace(act, actor=replace(act.actor, holdings=frozenset({Holding(1, "office_clerk")})))


def test_each_series_counts_for_itself(act: Act) -> None:
    assert [allocate(act, "青教体复", 2026) for _ in range(3)] == [1, 2, 3]
    assert allocate(act, "青教体补", 2026) == 1
    assert allocate(act, "青教体复", 2027) == 1
    other = replace(act, actor=replace(act.actor, bureau_id=act.bureau_id + 1))
    assert allocate(other, "青教体复", 2026) == 1


def test_acts_at_the_same_time_get_different_numbers_without_a_gap(database: Database) -> None:
    def one(_: int) -> int:
        with database.writing() as session:
            return allocate(Act(session, ACTOR, NOW), "青教体复", 2026)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(40))) == list(range(1, 41))


def test_acts_at_the_same_time_leave_no_gap_when_some_of_them_fail(database: Database) -> None:
    def one(number: int) -> int | None:
        try:
            with database.writing() as session:
                taken = allocate(Act(session, ACTOR, NOW), "青教体复", 2026)
                if number % 3 == 0:
                    raise RuntimeError("broken off")
                return taken
        except RuntimeError:
            return None

    with ThreadPoolExecutor(8) as pool:
        kept = sorted(taken for taken in pool.map(one, range(36)) if taken is not None)
    assert kept == list(range(1, 25))


def test_an_act_that_fails_leaves_no_gap(database: Database) -> None:
    with database.writing() as session:
        assert allocate(Act(session, ACTOR, NOW), "青教体复", 2026) == 1
    with pytest.raises(AssertionError, match="broken off"), database.writing() as session:
        assert allocate(Act(session, ACTOR, NOW), "青教体复", 2026) != 2, "broken off"
    with database.writing() as session:
        assert allocate(Act(session, ACTOR, NOW), "青教体复", 2026) == 2


def test_a_series_goes_on_where_an_audited_act_says(act: Act, clerk: Act) -> None:
    set_next(clerk, "青教体复", 2026, 12, "此前已以纸质方式编发11号")
    assert [allocate(act, "青教体复", 2026) for _ in range(2)] == [12, 13]
    act.session.flush()
    (event,) = act.session.scalars(select(AuditEvent))
    assert (event.kind, event.subject) == ("number_series_set", "series:青教体复:2026")
    assert event.body == {"word": "青教体复", "year": 2026, "next": 12, "reason": "此前已以纸质方式编发11号"}


def test_a_series_never_runs_backwards(act: Act, clerk: Act) -> None:
    for _ in range(3):
        allocate(act, "青教体复", 2026)
    with pytest.raises(InvalidError) as refusal:
        set_next(clerk, "青教体复", 2026, 3, "更正")
    (problem,) = refusal.value.problems
    assert str(problem.message) == "青教体复〔2026〕的编号已用到3号，不能再从3号编起"
    assert allocate(act, "青教体复", 2026) == 4
    act.session.flush()
    assert act.session.scalars(select(AuditEvent)).all() == []


def test_a_change_of_a_series_needs_a_reason(clerk: Act) -> None:
    with pytest.raises(InvalidError) as refusal:
        set_next(clerk, "青教体复", 2026, 12, " ")
    assert [p.field for p in refusal.value.problems] == ["reason"]


@pytest.mark.parametrize("position", sorted(POSITIONS.keys() - {"office_clerk"}))
def test_only_the_records_clerk_keeps_the_numbers(act: Act, position: str) -> None:
    other = replace(act, actor=replace(act.actor, holdings=frozenset({Holding(1, position)})))
    with pytest.raises(ForbiddenError, match="办公室文书"):
        set_next(other, "青教体复", 2026, 12, "此前已以纸质方式编发11号")
    act.session.flush()
    assert act.session.scalars(select(NumberSeries)).all() == []
    assert act.session.scalars(select(AuditEvent)).all() == []


def test_a_loaded_row_shows_the_number_taken(act: Act) -> None:
    allocate(act, "青教体复", 2026)
    row = act.session.scalars(select(NumberSeries)).one()
    allocate(act, "青教体复", 2026)
    act.session.refresh(row)
    assert row.next == 3
