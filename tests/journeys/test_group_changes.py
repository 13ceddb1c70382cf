"""Changes of the group of E1: leaving (the end of case E3), joining, another type, dissolution, the side ways."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    case_of,
    in_chinese,
    is_told,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    seats_of,
    submissions_of,
    task_page_of,
)
from workflow_app.cases.models import Duty
from workflow_app.demo import group_year
from workflow_app.demo.formation import CLERK, GROUP, LEAD, MEMBERS
from workflow_app.demo.group_change import for_all, joining, leaving
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.groups import GroupLine, groups_at
from workflow_app.registers.membership import leads, members_at
from workflow_app.registers.models import EducationGroup, MembershipEntry

pytestmark = pytest.mark.sweep

LAST_DAY, TURN = date(2027, 8, 31), date(2027, 9, 1)


def schools_on(player: Player, day: date) -> list[str]:
    with player.database.reading() as session:
        return [member.school for member in members_at(session, 1, 1, day)]


def group_on(player: Player, day: date) -> GroupLine:
    with player.database.reading() as session:
        (line,) = groups_at(session, 1, day)
        return line


def leading_on(player: Player, day: date) -> list[int]:
    with player.database.reading() as session:
        return leads(session, 1, day)


def test_a_school_that_asks_in_march_leaves_with_the_school_year(county_at: NewCounty) -> None:
    """E3, its last sentence: approved for the next school year only, with transition plan. Silence is no consent."""
    player = county_at("founded")
    change = leaving(player)
    change.file()
    assert case_of(player, change.case_id).title == f"成员校退出：{GROUP}"
    change.accept()
    due = case_of(player, change.case_id).due_on
    change.hear_council(days=3)
    change.day(19)
    assert open_elements(player, change.case_id) == ["statement"]
    for person in ("shilei", "limin"):
        assert is_told(player, person, "集团变动意见")
    change.hear_schools(days=20)
    change.review(21)
    change.assess(22)
    change.publish(23, 31)
    change.decide(32)
    change.issue(33)
    case = case_of(player, change.case_id)
    assert case.outcome == "changed"
    assert due is not None
    assert case.due_on is not None
    assert case.due_on > due  # the time of hearing and assessing is not counted
    entry = rows(player, select(MembershipEntry).order_by(MembershipEntry.id.desc()))[0]
    assert (entry.change, entry.role, entry.effective_on, entry.reason) == ("left", "member", TURN, "自愿")
    assert schools_on(player, LAST_DAY) == [LEAD, *MEMBERS]
    assert schools_on(player, TURN) == [LEAD, MEMBERS[0]]
    _, _, report, _, reply = records_of(player, change.case_id)
    assert '["1","石桥村小学","同意"' in record_text(report)
    for words in ("自2027年9月1日起不再作为成员校", "停用集团标识", "本学年交流教师期满后返回原校"):
        assert words in record_text(reply)
    for words in ("赞成4票，反对1票", "平均分为87.7分"):
        assert words in record_text(report)
    _the_transition_is_confirmed(player)


def _the_transition_is_confirmed(player: Player) -> None:
    """The lead school reports once the change is in force; what is left is done before the section confirms."""
    player.at(f"{LAST_DAY} 09:00")
    group_year.open_duties(player)
    assert rows(player, select(Duty).where(Duty.slug == "group-transition")) == []
    player.at(f"{TURN} 09:00")
    group_year.open_duties(player)
    group_year.open_duties(player)
    owed = group_year.duty(player, "group-transition", "2027-2028")
    assert (owed.opens_on, owed.due_on) == (TURN, date(2027, 9, 15))
    case_id = group_year.begin(player, "group-transition", "2027-2028")
    page = task_page_of(player, CLERK, "report", case_id)
    assert str(page.figures["changes"]) == f"石桥村小学退出{GROUP}"
    parts = dict.fromkeys(("staff", "pupils", "funds", "assets", "courses", "signs"), "已按批复办理。")
    player.do(CLERK, case_id, "report", {**parts, "remaining": "校牌9月15日前更换。"})
    item = {"item": "更换校牌", "reason": "至今仍挂集团标识"}
    player.do("limin", case_id, "check", {"decision": "return", "items": [item]})
    assert open_elements(player, case_id) == ["revision_supply"]
    player.do(CLERK, case_id, "revision_supply", {**parts, "signs": "校牌已更换，集团标识已停用。"})
    player.do("limin", case_id, "check", {"decision": "confirm", "opinion": "已实地核实。"})
    assert case_of(player, case_id).outcome == "confirmed"
    group_year.open_duties(player)
    (duty,) = rows(player, select(Duty).where(Duty.slug == "group-transition"))
    assert duty.fulfilled_at is not None


def test_a_school_joins_then_the_type_changes_then_the_group_is_dissolved(county_at: NewCounty) -> None:
    """Each from its own school year; the row of the founding stays, and past days keep their answer."""
    player = county_at("founded")
    joining(player, date(2027, 3, 8)).play()
    retyping = for_all(player, "retype", date(2027, 4, 12), new_type="cooperative")
    with pytest.raises(InvalidError) as refused:
        retyping.file()
    assert "还应列出成员校：城关第二小学" in str(refused.value.problems[0].message)
    retyping.schools = (*MEMBERS, "城关第二小学")  # what is approved for September counts already
    retyping.play()
    assert schools_on(player, LAST_DAY) == [LEAD, *MEMBERS]
    assert schools_on(player, TURN) == [LEAD, *MEMBERS, "城关第二小学"]
    assert [group_on(player, day).kind for day in (LAST_DAY, TURN)] == ["close_knit", "cooperative"]
    player.at("2028-06-05 08:00")
    group_year.open_duties(player)
    assert group_year.duty(player, "group-plan", "2028-2029").due_on == date(2028, 8, 31)
    dissolving = for_all(player, "dissolve", date(2028, 6, 12))
    dissolving.schools = retyping.schools
    dissolving.play()
    over = date(2028, 9, 1)
    assert group_on(player, over).dissolved_on == over
    assert len(schools_on(player, date(2028, 8, 31))) == 4
    assert schools_on(player, over) == []
    assert [len(leading_on(player, day)) for day in (date(2028, 8, 31), over)] == [1, 0]
    (founding,) = rows(player, select(EducationGroup))
    assert founding.kind == "close_knit"
    changes = rows(player, select(GroupChangeEntry).order_by(GroupChangeEntry.id))
    assert [(c.change, c.kind, c.effective_on, c.reason) for c in changes] == [
        ("type_changed", "cooperative", TURN, "布局调整"),
        ("dissolved", None, over, "布局调整"),
    ]
    assert all(change.record_id for change in changes)
    group_year.open_duties(player)
    owed = rows(player, select(Duty).where(Duty.slug == "group-plan", Duty.period == "2028-2029"))
    assert owed == []  # what was asked for before is not owed any more


def test_nobody_joins_against_their_will(county_at: NewCounty) -> None:
    """The section may only propose refusal; the committee cannot approve what was not assessed, and refuses."""
    player = county_at("founded")
    change = joining(player, date(2027, 3, 8))
    change.hear(schools="disagree")
    with pytest.raises(InvalidError) as stopped:
        change.review()
    assert "城关第二小学不同意加入" in str(stopped.value.problems[0].message)
    change.do("limin", "first_review", {"decision": "unsuitable", "opinion": "拟加入学校教代会未通过。"})
    with pytest.raises(InvalidError) as refused:
        change.decide(8)
    assert "未经专家评估和公示，不能同意" in str(refused.value.problems[0].message)
    change.decide(8, "refuse", reasons_for_refusal="拟加入学校教代会未通过加入集团的决议。")
    change.issue(9, "refusal")
    assert case_of(player, change.case_id).outcome == "refused"
    assert schools_on(player, TURN) == [LEAD, *MEMBERS]
    reply = record_text(records_of(player, change.case_id)[-1])
    for words in ("教代会未通过加入集团的决议", "10个工作日内向我局书面申请复核", "申请复核的最后一日为"):
        assert words in reply


def test_returned_deferred_withdrawn(county_at: NewCounty) -> None:
    """The first review returns the application, the committee defers it; the school withdraws it then."""
    player = county_at("founded")
    change = leaving(player)
    change.hear()
    change.day(7)
    items = [{"item": "过渡方案", "reason": "未写明结余经费的去向", "basis": "003·A2二(一)2"}]
    change.do("limin", "first_review", {"decision": "return", "opinion": "请修改。", "items": items})
    assert open_elements(player, change.case_id) == ["revision_supply"]
    change.day(8)
    changed = {**change.application(), "transition_funds": "结余经费按来源退回财政。"}
    change.do("shilei", "revision_supply", {**changed, "opinion": "已修改。"})
    change.review(9)
    change.assess(10, ("70", "72", "68"))
    change.publish(11, 19)
    change.decide(20, "defer", opinion="过渡方案还需完善。")
    assert open_elements(player, change.case_id) == ["apply"]
    change.do("shilei", "apply", changed)
    player.withdraw("shilei", change.case_id, "学校决定继续留在集团。")
    assert case_of(player, change.case_id).outcome == "withdrawn"
    assert schools_on(player, TURN) == [LEAD, *MEMBERS]
    with pytest.raises(NotFoundError):
        page_of(player, "majun", change.case_id)


def test_the_time_of_a_change_is_told_and_the_schools_sit_each_for_itself(county_at: NewCounty) -> None:
    """A day within the school year is refused; every member has a seat of its own; objections ask for a reason."""
    player = county_at("founded")
    change = for_all(player, "retype", date(2027, 3, 8), new_type="cooperative", effective_on="2027-04-01")
    with pytest.raises(InvalidError) as refused:
        change.file()
    assert "不能在学年中途生效，应填写2027年9月1日" in str(refused.value.problems[0].message)
    change.more["effective_on"] = "2027-09-01"
    change.file()
    change.accept()
    change.hear_council(decision="oppose")
    seats = seats_of(player, open_task(player, "statement", change.case_id).id)
    assert [seat.organisation_id for seat in seats] == [player.organisation(school) for school in MEMBERS]
    change.day(4)
    change.state(MEMBERS[0])
    change.state(MEMBERS[1], "disagree")
    with pytest.raises(InvalidError) as asked:
        change.review()
    assert "集团理事会不同意；石桥村小学不同意" in str(asked.value.problems[0].message)
    reasons = {"groups.parties_agree": "已约谈，理由不成立。"}
    change.do("limin", "first_review", {"decision": "agree", "opinion": "同意送会审。", "reasons": reasons})
    (given,) = submissions_of(player, "first_review", change.case_id)
    (finding,) = [f for f in given.findings if f["check"] == "groups.parties_agree"]
    assert in_chinese(finding["figures"]) == {"集团理事会": "不同意", "不同意的学校": "1"}
