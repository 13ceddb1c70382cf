"""终止办理: the way out of a case that was decided and that no register takes in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.cases.test_duties import create, the_duty
from tests.county import (
    NewCounty,
    acting,
    case_of,
    events_of,
    is_told,
    open_elements,
    page_of,
    record_text,
    records_of,
    rows,
    seats_of,
    table_counts,
    tasks_of,
)
from workflow_app import cases
from workflow_app.audit.verify import verify
from workflow_app.cases.follow import NO_STATE
from workflow_app.cases.models import Case, Deadline, Duty
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.cases.work import lock_case
from workflow_app.definitions.version import TERMINATED
from workflow_app.demo import formation
from workflow_app.demo.formation import CHIEF, CLERK, MEMBERS, OFFICER
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from workflow_app.registers.entries import add_entries
from workflow_app.registers.models import EducationGroup

LEADER, DIRECTOR, OFFICE = "zhengguodong", "fengjianhua", "hewen"
REASON = "同名集团已登记，经研究终止办理。"


def _name_is_taken(player: Player) -> None:
    """Another case has entered a group of that name since this one was examined."""
    with acting(player, LEADER) as act:
        name = lock_case(act, 1).view().answers("apply")["group_name"]
        day = act.today
        taken = EducationGroup(
            bureau_id=1,
            name=name,
            kind="loose",
            stage="primary",
            lead_school_id=player.organisation("城关第二小学"),
            approved_on=day,
            effective_on=day,
            case_id=1,
            recorded_at=act.now,
        )
        add_entries(act, taken)


def _deliver(player: Player) -> None:
    delivered = {"delivered_on": "2026-05-14", "method": "in_person", "received_by": "林晓"}
    player.do(OFFICE, 1, "approval_deliver", delivered)


@pytest.fixture
def refused(county_at: NewCounty) -> Player:
    """E1 with its reply sealed, which the register of groups does not take in."""
    player = county_at("approved")
    _name_is_taken(player)
    with pytest.raises(ConflictError) as told:
        formation.issue(player, 1)
    assert "集团台账中已有" in str(told.value)
    assert "可由分管副局长或局长在办件页说明理由后终止办理" in str(told.value)
    assert open_elements(player) == ["approval_deliver"]
    player.work_until(player.now)
    return player


def test_what_no_register_takes_in_is_ended_by_a_leader(refused: Player) -> None:
    """Nobody else can end it, and with it ends all that waits; what was issued and answered stays."""
    player, issued = refused, [record_text(record) for record in records_of(refused)]
    with pytest.raises(ConflictError):
        player.withdraw(CLERK, 1, "不办了。")
    before = table_counts(player)
    for username in (OFFICE, OFFICER, CHIEF, CLERK, "hancheng"):
        assert not page_of(player, username).may_terminate
        with pytest.raises(ForbiddenError):
            player.terminate(username, 1, REASON)
    with pytest.raises(NotFoundError):
        player.terminate("majun", 1, REASON)
    with pytest.raises(InvalidError):
        player.terminate(LEADER, 1, " ")
    assert table_counts(player) == before, "nothing was written"
    assert page_of(player, DIRECTOR).may_terminate
    assert page_of(player, LEADER).may_terminate

    player.terminate(LEADER, 1, REASON)
    player.work_until(player.now)
    case = case_of(player)
    assert (case.outcome, case.stage, case.state, open_elements(player)) == (TERMINATED, "archived", NO_STATE, [])
    (task,) = tasks_of(player, "approval_deliver")
    assert (task.close_kind, [seat.state for seat in seats_of(player, task.id)]) == ("undone", ["closed"])
    assert rows(player, select(Deadline).where(Deadline.case_id == 1, Deadline.state == "armed")) == []
    assert [record_text(record) for record in records_of(player)] == issued
    for username in (CLERK, OFFICE):
        assert is_told(player, username, "终止办理"), username
    for username in (OFFICER, "majun"):
        assert not is_told(player, username, "终止办理"), username
    with player.database.reading() as session:
        assert verify(session, checks=CONTENT_CHECKS).faults == ()
        assert cases.inbox(session, player.actor(session, OFFICE), today=player.now.date()).rows == ()


def test_its_end_is_told_and_stays_what_it_is(refused: Player) -> None:
    """Whoever sees the case reads why; a second end changes nothing; limits and duties are free again."""
    duty_id, second = create(refused), refused.start("jiangxin", "group-formation")
    with refused.database.writing() as session:
        session.get_one(Duty, duty_id).case_id = 1
        case = session.get_one(Case, 1)
        case.progress = {**case.progress, "duty_id": duty_id}
    assert _beside(refused, second) == [1]
    refused.terminate(LEADER, 1, REASON)
    for username, who in ((OFFICER, "郑国栋"), (CLERK, "None")):
        page = page_of(refused, username)
        assert page.line.outcome is not None
        assert (page.line.outcome.zh, page.waiting, page.may_terminate) == ("终止办理", (), False)
        told = next(entry for entry in page.timeline if entry.step.zh == "终止办理")
        assert (str(told.detail), str(told.who)) == (REASON, who), username

    refused.terminate(DIRECTOR, 1, "再点一次。")
    assert [event.body["reason"] for event in events_of(refused, "case_terminated")] == [REASON]
    assert len(events_of(refused, "case_closed")) == 1
    with pytest.raises(ConflictError):
        refused.withdraw(CLERK, 1, "不办了。")
    assert _beside(refused, second) == []
    assert (the_duty(refused).case_id, the_duty(refused).fulfilled_at) == (None, None)


def _beside(player: Player, case_id: int) -> list[int]:
    """The cases that a limit shared with this one counts."""
    school = player.organisation(MEMBERS[0])
    with acting(player, OFFICER) as act:
        found = lock_case(act, case_id).view().others.agreed(("group-formation",), [school])
        return [case.case_id for case in found]


def test_what_was_founded_is_not_terminated(county_at: NewCounty) -> None:
    player = county_at("founded")
    assert not page_of(player, LEADER).may_terminate
    with pytest.raises(ConflictError):
        player.terminate(LEADER, 1, REASON)


@pytest.mark.parametrize("stage", ["filed", "assessed"])
def test_what_is_not_decided_is_not_terminated(county_at: NewCounty, stage: str) -> None:
    """The applicant may withdraw it, or it is decided upon: a leader does not end it in passing."""
    player = county_at(stage)
    assert not page_of(player, LEADER).may_terminate
    with pytest.raises(ConflictError):
        player.terminate(LEADER, 1, REASON)
