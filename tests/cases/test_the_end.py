"""What a case keeps when it has ended, and what it stores of its parties: nothing twice."""

from __future__ import annotations

from sqlalchemy import select

from tests.county import NewCounty, case_of, rows
from workflow_app import cases
from workflow_app.cases.models import CaseParty


def test_an_ended_case_remembers_where_it_went_and_nothing_else_of_its_course(county_at: NewCounty) -> None:
    player = county_at("founded")
    case = case_of(player)
    assert case.closed_at is not None
    assert set(case.progress) == {"done"}
    with player.database.reading() as session:
        page = cases.case_page(session, player.actor(session, "limin"), case.id, player.now)
    assert {"apply", "first_review", "approval_review"} <= page.done_elements
    assert not page.open_elements


def test_a_running_case_stores_nothing_that_is_empty(county_at: NewCounty) -> None:
    progress = case_of(county_at("supplied")).progress
    assert all(progress.values())
    assert {"answered", "done", "open", "participants", "rounds"} <= progress.keys()


def test_the_applicant_is_no_participant_as_well(county_at: NewCounty) -> None:
    """It sees the case from its start, so that what it answers later adds no row."""
    player = county_at("founded")
    applicant = case_of(player).applicant_id
    roles = {row.role for row in rows(player, select(CaseParty).where(CaseParty.organisation_id == applicant))}
    assert "applicant" in roles
    assert "participant" not in roles
