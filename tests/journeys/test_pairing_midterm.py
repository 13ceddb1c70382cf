"""The mid-term check of a pairing: passed, objected to, mended in two rounds, ended; who reads what."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    case_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    seats_of,
    task_page_of,
)
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Duty
from workflow_app.demo import group_year, midterm, pairings
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.registers.entries import add_entries
from workflow_app.registers.pairing_models import (
    Pairing,
    PairingChange,
    PairingIndicator,
    PairingMidterm,
    PairingMidtermValue,
)

pytestmark = pytest.mark.sweep

SCHOOLS = ("bailu", "linxiao")
TEACHING, FILES = (str(point["point"]) for point in midterm.POINTS)


@pytest.fixture
def paired(county_at: NewCounty) -> Player:
    """青禾县实验小学 helps 白鹭湾小学 from 1 September 2026 to 31 August 2028, as the register has it."""
    player = county_at("empty")
    sides = player.organisation(pairings.RECIPIENT), player.organisation(pairings.HELPER)
    with player.database.writing() as session:
        act = Act(session, system_actor(1), player.now)
        common = {"bureau_id": 1, "case_id": 1, "recorded_at": player.now}
        term = {"starts_on": date(2026, 9, 1), "ends_on": date(2028, 8, 31), "goals": "开齐课程。", "people": 1}
        pairing = Pairing(kind="school_pair", recipient_id=sides[0], helper_id=sides[1], **term, **common)
        add_entries(act, pairing)
        for indicator, base, target in (("quality", "66", "76"), ("pe_art", "0.83", "1.65")):
            aim = {"indicator": indicator, "base": base, "target": target, "due_on": date(2028, 7, 10)}
            add_entries(act, PairingIndicator(pairing_id=pairing.id, **aim, **common))
    return player


def entered(player: Player) -> list[tuple[str, str, date | None]]:
    """The entries of the register: how the check stands, the total, until when it is to be mended."""
    found = rows(player, select(PairingMidterm).order_by(PairingMidterm.id))
    return [(entry.result, entry.total, entry.mend_by) for entry in found]


def owed(player: Player) -> list[tuple[date, date, int | None]]:
    found = rows(player, select(Duty).where(Duty.slug == midterm.SLUG))
    return [(duty.opens_on, duty.due_on, duty.subject_id) for duty in found]


def seen(player: Player, username: str, case_id: int) -> str:
    """Every answer that a person reads on the page of the case."""
    return str(page_of(player, username, case_id).earlier)


def change(player: Player, what: str, effective_on: date, ends_on: date) -> None:
    """The pairing is renewed or ended, as its register tells."""
    with player.database.writing() as session:
        act = Act(session, system_actor(1), player.now)
        (pairing_id,) = session.scalars(select(Pairing.id))
        common = {"bureau_id": 1, "case_id": 1, "recorded_at": player.now, "terms": "按实际情况。"}
        days = {"effective_on": effective_on, "ends_on": ends_on}
        add_entries(act, PairingChange(pairing_id=pairing_id, change=what, **days, **common))


def test_half_of_the_term_asks_for_one_check_and_what_is_said_of_the_other_stays_with_the_bureau(
    paired: Player,
) -> None:
    paired.at("2027-09-01 09:00")
    group_year.open_duties(paired)
    assert owed(paired) == [], "365 of 731 days are not half"
    paired.at("2027-09-02 08:00")
    group_year.open_duties(paired)
    group_year.open_duties(paired)
    helper = paired.organisation(pairings.HELPER)
    assert owed(paired) == [(date(2027, 9, 2), date(2027, 9, 30), helper)]
    with pytest.raises(InvalidError) as lacking:
        midterm.report(paired, "2027-09-10 09:00", reached={"quality": "70"})
    assert "每百名学生体艺教师数" in str(lacking.value.problems[0].message)
    (case_id,) = {duty.case_id for duty in rows(paired, select(Duty).where(Duty.slug == midterm.SLUG))}
    assert case_id is not None
    page = task_page_of(paired, "bailu", "report", case_id)
    assert page.answers["partner"] == helper
    assert [row["indicator"] for row in page.answers["achieved"]] == ["quality", "pe_art"]
    assert "结对时66，目标76（2028年7月10日前），时间已过55%" in str(page.figures["progress"])
    paired.do("bailu", case_id, "report", midterm.progress(paired, case_id, "bailu", partner=helper))
    assert [seat.organisation_id for seat in seats_of(paired, open_task(paired, "sides", case_id).id)] == [
        paired.organisation(pairings.RECIPIENT),
        helper,
    ]
    midterm.state(paired, case_id, "2027-09-14 09:00")
    assert "送教次数偏少" in seen(paired, "limin", case_id)
    assert "送教次数偏少" not in seen(paired, "linxiao", case_id)
    assert "配合较好" not in seen(paired, "bailu", case_id)
    progress = str(task_page_of(paired, "limin", "check", case_id).figures["targets"])
    assert "现为70，完成40%" in progress
    paired.do("limin", case_id, "check", {"decision": "return", "opinion": "请核对体艺教师数。"})
    again = midterm.progress(paired, case_id, "bailu", {"quality": "71", "pe_art": "1.20"}, partner=helper)
    paired.do("bailu", case_id, "report", again)
    midterm.state(paired, case_id, "2027-09-16 09:00")
    with pytest.raises(InvalidError) as running:
        paired.do("limin", case_id, "check", {"decision": "stop", "opinion": "终止。"})
    assert "结对仍在期限内" in str(running.value.problems[0].message)
    midterm.score(paired, case_id, "2027-09-17 10:00", midterm.FAIR)
    assert case_of(paired, case_id).outcome == "passed"
    assert entered(paired) == [("passed", "60.00", None)]
    assert [value.value for value in rows(paired, select(PairingMidtermValue))] == ["71", "1.20"]
    (opinion,) = records_of(paired, case_id)
    text = record_text(opinion)
    for words in ("指标进展", "52.5", "总分60.00分，合格线60分，通过中期检查"):
        assert words in text
    for hidden in ("送教次数偏少", "配合较好", "异议"):
        assert hidden not in text
    with pytest.raises(NotFoundError):
        page_of(paired, "majun", case_id)
    group_year.open_duties(paired)
    assert len(owed(paired)) == 1, "once for each term"
    (duty,) = rows(paired, select(Duty).where(Duty.slug == midterm.SLUG))
    assert duty.fulfilled_at is not None
    change(paired, "renewed", date(2028, 6, 20), date(2029, 8, 31))
    paired.at("2029-03-05 08:00")
    group_year.open_duties(paired)
    group_year.open_duties(paired)
    assert owed(paired)[1:] == [(date(2029, 3, 3), date(2029, 3, 30), helper)], "half of the year that was added"


@pytest.fixture
def poor(paired: Player) -> tuple[Player, int]:
    """The check has come to 59 points, one short, and both schools have been told."""
    case_id = midterm.report(paired, "2027-09-10 09:00")
    midterm.state(paired, case_id, "2027-09-14 09:00")
    midterm.score(paired, case_id, "2027-09-17 10:00", midterm.POOR)
    return paired, case_id


def test_an_objection_is_heard_though_the_other_side_keeps_silent(poor: tuple[Player, int]) -> None:
    player, case_id = poor
    assert open_elements(player, case_id) == ["objection"]
    (told,) = records_of(player, case_id)
    assert "总分59.00分，合格线60分，未通过中期检查" in record_text(told)
    assert "即2027年9月24日前" in record_text(told)
    assert entered(player) == [], "nothing is entered while it may be objected to"
    with pytest.raises(InvalidError):
        player.do("linxiao", case_id, "objection", {"decision": "object", "opinion": "活动未计入。"})
    midterm.answer_score(player, case_id, "linxiao", objects=True)
    assert "三次活动未计入" not in seen(player, "bailu", case_id)
    player.at("2027-09-24 23:00")
    assert open_elements(player, case_id) == ["objection"]
    player.at("2027-09-25 09:00")
    assert open_elements(player, case_id) == ["hear"]
    midterm.hear(player, case_id, "2027-09-27 10:00", "uphold", "经核，三次联合教研应计入活动。")
    assert open_elements(player, case_id) == ["check"]
    midterm.score(player, case_id, "2027-09-28 10:00", {**midterm.POOR, "activities": "63.4"})
    assert case_of(player, case_id).outcome == "passed"
    assert entered(player) == [("passed", "60.02", None)]
    _, second = records_of(player, case_id)
    assert "提出的异议成立：经核，三次联合教研应计入活动" in record_text(second)
    assert "三次联合教研应计入活动" in seen(player, "bailu", case_id), "both read the ruling"


def test_weak_points_are_mended_in_an_extended_period_and_looked_at_again(poor: tuple[Player, int]) -> None:
    player, case_id = poor
    for clerk in SCHOOLS:
        midterm.answer_score(player, case_id, clerk)
    assert open_elements(player, case_id) == ["demand"], "nobody objects: nothing is to be heard"
    midterm.demand(player, case_id, "2027-09-20 09:00")
    (entry,) = entered(player)
    assert entry[:2] == ("mending", "59.00")
    assert entry[2] == open_task(player, "mend", case_id).due_on
    midterm.mend(player, case_id, "2027-10-12 09:00", "bailu")
    assert entry[2] is not None
    player.at(f"{entry[2]} 10:00")
    assert is_told(player, "linxiao", "中期检查整改今日到期")
    player.work_until(player.now.replace(day=player.now.day + 1))
    assert open_elements(player, case_id) == ["recheck"], "silence opens the second look, it decides nothing"
    for decision, met, words in (
        ("close", {TEACHING: False, FILES: True}, "还有1项没有完成整改"),
        ("extend", {TEACHING: True, FILES: True}, "整改事项均已完成"),
        ("extend", {TEACHING: False}, "逐项填写检查情况"),
    ):
        with pytest.raises(InvalidError) as refused:
            midterm.recheck(player, case_id, decision, met)
        assert words in str(refused.value.problems[0].message)
    midterm.recheck(player, case_id, "extend", {TEACHING: False, FILES: True})
    midterm.decide(player, case_id, "return")
    assert open_elements(player, case_id) == ["recheck"]
    midterm.recheck(player, case_id, "extend", {TEACHING: False, FILES: True})
    midterm.decide(player, case_id)
    assert open_elements(player, case_id) == ["mend"]
    assert "整改期限予以延长" in record_text(records_of(player, case_id)[-1])
    for clerk in SCHOOLS:
        midterm.mend(player, case_id, str(player.now)[:16], clerk)
    page = task_page_of(player, "limin", "recheck", case_id)
    assert [row["point"] for row in page.answers["findings"]] == [TEACHING], "only what was left"
    with pytest.raises(InvalidError) as twice:
        midterm.recheck(player, case_id, "extend", {TEACHING: False})
    assert "整改期限最多延长1次" in str(twice.value.problems[0].message)
    midterm.recheck(player, case_id, "close", {TEACHING: True})
    midterm.decide(player, case_id)
    assert case_of(player, case_id).outcome == "mended"
    assert [entry[0] for entry in entered(player)] == ["mending", "mending", "mended"]
    assert [record.kind for record in records_of(player, case_id)] == [
        "midterm_opinion",
        "mending_notice",
        "mending_notice",
        "acceptance",
    ]
    assert len(rows(player, select(PairingMidtermValue))) == 2, "what was reached is entered once"


def test_what_is_not_mended_may_end_the_pairing_and_the_appraisal_reads_of_it(poor: tuple[Player, int]) -> None:
    player, case_id = poor
    midterm.answer_score(player, case_id, "bailu", objects=True)
    midterm.answer_score(player, case_id, "linxiao")
    midterm.hear(player, case_id, "2027-09-20 10:00", "dismiss", "活动记录未经双方确认，不予计入。")
    midterm.demand(player, case_id, "2027-09-21 09:00")
    assert "活动记录未经双方确认" in record_text(records_of(player, case_id)[-1])
    for clerk in SCHOOLS:
        midterm.mend(player, case_id, "2027-10-12 09:00", clerk)
    end = {"opinion": "双方均无继续帮扶的条件。", "terms": "派出人员返岗，资料移交受援方。"}
    with pytest.raises(InvalidError) as late:
        midterm.recheck(player, case_id, "end", {TEACHING: False, FILES: False}, until="2028-09-01", **end)
    assert "终止日期应在今天至2028年8月31日之间" in str(late.value.problems[0].message)
    midterm.recheck(player, case_id, "end", {TEACHING: False, FILES: False}, until="2027-12-31", **end)
    midterm.decide(player, case_id)
    page = player.upload("limin", case_id, "终止协议.pdf", sample_pdf("终止协议"))
    player.do("limin", case_id, "sign_end", {"signed_on": "2027-10-12", "evidence": {"signed_page": [page]}})
    assert case_of(player, case_id).outcome == "ended"
    assert [entry[0] for entry in entered(player)] == ["mending", "ended"]
    (change,) = rows(player, select(PairingChange))
    assert (change.change, change.ends_on) == ("ended", date(2027, 12, 31))
    assert "于2027年12月31日终止" in record_text(records_of(player, case_id)[-1])
    year = pairings.report_year(player, "2028-06-05 09:00")
    pairings.score(player, year, 50, 60)
    figure = str(task_page_of(player, "limin", "assess", year).figures["midterm"])
    assert figure == "59.00分，终止结对（2027年10月12日）"


def test_the_check_of_a_pairing_that_has_ended_meanwhile_is_stopped(paired: Player) -> None:
    case_id = midterm.report(paired, "2027-09-10 09:00")
    midterm.state(paired, case_id, "2027-09-14 09:00")
    change(paired, "ended", date(2027, 9, 14), date(2027, 9, 15))
    stop = {"decision": "stop", "opinion": "结对已终止，不再检查。"}
    paired.at("2027-09-15 10:00")
    with pytest.raises(InvalidError):
        paired.do("limin", case_id, "check", stop)
    paired.at("2027-09-16 10:00")
    paired.do("limin", case_id, "check", stop)
    assert case_of(paired, case_id).outcome == "stopped"
    assert (entered(paired), records_of(paired, case_id), open_elements(paired, case_id)) == ([], [], [])


def test_the_section_answers_in_the_seat_of_an_outside_bureau(county_at: NewCounty) -> None:
    """The check that the demonstration shows: 滨海市教育局 helps 东岭镇中心小学 for a year from April."""
    player = county_at("empty")
    midterm.agree(player)
    case_id = midterm.report(player, "2026-11-02 10:00", midterm.FAR_CLERK, {"quality": "79.5", "satisfaction": "90"})
    assert owed(player) == [(date(2026, 10, 1), date(2026, 11, 3), player.organisation(pairings.OUTSIDE))]
    seats = seats_of(player, open_task(player, "sides", case_id).id)
    assert [seat.position for seat in seats] == ["school_clerk", "section_officer"]
    midterm.state(player, case_id, "2026-11-04 09:00", (midterm.FAR_CLERK, "limin"))
    midterm.score(player, case_id, "2026-11-09 15:00", midterm.GOOD)
    assert entered(player) == [("passed", "83.00", None)]
