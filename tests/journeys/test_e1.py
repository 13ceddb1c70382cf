"""Worked case E1: founding a group around 青禾县实验小学, with every date, figure, number and register entry."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from tests.county import (
    NewCounty,
    case_of,
    events_of,
    in_chinese,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    seats_of,
    submissions_of,
    table_counts,
    task_page_of,
    tasks_of,
)
from workflow_app.audit.models import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Deadline, Incident
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.demo import formation
from workflow_app.demo.player import Player, moment
from workflow_app.directory.models import Organisation
from workflow_app.errors import InvalidError
from workflow_app.jobs.models import Job
from workflow_app.records.models import RecordArtefact
from workflow_app.registers.models import CharterEntry, EducationGroup, MembershipEntry


def deadline_of(player: Player, element: str) -> Deadline:
    (deadline,) = rows(player, select(Deadline).where(Deadline.element == element))
    return deadline


def test_filed_on_04_08_to_be_checked_until_04_15(county_at: NewCounty) -> None:
    player = county_at("filed")
    case = case_of(player)
    assert (case.number, case.title) == ("P1-2026-0001", "组建青禾县实验小学教育集团")
    assert (case.filed_on, case.stage, case.accepted_on) == (date(2026, 4, 8), "submitted", None)
    assert open_task(player, "accept_review").due_on == date(2026, 4, 15)


def test_the_supplement_notice_of_04_10_names_every_item_once(county_at: NewCounty) -> None:
    player = county_at("supplied")
    (notice,) = records_of(player)
    assert (notice.number_text, notice.issued_on) == ("青教体补〔2026〕1号", date(2026, 4, 10))
    words = record_text(notice)
    for part in (
        "石桥村小学教代会决议",
        "所附文件不是教代会通过加入集团的决议",
        "003·A2二(一)2",
        "2026年4月8日",
        "2026年5月6日",
    ):
        assert part in words
    (supplied,) = submissions_of(player, "supplement_supply")
    assert supplied.at == moment("2026-04-14 15:40")
    assert case_of(player).filed_on == date(2026, 4, 8), "a return never resets the date of filing"


def test_accepted_on_04_15_the_decision_is_due_on_05_15(county_at: NewCounty) -> None:
    player = county_at("accepted")
    case = case_of(player)
    assert (case.accepted_on, case.due_on, case.stage) == (date(2026, 4, 15), date(2026, 5, 15), "review")
    clock = page_of(player, "linxiao").clock
    assert clock is not None
    assert (clock.day, clock.budget, clock.due_on, clock.running) == (0, 20, date(2026, 5, 15), True)
    assert records_of(player)[-1].number_text == "青教体受〔2026〕1号"
    assert open_task(player, "first_review").due_on == date(2026, 4, 22)


def test_the_checks_of_the_first_review_show_their_figures(county_at: NewCounty) -> None:
    player = county_at("accepted")
    player.at("2026-04-17 10:00")
    answers = {"decision": "agree", "opinion": "符合组建条件，同意送会审。"}
    with pytest.raises(InvalidError) as refused:
        player.do("limin", 1, "first_review", answers)
    assert [problem.field for problem in refused.value.problems] == ["reasons.schools.staffing"]

    page = task_page_of(county_at("reviewed"), "limin", "arrange_assessment")
    findings = {finding["check"]: finding for entry in page.earlier for finding in entry.findings}
    assert {name: finding["level"] for name, finding in findings.items()} == {
        "groups.lead_is_qualified": "clear",  # D01
        "groups.chief_heads_lead": "clear",
        "groups.has_weak_member": "clear",  # D02
        "groups.same_stage": "clear",  # D02
        "groups.not_brand_only": "clear",  # D03
        "groups.before_autumn_term": "clear",  # D04
        "groups.not_in_other_close_knit": "clear",
        "schools.staffing": "advice",  # D13
        "schools.funds_pupils": "clear",  # D50
    }
    assert in_chinese(findings["schools.staffing"]["figures"]) == {
        "青禾县实验小学": "应配56人，在编在岗58人",
        "柳溪镇中心小学": "应配26人，在编在岗25人",
        "石桥村小学": "应配12人，在编在岗11人",
    }
    assert findings["schools.staffing"]["reason"] == formation.STAFFING_REASON
    assert in_chinese(findings["schools.funds_pupils"]["figures"])["石桥村小学"] == "96人，按100人核定"
    assert {used["key"] for used in findings["schools.staffing"]["used"]} >= {"pupils_per_staff_primary"}


def test_four_sections_answer_by_04_21(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    (task,) = tasks_of(player, "sections_opinions")
    assert task.due_on == date(2026, 4, 24)
    assert (task.decision, task.closed_at) == ("agree", moment("2026-04-21 13:15"))
    assert [seat.done_by for seat in seats_of(player, task.id)] == ["王玥", "陈立", "赵祎", "孙珺"]


def test_the_assessment_stops_the_clock_for_three_working_days(county_at: NewCounty) -> None:
    player = county_at("assessed")
    case = case_of(player)
    assert case.due_on == date(2026, 5, 20)
    clock = page_of(player, "linxiao").clock
    assert clock is not None
    assert (clock.paused_days, clock.running, clock.stopped_because) == (3, True, None)
    told = next(r for r in records_of(player) if r.kind == "assessment_notice")
    assert (told.number_text, told.issued_on) == ("青教体告〔2026〕1号", date(2026, 4, 22))
    for part in ("第四十五条", "不计算在办理期限内", "2026年4月22日至2026年4月24日", "3名专家"):
        assert part in record_text(told)
    assert case.facts["assessment"]["score"] == "84.0"
    assert records_of(player)[-1].number_text == "青教体评〔2026〕1号"


def test_while_the_experts_work_the_clock_stands(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    formation.arrange(player, 1, "2026-04-22", "2026-04-24")
    clock = page_of(player, "linxiao").clock
    assert clock is not None
    assert clock.running is False
    assert clock.stopped_because is not None
    assert clock.stopped_because.zh == "专家评估"


def test_the_notice_ends_on_05_07_and_not_a_minute_earlier(county_at: NewCounty) -> None:
    player = county_at("posted")
    period = deadline_of(player, "notice_period")
    assert (period.starts_on, period.due_on, period.state) == (date(2026, 4, 27), date(2026, 5, 7), "armed")
    assert "至2026年5月7日" in record_text(records_of(player)[-1])
    player.at("2026-05-07 23:59")
    assert (open_elements(player), deadline_of(player, "notice_period").state) == ([], "armed")
    player.at("2026-05-08 00:00")
    assert open_elements(player) == ["notice_result"]
    assert deadline_of(player, "notice_period").fired_at == moment("2026-05-08 00:00")
    assert open_task(player, "notice_result").opened_at == moment("2026-05-08 00:00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": 4, "in_favour": 4}, "present"),  # 5 of 7 must be there
        ({"present": 6, "in_favour": 3}, "in_favour"),  # more than half of 7 is 4
        ({"present": 8}, "present"),
    ],
)
def test_a_committee_without_quorum_decides_nothing(county_at: NewCounty, changes: dict[str, int], field: str) -> None:
    player = county_at("undisputed")
    player.at("2026-05-11 14:00")
    before = table_counts(player)
    with pytest.raises(InvalidError) as refused:
        formation.decide(player, 1, **changes)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert table_counts(player) == before
    assert open_elements(player) == ["committee"]


def test_the_committee_of_05_11_has_its_quorum_of_five(county_at: NewCounty) -> None:
    player = county_at("approved")
    (answer,) = submissions_of(player, "committee")
    figures = {f["check"]: f["figures"] for f in answer.findings}
    assert figures["cases.quorum"] == {"应到": "7", "实到": "6", "赞成": "5", "需到": "5"}
    assert figures["groups.score_band"]["评估得分"] == "84.0"
    assert open_elements(player) == ["approval_draft"]


def test_the_reply_of_05_13_is_number_12_on_day_15_of_20(county_at: NewCounty) -> None:
    player = county_at("issued")
    reply = next(r for r in records_of(player) if r.kind == "approval")
    assert (reply.number_text, reply.issued_on) == ("青教体复〔2026〕12号", date(2026, 5, 13))
    assert reply.issued_by == "郑国栋"
    clock = page_of(player, "linxiao").clock
    assert clock is not None
    assert (clock.day, clock.budget, clock.ended_on, clock.running) == (15, 20, date(2026, 5, 13), False)
    assert (clock.paused_days, clock.due_on) == (3, date(2026, 5, 20))
    assert tasks_of(player, "approval_deliver")[0].due_on == date(2026, 5, 27)
    assert open_task(player, "file_charter").due_on == date(2026, 6, 12)
    with player.database.reading() as session:
        counters = [b.body for b in session.scalars(select(AuditEvent).where(AuditEvent.kind == "number_series_set"))]
    assert [(c["word"], c["next"]) for c in counters] == [("青教体复", 12)], "the counter was set by an audited act"


def test_the_registers_hold_group_members_and_charter(county_at: NewCounty) -> None:
    player = county_at("founded")
    (group,) = rows(player, select(EducationGroup))
    assert (group.name, group.kind, group.stage) == ("青禾县实验小学教育集团", "close_knit", "primary")
    assert (group.approved_on, group.effective_on) == (date(2026, 5, 13), date(2026, 9, 1))
    with player.database.reading() as session:
        members = session.execute(
            select(Organisation.name, MembershipEntry.role, MembershipEntry.change, MembershipEntry.effective_on)
            .join(Organisation, Organisation.id == MembershipEntry.school_id)
            .order_by(MembershipEntry.id)
        ).all()
    new_year = date(2026, 9, 1)
    assert [tuple(member) for member in members] == [
        ("青禾县实验小学", "lead", "joined", new_year),
        ("柳溪镇中心小学", "member", "joined", new_year),
        ("石桥村小学", "member", "joined", new_year),
    ]
    (charter,) = rows(player, select(CharterEntry))
    assert (charter.version, charter.filed_on, charter.group_id) == (1, date(2026, 6, 8), group.id)
    by_kind = {r.kind: r.id for r in records_of(player)}
    assert (group.record_id, charter.record_id) == (by_kind["approval"], by_kind["charter_receipt"])


def test_seven_records_are_numbered_and_rendered(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.work_until(player.now)
    assert [(r.kind, r.number_text, r.issued_on.isoformat()) for r in records_of(player)] == [
        ("supplement_notice", "青教体补〔2026〕1号", "2026-04-10"),
        ("acceptance_notice", "青教体受〔2026〕1号", "2026-04-15"),
        ("assessment_notice", "青教体告〔2026〕1号", "2026-04-22"),
        ("assessment_report", "青教体评〔2026〕1号", "2026-04-24"),
        ("public_notice", "青教体示〔2026〕1号", "2026-04-27"),
        ("approval", "青教体复〔2026〕12号", "2026-05-13"),
        ("charter_receipt", "青教体备〔2026〕1号", "2026-06-08"),
    ]
    made = rows(player, select(RecordArtefact))
    assert sorted(artefact.record_id for artefact in made) == [r.id for r in records_of(player)]
    assert all(artefact.pages >= 1 for artefact in made)


def test_the_case_ends_founded_and_nothing_is_left_undone(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.at("2026-12-31 12:00")
    case = case_of(player)
    assert (case.outcome, case.stage, case.closed_at) == ("founded", "archived", moment("2026-06-08 09:00"))
    assert open_elements(player) == []
    assert rows(player, select(Deadline).where(Deadline.state == "armed")) == []
    assert rows(player, select(Job).where(Job.done_at.is_(None))) == []
    assert rows(player, select(Incident)) == []
    page = page_of(player, "linxiao")
    assert (page.waiting, page.next_steps, page.may_withdraw) == ((), (), False)


def test_every_step_stands_in_a_chain_that_can_be_verified(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.work_until(player.now)
    assert len(events_of(player, "task_completed")) == 24
    assert len(events_of(player, "record_issued")) == 7
    with player.database.reading() as session:
        assert verify(session, checks=CONTENT_CHECKS).faults == ()
    with player.database.writing() as session:
        stopped = select(AuditEvent.id).where(AuditEvent.kind == "clock_stopped").scalar_subquery()
        session.execute(update(AuditEvent).where(AuditEvent.id == stopped).values(actor_name="他人"))
    with player.database.reading() as session:
        assert [fault.kind for fault in verify(session).faults] == ["altered"]
