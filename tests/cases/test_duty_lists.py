"""The list of duties: this school year first, what earlier years have left apart, page by page, at one price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text, update

from tests.costs import Cost, counting
from tests.county import NewCounty
from tests.plans import PRIMARY_KEY, scans
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.duty_lists import DutyPage, DutyTab
from workflow_app.cases.models import Duty
from workflow_app.demo.player import Player
from workflow_app.errors import NotFoundError

TODAY, DONE = date(2027, 9, 20), datetime(2027, 9, 1, tzinfo=UTC)
SCHOOL = "青禾县实验小学"
TABS: tuple[DutyTab, ...] = ("current", "earlier", "done")

CASES = [
    # slug, period, due, tab in which it stands while it is not done
    ("group-plan", "2027-2028", "2027-08-31", "current"),  # missed before its school year began
    ("group-meeting", "2027-09", "2027-10-05", "current"),
    ("group-bulletin", "2027-09/4", "2027-10-12", "current"),
    ("group-appraisal", "2026-2027", "2027-09-30", "current"),  # of the year before, but not due yet
    ("group-appraisal", "2025-2026", "2026-07-15", "earlier"),
    ("group-meeting", "2027-07", "2027-08-05", "earlier"),
    ("group-plan", "2026-2027", "2026-08-31", "earlier"),
    ("pairing-midterm", "2026-2027/16", "2027-03-01", "earlier"),
]

HIDDEN = {"zhengguodong": set[str](), "linxiao": {"group-bulletin"}, "limin": {"group-bulletin"}}
"""What each of some people does not see: a school what others owe, a section what others handle."""


def _owe(player: Player, duties: Sequence[tuple[str, str, str]], *, school: str = SCHOOL, done: bool = False) -> None:
    organisation_id = player.organisation(school)
    with player.database.writing() as session:
        act = Act(session, system_actor(1), player.now)
        for slug, period, due in duties:
            row = cases.create_duty(
                act,
                slug=slug,
                organisation_id=organisation_id,
                period=period,
                parameter="plan_due",
                opens_on=date(2026, 1, 1),
                due_on=date.fromisoformat(due),
            )
            row.fulfilled_at = DONE if done else None


def _page(player: Player, username: str, tab: DutyTab, *, after: str | None = None, limit: int = 20) -> DutyPage:
    with player.database.reading() as session:
        actor = player.actor(session, username)
        return cases.duties_of(session, actor, today=TODAY, tab=tab, after=after, limit=limit)


def _named(page: DutyPage) -> list[tuple[str, str]]:
    return [(line.slug, line.due_on.isoformat()) for line in page.lines]


@pytest.fixture
def county(county_at: NewCounty) -> Player:
    return county_at("supplied")


def test_what_counts_now_comes_first_and_what_is_over_the_newest_first(county: Player) -> None:
    _owe(county, [(slug, period, due) for slug, period, due, _ in CASES])
    _owe(county, [("group-meeting", "2027-03", "2027-04-05"), ("group-meeting", "2027-04", "2027-05-06")], done=True)
    for tab in ("current", "earlier"):
        wanted = sorted([(slug, due) for slug, _, due, where in CASES if where == tab], key=lambda one: one[1])
        wanted = wanted if tab == "current" else wanted[::-1]
        for username, hidden in HIDDEN.items():
            page = _page(county, username, tab)
            assert _named(page) == [(slug, due) for slug, due in wanted if slug not in hidden], (tab, username)
            assert len(page.lines) == page.counts[tab]
    assert [due for _, due in _named(_page(county, "limin", "done"))] == ["2027-05-06", "2027-04-05"]


def test_pages_go_on_where_the_one_before_ended_also_within_a_day(county: Player) -> None:
    _owe(county, [("group-meeting", f"2027-09/{n}", "2027-10-08") for n in range(5)])
    _owe(county, [("group-meeting", f"2027-09/{n}", "2027-10-08") for n in range(5)], school="柳溪镇中心小学")
    for tab in ("current", "done"):
        if tab == "done":
            with county.database.writing() as session:
                session.execute(update(Duty).values(fulfilled_at=DONE))
        found: list[int] = []
        after: str | None = None
        for _ in range(4):
            page = _page(county, "zhengguodong", tab, after=after, limit=3)
            found += [line.id for line in page.lines]
            after = page.next_after
        assert (after, len(found), len(set(found))) == (None, 10, 10)
        assert found == sorted(found, reverse=tab == "done"), tab
    assert len(_page(county, "zhengguodong", "done", after="no_such_place").lines) == 10


def test_a_duty_of_others_is_not_there(county: Player) -> None:
    _owe(county, [("group-plan", "2027-2028", "2027-08-31")])
    with county.database.reading() as session:
        lines = {
            name: cases.duties_of(session, county.actor(session, name), today=TODAY).lines for name in ("linxiao",)
        }
        (line,) = lines["linxiao"]
        assert cases.duty_line(session, county.actor(session, "linxiao"), line.id) == line
        for username in ("majun", "fangrui"):
            with pytest.raises(NotFoundError):
                cases.duty_line(session, county.actor(session, username), line.id)


@pytest.mark.parametrize("username", ["linxiao", "limin", "zhengguodong"])
def test_a_page_costs_the_same_however_much_was_ever_owed(county: Player, username: str) -> None:
    _owe(county, [("group-meeting", "2027-09", "2027-10-08")])
    few = {tab: _cost(county, username, tab) for tab in TABS}
    months = [f"{year}-{month:02}" for year in range(2010, 2027) for month in range(1, 13)]
    history = [("group-meeting", month, f"{month}-28") for month in months]
    _owe(county, history[::2])
    _owe(county, history[1::2], done=True)
    for tab in TABS:
        cost = _cost(county, username, tab)
        assert len(cost) == len(few[tab]) <= 4, str(cost)
        with county.database.reading() as session:
            connection = session.connection()
            if not county.database.is_sqlite:
                # So small a table would be read whole; the question is whether the indexes can serve at all.
                connection.execute(text("SET LOCAL enable_seqscan = off"))
            for sql, values in cost.about("FROM duty"):
                used = scans(connection, sql, values, "duty")
                assert used, sql
                assert {name for name in used if not name.startswith("ix_duty_")} <= {PRIMARY_KEY}, (used, sql)


def _cost(player: Player, username: str, tab: DutyTab) -> Cost:
    with player.database.reading() as session:
        actor = player.actor(session, username)
        cases.duties_of(session, actor, today=TODAY, tab=tab)
    with player.database.reading() as session, counting(player.database.engine) as cost:
        cases.duties_of(session, actor, today=TODAY, tab=tab)
    return cost
