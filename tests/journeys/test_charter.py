"""The charter of a group: members heard clause by clause, the council's vote; what is filed is what was voted on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.cases.test_cost import MOST_FOR_AN_ACT
from tests.costs import counting
from tests.county import (
    NewCounty,
    acting,
    case_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    task_page_of,
)
from workflow_app import cases
from workflow_app.cases.models import CaseParty
from workflow_app.definitions.clauses import clauses_in, text_hash
from workflow_app.definitions.comparison import Comparison
from workflow_app.demo import charter
from workflow_app.demo.formation import CLERK, MEMBERS, OFFICER
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.registers.models import CharterEntry

pytestmark = pytest.mark.sweep

TEXT = text_hash(clauses_in(charter.rows(charter.with_clause(4, charter.WANTED))))


@pytest.fixture
def autumn(county_at: NewCounty) -> Player:
    """The group has begun; version 1 of its charter is a file."""
    player = county_at("founded")
    player.at("2026-09-08 09:30")
    return player


def versions(player: Player) -> list[CharterEntry]:
    return rows(player, select(CharterEntry).order_by(CharterEntry.version))


def to_vote(player: Player) -> int:
    """A case before the vote of the council, both members content."""
    case_id = charter.begin(player)
    charter.all_agree(player, case_id)
    return case_id


def test_the_charter_is_amended_with_one_opinion_adopted_and_one_refused(autumn: Player) -> None:
    case_id = charter.play(autumn)
    assert case_of(autumn, case_id).outcome == "filed"
    assert case_of(autumn, case_id).title == "集团章程修订"
    first, second = versions(autumn)
    assert (first.version, first.clauses, first.text_hash) == (1, None, None)
    assert (second.version, second.text_hash, second.voted_on) == (2, TEXT, date(2026, 10, 23))
    assert (second.filed_on, second.effective_on) == (date(2026, 10, 28), date(2026, 10, 28))
    assert second.clauses == charter.rows(charter.with_clause(4, charter.WANTED))
    table, sheet, approval = records_of(autumn, case_id)
    assert "第1版以文件备案，没有逐条文本" in record_text(table)
    assert approval.number_text == "青教体章备〔2026〕1号"
    assert second.record_id == approval.id
    shown = " ".join(TEXT[n : n + 8] for n in range(0, 64, 8))
    for record in (table, sheet, approval):
        assert shown in record_text(record)
    assert "第四条（组织架构和运行机制）" in record_text(sheet)
    assert "未采纳：联合教研频次与学年工作计划一致，不宜降低。" in record_text(approval)
    assert "柳溪镇中心小学、石桥村小学" in record_text(approval)


def test_the_next_amendment_begins_with_the_filed_clauses_and_shows_what_it_changes(autumn: Player) -> None:
    charter.play(autumn)
    autumn.at("2026-11-09 09:00")
    case_id = autumn.start(CLERK, "group-charter")
    page = task_page_of(autumn, CLERK, "draft", case_id)
    filed = charter.with_clause(4, charter.WANTED)
    assert page.answers["clauses"] == charter.rows(filed)
    changed = [*charter.with_clause(6, "集团每月开展两次联合教研。", filed)[:8], *filed[9:], filed[8]]
    autumn.do(CLERK, case_id, "draft", charter.draft(changed, effective_on="2027-03-01"))
    found = task_page_of(autumn, "yangfan", "consult", case_id).figures["changes"]
    assert isinstance(found, Comparison)
    assert str(found.against) == "与第2版（2026年10月28日备案）对照。"
    assert [(str(line.change), str(line.place)) for line in found.changes] == [
        ("修改", "第六条"),
        ("移动", "第九条（原第十条）"),
    ]
    charter.all_agree(autumn, case_id)
    charter.vote(autumn, case_id)
    charter.check(autumn, case_id)
    charter.approve(autumn, case_id)
    third = versions(autumn)[-1]
    assert (third.version, third.filed_on, third.effective_on) == (3, date(2026, 11, 9), date(2027, 3, 1))
    table, _, approval = records_of(autumn, case_id)
    assert "集团每月开展一次联合教研。" in record_text(table)
    assert "集团坚持公益办学" not in record_text(table)
    assert "章程自2027年3月1日起施行" in record_text(approval)


def test_members_are_asked_one_seat_each_and_silence_is_no_consent(autumn: Player) -> None:
    case_id = charter.begin(autumn)
    autumn.do("yangfan", case_id, "consult", {"decision": "agree"})
    autumn.at("2026-09-21 00:10")
    assert is_told(autumn, "shilei", "不答复不视为同意")
    assert not is_told(autumn, OFFICER, "有成员校逾期未答复章程意见")
    autumn.at("2026-09-22 00:10")
    for person in (CLERK, OFFICER):
        assert is_told(autumn, person, "有成员校逾期未答复章程意见")
    autumn.at("2026-11-30 09:00")
    assert open_elements(autumn, case_id) == ["consult"]
    autumn.do("shilei", case_id, "consult", {"decision": "agree"})
    assert open_elements(autumn, case_id) == ["vote"]


def test_a_school_outside_the_group_sees_nothing_of_it(autumn: Player) -> None:
    case_id = charter.begin(autumn)
    members = {autumn.organisation(name) for name in MEMBERS}
    parties = rows(autumn, select(CaseParty).where(CaseParty.case_id == case_id, CaseParty.role == "members"))
    assert {party.organisation_id for party in parties} == members
    assert page_of(autumn, "yangfan", case_id).access == "party"
    with pytest.raises(NotFoundError):
        page_of(autumn, "majun", case_id)


def test_every_opinion_is_answered_and_none_is_changed(autumn: Player) -> None:
    case_id = charter.begin(autumn)
    charter.hear(autumn, case_id)
    page = task_page_of(autumn, CLERK, "respond", case_id)
    assert [row["remark"][:6] for row in page.answers["replies"]] == ["每学期一次会", "村小教师少，"]
    replies = [{**row, **charter.NOT_ADOPTED} for row in page.answers["replies"]]
    for wrong, words in (
        (replies[:1], "还有1条意见没有答复"),
        ([{**replies[0], "remark": "很好。"}, replies[1]], "还有1条意见没有答复"),
        ([*replies, {**replies[0], "clause": 1}], "有1条答复不对应任何成员校的意见"),
    ):
        with pytest.raises(InvalidError) as refused:
            autumn.do(CLERK, case_id, "respond", {**charter.draft(), "replies": wrong})
        assert words in str(refused.value.problems[0].message)
    rest = [{k: v for k, v in replies[0].items() if k != "why_not"}, replies[1]]
    with pytest.raises(InvalidError) as unexplained:
        autumn.do(CLERK, case_id, "respond", {**charter.draft(), "replies": rest})
    assert "请填写不采纳的理由" in str(unexplained.value.problems[0].message)


def test_what_is_changed_after_the_vote_goes_back_to_the_vote(autumn: Player) -> None:
    case_id = to_vote(autumn)
    charter.vote(autumn, case_id)
    charter.send_back(autumn, case_id, "修订理由", "请补充修订的背景。")
    autumn.do(CLERK, case_id, "revision_supply", charter.draft(reason="落实学年工作计划，完善理事会议事规则。"))
    assert open_elements(autumn, case_id) == ["check"]
    charter.send_back(autumn, case_id, "第七条", "须写明每学期安全检查次数。")
    changed = charter.with_clause(7, "集团设安全工作专班，每学期联合检查不少于两次。")
    autumn.do(CLERK, case_id, "revision_supply", charter.draft(changed))
    assert open_elements(autumn, case_id) == ["vote"]
    sheets = [record for record in records_of(autumn, case_id) if record.kind == "vote_sheet"]
    assert len(sheets) == 2
    assert sheets[0].content["blocks"][0]["text"] != sheets[1].content["blocks"][0]["text"]
    charter.vote(autumn, case_id, in_favour=6)
    charter.check(autumn, case_id)
    charter.approve(autumn, case_id)
    assert versions(autumn)[-1].text_hash == text_hash(clauses_in(charter.rows(changed)))


def test_the_legal_check_returns_to_the_section_and_a_refusal_files_nothing(autumn: Player) -> None:
    case_id = to_vote(autumn)
    charter.vote(autumn, case_id)
    task = open_task(autumn, "check", case_id)
    with acting(autumn, OFFICER) as act, counting(autumn.database.engine) as cost:
        cases.complete_task(act, task.id, task.revision, {"decision": "agree"}, "once")
    # Beside the act itself the checks read the group, its schools, its charters and the answers.
    assert len(cost) <= MOST_FOR_AN_ACT + 8, str(cost)
    with pytest.raises(InvalidError):
        autumn.do(charter.LAWYER, case_id, "legal", {"decision": "return"})
    autumn.do(charter.LAWYER, case_id, "legal", {"decision": "return", "opinion": "第十条与事业单位人事管理权限不符。"})
    assert open_elements(autumn, case_id) == ["check"]
    assert any(entry.element == "legal" for entry in task_page_of(autumn, OFFICER, "check", case_id).earlier)
    charter.check(autumn, case_id)
    reasons = "第十条关于人事、财务统筹的规定超出集团权限。"
    autumn.do(charter.LEADER, case_id, "decide", {"decision": "refuse", "reasons_for_refusal": reasons})
    assert case_of(autumn, case_id).outcome == "refused"
    text = record_text(records_of(autumn, case_id)[-1])
    assert reasons in text
    assert "10个工作日内向我局书面申请复核" in text
    assert [entry.version for entry in versions(autumn)] == [1]


def test_the_council_rejects_and_the_draft_begins_again(autumn: Player) -> None:
    case_id = to_vote(autumn)
    charter.vote(autumn, case_id, in_favour=4, decision="rejected")
    assert open_elements(autumn, case_id) == ["draft"]
    autumn.do(CLERK, case_id, "draft", charter.draft(charter.with_clause(4, charter.WANTED)))
    assert open_elements(autumn, case_id) == ["consult"]
    with pytest.raises(NotFoundError):
        autumn.do("majun", case_id, "consult", {"decision": "agree"})


def test_the_lead_school_withdraws_before_the_decision(autumn: Player) -> None:
    case_id = to_vote(autumn)
    autumn.withdraw(CLERK, case_id, "另行组织调研。")
    assert case_of(autumn, case_id).outcome == "withdrawn"
    assert open_elements(autumn, case_id) == []


def test_two_amendments_at_once_do_not_overwrite_each_other(autumn: Player) -> None:
    """What was voted on over version 1 cannot be filed over version 2: it is revised and voted on again."""
    slow, fast = to_vote(autumn), to_vote(autumn)
    charter.vote(autumn, slow)
    charter.vote(autumn, fast)
    charter.check(autumn, fast)
    charter.approve(autumn, fast)
    with pytest.raises(InvalidError) as stopped:
        autumn.do(OFFICER, slow, "check", {"decision": "agree"})
    assert "表决后，第2版章程已于2026年9月8日备案" in str(stopped.value.problems[0].message)
    charter.send_back(autumn, slow, "全文", "请在第2版基础上修改。")
    autumn.do(CLERK, slow, "revision_supply", charter.draft(charter.with_clause(4, charter.WANTED)))
    assert open_elements(autumn, slow) == ["vote"]


def test_only_the_lead_school_of_a_group_drafts_its_charter(autumn: Player) -> None:
    case_id = autumn.start("majun", "group-charter")
    with pytest.raises(InvalidError) as refused:
        autumn.do("majun", case_id, "draft", charter.draft())
    assert "本校目前不是任何教育集团的龙头校" in str(refused.value.problems[0].message)
