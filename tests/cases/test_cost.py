"""What an act and a page cost: statements, commits, and the indexes that the inbox walks along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from tests.costs import Cost, counting
from tests.county import NewCounty, acting, case_of, open_task
from tests.plans import PRIMARY_KEY, scans
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.lists import CaseTab
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError

AGREE = {"decision": "agree"}
MOST_FOR_AN_ACT, MOST_FOR_AN_INBOX = 14, 4


def cost_of(player: Player, username: str, element: str, answers: Mapping[str, Any]) -> Cost:
    """The cost of completing the open task of an element, the definition being cached as in a running program."""
    task = open_task(player, element)
    with player.database.reading() as session:
        actor = player.actor(session, username)
        cases.case_page(session, actor, task.case_id, player.now)
    with counting(player.database.engine) as cost, player.database.writing() as session:
        cases.complete_task(
            Act(session, actor, player.now), task.id, task.revision, answers, f"cost-{task.id}-{username}"
        )
    return cost


def test_a_plain_completion(county_at: NewCounty) -> None:
    player = county_at("approved")
    player.do("limin", 1, "approval_draft", {})
    cost = cost_of(player, "zhoumin", "approval_review", AGREE)
    assert len(cost) <= MOST_FOR_AN_ACT, str(cost)
    assert cost.commits == 1


def test_an_answer_at_a_panel(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    for username in ("fangrui", "gurong"):
        cost = cost_of(player, username, "assessment", {"score": "80", "opinion": "建议同意。"})
        assert len(cost) <= MOST_FOR_AN_ACT, str(cost)
        assert cost.commits == 1


def test_the_answer_that_completes_a_table(county_at: NewCounty) -> None:
    player = county_at("accepted")
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    player.do("limin", 1, "first_review", {"decision": "agree", "opinion": "同意。", "reasons": reasons})
    for username in formation.SECTIONS[:-1]:
        player.do(username, 1, "sections_opinions", AGREE)
    cost = cost_of(player, formation.SECTIONS[-1], "sections_opinions", AGREE)
    assert len(cost) <= MOST_FOR_AN_ACT, str(cost)
    assert cost.commits == 1


def test_a_draft_costs_the_statement_that_removes_it(county_at: NewCounty) -> None:
    costs = []
    for has_draft in (False, True):
        player = county_at("accepted")
        if has_draft:
            task_id = open_task(player, "first_review").id
            with acting(player, "limin") as act:
                cases.save_draft(act, task_id, {"opinion": "同意"})
        reasons = {"schools.staffing": formation.STAFFING_REASON}
        answers = {"decision": "agree", "opinion": "同意。", "reasons": reasons}
        costs.append(len(cost_of(player, "limin", "first_review", answers)))
    assert costs[1] == costs[0] + 1


def test_eight_checks_read_the_history_once_and_four_sections_join_at_once(county_at: NewCounty) -> None:
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    answers = {"decision": "agree", "opinion": "同意。", "reasons": reasons}
    cost = cost_of(county_at("accepted"), "limin", "first_review", answers)
    assert len([sql for sql, _ in cost.statements if sql.startswith("SELECT submission")]) == 1, str(cost)
    assert len([sql for sql, _ in cost.statements if sql.startswith("INSERT INTO case_party")]) == 1, str(cost)


def test_a_refusal_commits_nothing(county_at: NewCounty) -> None:
    player = county_at("supplied")
    task_id = open_task(player, "accept_review").id

    def refused() -> None:
        with acting(player, "limin") as act:
            cases.complete_task(act, task_id, 1, {"decision": "nonsense"}, "key")

    with counting(player.database.engine) as cost, pytest.raises(InvalidError):
        refused()
    assert cost.commits == 0


def test_the_thirtieth_round_costs_what_the_first_does(county_at: NewCounty) -> None:
    """A draft that is returned again and again: nothing that is read or written by statements grows with history."""
    player = county_at("approved")

    def round_trip() -> tuple[int, int]:
        drafted = cost_of(player, "limin", "approval_draft", {})
        returned = cost_of(player, "zhoumin", "approval_review", {"decision": "return", "opinion": "请修改。"})
        return len(drafted), len(returned)

    round_trip()  # The first return of a case finds nobody yet who takes part a second time.
    early = round_trip()
    for _ in range(27):
        player.do("limin", 1, "approval_draft", {})
        player.do("zhoumin", 1, "approval_review", {"decision": "return", "opinion": "请修改。"})
    assert open_task(player, "approval_draft").round == 30
    assert round_trip() == early


def test_the_thirtieth_supplement_costs_what_the_first_does(county_at: NewCounty) -> None:
    player = county_at("filed")
    item = {"item": "章程草案", "reason": "缺少经费条款"}
    back = {"decision": "return", "items": [item]}
    answers = formation.application(player, 1)
    costs = []
    for number in range(1, 31):
        if number > 1:
            with acting(player, "zhoumin") as act:
                task = open_task(player, "accept_review")
                cases.override_gate(
                    act, task.id, "cases.supplement_once", "section_chief@basic_education", "仍不齐全。"
                )
        returned = cost_of(player, "limin", "accept_review", back)
        supplied = cost_of(player, "linxiao", "supplement_supply", answers)
        costs.append((len(returned), len(supplied)))
    assert open_task(player, "accept_review").round == 31
    assert costs[-1] == costs[1], costs
    assert len(case_of(player).state) < 50_000


def test_what_opens_at_once_is_written_at_once(county_at: NewCounty) -> None:
    """Four sections sit at one table, on both databases: one statement for the task, one for all seats."""
    reasons = {"schools.staffing": formation.STAFFING_REASON}
    answers = {"decision": "agree", "opinion": "同意。", "reasons": reasons}
    cost = cost_of(county_at("accepted"), "limin", "first_review", answers)
    for table in ("task", "seat"):
        assert len(cost.about(f"INSERT INTO {table} ")) == 1, str(cost)


DAYS = (date(2026, 4, 1), date(2026, 4, 30))


def test_a_page_of_the_inbox(county_at: NewCounty) -> None:
    player = county_at("accepted")
    with player.database.reading() as session:
        actor = player.actor(session, "limin")
        cases.inbox(session, actor, today=player.now.date())
    with player.database.reading() as session, counting(player.database.engine) as cost:
        page = cases.inbox(session, actor, today=player.now.date(), days=DAYS)
    assert len(page.rows) == 1
    assert sum(page.due.values()) == 1
    assert len(cost) <= MOST_FOR_AN_INBOX, str(cost)


@pytest.mark.parametrize("username", ["limin", "fangrui"])
def test_the_inbox_walks_along_its_partial_indexes(county_at: NewCounty, username: str) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    with player.database.reading() as session:
        actor = player.actor(session, username)
        with counting(player.database.engine) as cost:
            cases.inbox(session, actor, today=player.now.date(), days=DAYS)
        asked = cost.about("seat")
        assert len(asked) == 2, "the rows of the page, and the counts of tabs and days"
        connection = session.connection()
        if not player.database.is_sqlite:
            # So small a table would be read whole; the question is whether the indexes can serve at all.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        for sql, values in asked:
            used = scans(connection, sql, values, "seat")
            assert used
            assert set(used) <= {"ix_seat_open_place", "ix_seat_open_person"}, sql
        assert session.execute(text("SELECT count(*) FROM seat WHERE state = 'open'")).scalar_one() == 3


@pytest.mark.parametrize(("word", "found"), [("禾县实验小", 1), ("石桥", 0)])
def test_a_school_is_looked_for_once_and_only_the_own_cases_are_fetched(
    county_at: NewCounty, word: str, found: int
) -> None:
    """By name and by short name: the few schools of the bureau are read, of the cases none but those of own seats."""
    player = county_at("accepted")
    with player.database.reading() as session:
        actor = player.actor(session, "limin")
        with counting(player.database.engine) as cost:
            page = cases.inbox(session, actor, today=player.now.date(), text=word)
        assert len(page.rows) == found
        assert len(cost) <= MOST_FOR_AN_INBOX, str(cost)
        ((sql, values),) = cost.about("LIKE")
        connection = session.connection()
        if not player.database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        assert set(scans(connection, sql, values, "seat")) <= {"ix_seat_open_place", "ix_seat_open_person"}, sql
        assert set(scans(connection, sql, values, "case")) == {PRIMARY_KEY}, sql
        assert set(scans(connection, sql, values, "organisation")) <= {"ix_organisation_kind", PRIMARY_KEY}, sql


@pytest.mark.parametrize(
    ("username", "table", "index"),
    [
        ("limin", "case_party", PRIMARY_KEY),
        ("linxiao", "case_party", PRIMARY_KEY),
        ("fangrui", "seat", "ix_seat_case_person"),
    ],
)
@pytest.mark.parametrize("tab", ["running", "all"])
def test_my_cases_are_found_along_my_own_indexes(
    county_at: NewCounty, username: str, table: str, index: str, tab: CaseTab
) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    with player.database.reading() as session:
        actor = player.actor(session, username)
        with counting(player.database.engine) as cost:
            lines = cases.my_cases(session, actor, today=player.now.date(), tab=tab).lines
        assert [line.case_id for line in lines] == [1]
        ((sql, values),) = cost.about('FROM "case"')
        connection = session.connection()
        if not player.database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        assert index in scans(connection, sql, values, table), sql
        if player.database.is_sqlite:
            # Cases are fetched by their ids, never searched through. PostgreSQL goes by how many there are.
            assert set(scans(connection, sql, values, "case")) == {PRIMARY_KEY}, sql
