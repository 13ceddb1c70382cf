"""Limits of mentoring at their exact edges: who may be a mentor, how many apprentices, the shape of a studio."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.registers.conftest import County
from workflow_app.definitions.case_view import CheckContext
from workflow_app.registers import mentoring_checks as checks
from workflow_app.registers.mentoring import term_of
from workflow_app.registers.teacher_models import MentoringAgreement, MentoringApprentice, MentoringOutcome

HELPED = "柳溪镇中心小学"


def people(count: int, start: int = 1) -> list[dict[str, Any]]:
    """So many apprentices."""
    return [{"name": f"教师{n}", "teacher_no": f"t {n:03}", "role": "apprentice"} for n in range(start, start + count)]


def studio(members: int = 5, trainees: int = 3, level: str = "county") -> list[dict[str, Any]]:
    """The people of a studio."""
    found: list[dict[str, Any]] = []
    for m in range(members):
        found.append({"name": f"成员{m}", "teacher_no": f"M{m}", "role": "member", "level": level})
        found += [
            {"name": f"学员{m}{t}", "teacher_no": f"S{m}{t}", "role": "trainee", "member_no": f"m{m}"}
            for t in range(trainees)
        ]
    return found


def asking(county: County, element: str = "check", **changed: Any) -> CheckContext:
    """An application for a senior teacher of the county level with one apprentice."""
    answers = {
        "kind": "mentor",
        "mentor": "林栀",
        "mentor_no": "T260101",
        "mentor_title": "senior",
        "mentor_level": "county",
        "subject_leader": False,
        "mentor_ethics": "clear",
        "apprentices": people(1),
        "start": "2026-09-01",
        "end": "2027-07-10",
        "review_on": "2027-07-05",
        **changed,
    }
    return CheckContext(county.act, county.case(), element, answers, "personnel")


def agreement(county: County, taught: int, *, case_id: int, until: str = "2027-07-10", kind: str = "mentor") -> None:
    """An agreement of the same mentor that was entered before; its first apprentice has been reviewed."""
    common = {"bureau_id": county.act.bureau_id, "case_id": case_id, "recorded_at": county.act.now}
    row = MentoringAgreement(
        **common,
        kind=kind,
        mentor="林栀",
        mentor_no="T260101",
        mentor_title="senior",
        mentor_school_id=county.lead,
        school_id=county.ids[HELPED],
        subject="语文",
        starts_on=date(2026, 3, 1),
        ends_on=date.fromisoformat(until),
        review_on=date(2026, 7, 1),
        approved_on=date(2026, 3, 1),
    )
    county.act.session.add(row)
    county.act.session.flush()
    for n in range(taught + 1):
        person = MentoringApprentice(
            **common, agreement_id=row.id, role="apprentice", name=f"学员{n}", teacher_no=f"R{n}", school_id=county.lead
        )
        county.act.session.add(person)
        county.act.session.flush()
        if n == 0:
            ended = {"result": "passed", "ended_on": date(2026, 7, 1)}
            county.act.session.add(MentoringOutcome(**common, agreement_id=row.id, apprentice_id=person.id, **ended))
    county.act.session.flush()


@pytest.mark.parametrize(
    ("title", "running", "new", "level"),
    [
        pytest.param("senior", 0, 5, "clear", id="five"),
        pytest.param("senior", 0, 6, "gate", id="six"),
        pytest.param("senior", 3, 2, "clear", id="three-run-and-two"),
        pytest.param("senior", 3, 3, "gate", id="three-run-and-three"),
        pytest.param("chief", 0, 3, "clear", id="the-highest-title-three"),
        pytest.param("chief", 0, 4, "gate", id="the-highest-title-four"),
        pytest.param("chief", 0, 2, "clear", id="the-highest-title-two"),
        pytest.param("chief", 0, 1, "gate", id="the-highest-title-one"),
        pytest.param("chief", 1, 1, "clear", id="the-highest-title-one-runs-and-one"),
        pytest.param("chief", 2, 2, "gate", id="the-highest-title-two-run-and-two"),
    ],
)
def test_the_limit_counts_those_who_are_taught_in_the_same_time(
    county: County, title: str, running: int, new: int, level: str
) -> None:
    if running:
        agreement(county, running, case_id=3)
    found = checks.apprentice_limit(asking(county, mentor_title=title, apprentices=people(new)))
    assert (found.level, found.override) == (level, checks.OVERRIDE if level == "gate" else None)


def test_an_agreement_of_another_time_or_kind_does_not_count(county: County) -> None:
    agreement(county, 5, case_id=3, until="2026-08-31")
    agreement(county, 5, case_id=4, kind="studio")
    assert checks.apprentice_limit(asking(county, apprentices=people(5))).level == "clear"
    assert checks.apprentice_limit(asking(county, apprentices=people(5), start="2026-08-31")).level == "gate"


def test_the_school_is_told_and_the_section_is_stopped(county: County) -> None:
    for element, level in (("apply", "advice"), ("revision_supply", "advice"), ("check", "gate")):
        assert checks.apprentice_limit(asking(county, element, apprentices=people(6))).level == level


@pytest.mark.parametrize(
    ("level", "leads", "title", "expected"),
    [
        pytest.param("county", False, "first", "clear", id="just-enough"),
        pytest.param("school", False, "first", "gate", id="of-the-school-only"),
        pytest.param("none", True, "first", "clear", id="leads-the-subject"),
        pytest.param("nation", False, "second", "gate", id="title-too-low"),
        pytest.param(None, False, None, "gate", id="nothing-said"),
    ],
)
def test_who_may_be_a_mentor(county: County, level: str | None, leads: bool, title: str | None, expected: str) -> None:
    asked = asking(county, mentor_level=level, subject_leader=leads, mentor_title=title)
    assert checks.mentor_qualified(asked).level == expected


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        pytest.param(studio(), "clear", id="1-5-15"),
        pytest.param(studio(members=4), "gate", id="four-members"),
        pytest.param(studio(members=6), "gate", id="six-members"),
        pytest.param(studio()[:-1], "gate", id="a-trainee-short"),
        pytest.param(studio(trainees=4), "gate", id="a-trainee-too-many"),
        pytest.param(studio(level="school"), "gate", id="members-of-the-school"),
    ],
)
def test_the_shape_of_a_studio(county: County, asked: list[dict[str, Any]], level: str) -> None:
    assert checks.studio_shape(asking(county, kind="studio", apprentices=asked)).level == level


def test_a_host_has_one_studio_at_a_time(county: County) -> None:
    agreement(county, 5, case_id=3, kind="studio")
    assert checks.studio_shape(asking(county, kind="studio", apprentices=studio())).level == "gate"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"apprentices": [*people(2), *people(1)]}, "T001重复", id="named-twice"),
        pytest.param({"mentor_no": "T001"}, "自己的徒弟", id="own-mentor"),
        pytest.param({"kind": "studio"}, "身份与结对类型不符", id="role-of-another-kind"),
        pytest.param({"kind": "studio", "apprentices": studio()[1:]}, "带教成员不在名单中", id="member-not-listed"),
    ],
)
def test_people_agree(county: County, changed: dict[str, Any], words: str) -> None:
    found = checks.people_agree(asking(county, **changed))
    assert found.level == "error"
    assert words in str(found.message)


@pytest.mark.parametrize(
    ("end", "review", "level"),
    [
        pytest.param("2027-07-10", "2027-07-10", "clear", id="on-the-last-day"),
        pytest.param("2027-07-10", "2027-07-11", "error", id="after-the-end"),
        pytest.param("2027-07-10", "2026-09-01", "error", id="on-the-first-day"),
        pytest.param("2026-09-01", "2026-09-01", "error", id="no-time-at-all"),
    ],
)
def test_the_review_lies_within_the_agreement(county: County, end: str, review: str, level: str) -> None:
    assert checks.dates_agree(asking(county, end=end, review_on=review)).level == level


def test_who_has_another_mentor_is_pointed_out(county: County) -> None:
    agreement(county, 1, case_id=3)
    taken = [{"name": "学员1", "teacher_no": "r1", "role": "apprentice"}]
    found = checks.not_taken(asking(county, apprentices=taken))
    assert (found.level, str(found.message)) == ("advice", "下列人员在同一时期已有师傅：学员1（师傅林栀）。")
    reviewed = [{"name": "学员0", "teacher_no": "R0", "role": "apprentice"}]
    assert checks.not_taken(asking(county, apprentices=reviewed)).level == "clear"


def test_terms_have_their_names() -> None:
    days = ("2026-08-31", "2026-09-01", "2027-01-31", "2027-02-01")
    assert [term_of(date.fromisoformat(day)) for day in days] == [
        "2025-2026/2",
        "2026-2027/1",
        "2026-2027/1",
        "2026-2027/2",
    ]
