"""Rules of a group at their exact thresholds: its head, the pledge, young teachers (D05), plan and meetings (D06)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.county import in_chinese
from tests.registers.conftest import County, set_policy
from workflow_app.definitions.case_view import CheckContext
from workflow_app.directory.models import Person, PositionHolding
from workflow_app.policy.finding import Finding
from workflow_app.registers.appraisal_figures import meetings_held, plan_filed
from workflow_app.registers.filings_checks import exchange_share, meeting_month
from workflow_app.registers.group_heads_checks import chief_heads_lead
from workflow_app.registers.groups_checks import not_brand_only
from workflow_app.registers.models import MeetingEntry, PlanEntry

LEAD, MEMBER = "青禾县实验小学", "石桥村小学"
YEAR = "2026-2027"


@pytest.fixture
def grouped(county: County, founded: Callable[[], int]) -> County:
    """The county of E1 with its group, on the last day of the first month of its first school year."""
    founded()
    county.given.clear()
    county.on(date(2026, 9, 30))
    return county


def asking(county: County, element: str, answers: dict[str, Any], period: str = YEAR) -> CheckContext:
    return CheckContext(county.act, replace(county.case(), period=period), element, answers, "basic_education")


def head(county: County, school: str, until: date | None = None) -> int:
    """Somebody who is or was the head of a school."""
    session, place = county.act.session, {"bureau_id": county.act.bureau_id, "organisation_id": county.ids[school]}
    person = Person(**place, name=f"{school}校长")
    session.add(person)
    session.flush()
    term = {"position": "school_head", "valid_from": date(2020, 9, 1), "valid_to": until}
    session.add(PositionHolding(**place, person_id=person.id, **term))
    session.flush()
    return person.id


@pytest.mark.parametrize(
    ("school", "until", "level"),
    [
        pytest.param(LEAD, None, "clear", id="head-of-the-lead-school"),
        pytest.param(LEAD, date(2026, 4, 8), "clear", id="on-the-last-day-in-office"),
        pytest.param(LEAD, date(2026, 4, 7), "gate", id="the-day-after"),
        pytest.param(MEMBER, None, "gate", id="head-of-a-member"),
    ],
)
def test_the_chief_is_the_head_of_the_lead_school(county: County, school: str, until: date | None, level: str) -> None:
    county.answer("apply", county.application(chief_head=head(county, school, until)))
    county.on(date(2026, 4, 8))
    found = chief_heads_lead(county.answering("first_review", {"decision": "agree"}))
    assert (found.level, found.clause) == (level, "003·A2二(一)1a")
    assert found.override == ("deputy_director@bureau" if level == "gate" else None)
    for element in ("apply", "supplement_supply", "revision_supply"):
        told = chief_heads_lead(CheckContext(county.act, county.case(), element, {}))
        assert told.level == ("advice" if level == "gate" else "clear"), "the school says why"
    assert chief_heads_lead(county.applying()).level == "clear", "a draft is taken calmly"


@pytest.mark.parametrize(("pledge", "level"), [(True, "clear"), (None, "clear"), (False, "error")])
def test_d03_without_the_pledge_there_is_no_group(county: County, pledge: bool | None, level: str) -> None:
    found = not_brand_only(county.applying(pledge=pledge))
    assert (found.level, found.field_path) == (level, "pledge" if level == "error" else None)


@pytest.mark.parametrize(
    ("young", "exchanged", "level", "needed"),
    [
        (63, 4, "clear", "4"),
        (63, 3, "gate", "4"),  # E3: 3.15 is rounded up
        (60, 3, "clear", "3"),
        (60, 2, "gate", "3"),
        (61, 3, "gate", "4"),  # 3.05
        (20, 1, "clear", "1"),
        (1, 0, "gate", "1"),
        (0, 0, "clear", "0"),
    ],
)
def test_d05_one_in_twenty_young_teachers_is_exchanged(
    grouped: County, young: int, exchanged: int, level: str, needed: str
) -> None:
    _young(grouped, young)
    answers = {"exchange": [_teacher(grouped, number) for number in range(exchanged)]}
    found = exchange_share(asking(grouped, "check", answers))
    assert (found.level, found.clause, in_chinese(found.figures)["至少"]) == (level, "003·A2二(三)1", needed)
    assert found.override == ("section_chief@basic_education" if level == "gate" else None)


def test_d05_without_a_record_of_young_teachers_nothing_is_reckoned(grouped: County) -> None:
    found = exchange_share(asking(grouped, "check", {"exchange": []}))
    assert (found.level, found.figures) == ("advice", {})
    assert MEMBER in str(found.message)


def test_d05_counts_each_young_teacher_once(grouped: County) -> None:
    plan = {"exchange": [_teacher(grouped, 1), _teacher(grouped, 1), {**_teacher(grouped, 2), "is_young": False}]}
    _young(grouped, 40)
    found = exchange_share(asking(grouped, "check", plan))
    assert (found.level, in_chinese(found.figures)["交流人数"]) == ("gate", "1")
    for element in ("file", "revision_supply"):
        assert exchange_share(asking(grouped, element, plan)).level == "advice", "the school says why"
    set_policy(grouped, "exchange_share", "0.025")
    assert exchange_share(asking(grouped, "check", plan)).level == "clear"


@pytest.mark.parametrize(
    ("held", "absent", "level"),
    [
        ("2026-08-31", False, "error"),
        ("2026-09-01", False, "clear"),
        ("2026-09-15", False, "clear"),
        ("2026-09-16", False, "error"),  # tomorrow
        ("2026-10-01", False, "error"),
        ("2026-09-15", True, "advice"),
        (None, True, "clear"),
    ],
)
def test_d06_a_meeting_is_held_in_its_month(grouped: County, held: str | None, absent: bool, level: str) -> None:
    grouped.on(date(2026, 9, 15))
    present = [grouped.lead, grouped.ids["柳溪镇中心小学"], *([] if absent else [grouped.ids[MEMBER]])]
    answers = {"held_on": held, "present": present}
    found = meeting_month(asking(grouped, "file", answers, "2026-09"))
    assert (found.level, found.clause) == (level, "003·A2二(二)3")


def test_d05_and_d06_are_asked_of_lead_schools_alone(county: County) -> None:
    for check in (exchange_share, meeting_month):
        found = check(asking(county, "file", {"exchange": [], "held_on": "2026-04-08"}))
        assert isinstance(found, Finding)
        assert found.level == "error"


@pytest.mark.parametrize(
    ("filed", "said"), [(date(2026, 8, 31), "按期"), (date(2026, 9, 1), "逾期"), (None, "没有备案")]
)
def test_d06_a_plan_is_filed_before_the_term_begins(grouped: County, filed: date | None, said: str) -> None:
    if filed is not None:
        _enter(grouped, PlanEntry(school_year=YEAR, filed_on=filed, projects=1, exchanged=4, young_teachers=63))
    assert said in str(plan_filed(asking(grouped, "check", {})))


def test_d06_a_meeting_for_each_teaching_month(grouped: County) -> None:
    """003·A2二(二)3: ten teaching months; what has not begun is not yet missing, February and August are never."""
    months = ["2026-09", "2026-10", "2026-11", "2026-12", *(f"2027-{n:02}" for n in (1, 3, 4, 5, 6, 7))]
    for month in months[:-1]:
        day = date.fromisoformat(f"{month}-20")
        _enter(grouped, MeetingEntry(month=month, held_on=day, filed_on=day, schools_present=3))
    grouped.on(date(2027, 6, 30))
    assert "教学月份9个月，每月均召开例会" in str(meetings_held(asking(grouped, "check", {})))
    grouped.on(date(2027, 7, 1))
    assert "教学月份10个月，召开9次" in str(found := meetings_held(asking(grouped, "check", {})))
    assert "未召开：2027年7月（" in str(found)


def _young(county: County, total: int) -> None:
    for school, count in ((LEAD, total), ("柳溪镇中心小学", 0), (MEMBER, 0)):
        county.record(school, "young_teachers", str(count))


def _teacher(county: County, number: int) -> dict[str, Any]:
    return {"teacher": f"教师{number}", "home": county.lead, "is_young": True, "school": county.ids[MEMBER]}


def _enter(county: County, entry: PlanEntry | MeetingEntry) -> None:
    entry.bureau_id, entry.group_id, entry.case_id, entry.recorded_at = county.act.bureau_id, 1, 7, county.act.now
    county.act.session.add(entry)
    county.act.session.flush()
