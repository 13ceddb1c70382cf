"""Support teachers on their ways: sent, arrived, appraised and proved; withdrawn, returned early, refused, replaced."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import acting, case_of, is_told, open_elements, open_task, record_text, records_of, rows
from workflow_app import cases
from workflow_app.audit.verify import verify
from workflow_app.cases.models import Duty
from workflow_app.cases.proof import CONTENT_CHECKS
from workflow_app.demo import formation, mentoring
from workflow_app.demo.player import Player
from workflow_app.dossier.tables import Asked, Cell, Link
from workflow_app.dossier.teacher_tables import support
from workflow_app.errors import ConflictError, InvalidError
from workflow_app.jobs.models import Job
from workflow_app.registers.teacher_models import SupportResult, SupportService
from workflow_app.text import Text

pytestmark = pytest.mark.sweep

WEN, CHEN, LIANG = (number for _, number, _ in mentoring.PEOPLE)


@pytest.fixture
def summer(player: Player) -> Player:
    """The summer before the school year 2026–27."""
    player.at("2026-08-21 09:00")
    return player


@pytest.fixture
def serving(summer: Player) -> tuple[Player, int]:
    """Three teachers serve since the first of September; it is the day after."""
    case_id = mentoring.nominate(summer)
    mentoring.approve_batch(summer, case_id)
    mentoring.dispatch(summer, case_id)
    summer.at("2026-09-02 10:00")
    mentoring.report_arrival(summer, case_id)
    return summer, case_id


def refused(player: Player, username: str, case_id: int, element: str, answers: dict[str, Any]) -> str:
    """Why an answer is refused, in one text."""
    with pytest.raises(InvalidError) as error:
        player.do(username, case_id, element, answers)
    return "；".join(str(problem.message) for problem in error.value.problems)


def kinds(player: Player, case_id: int) -> list[str]:
    """The documents of a case, oldest first."""
    return [record.kind for record in records_of(player, case_id)]


def test_a_batch_serves_its_year_and_only_who_earned_it_is_given_a_proof(serving: tuple[Player, int]) -> None:
    player, case_id = serving
    assert case_of(player, case_id).title == "支教人员：2026—2027学年支教（第一批）"
    letter, acceptance = records_of(player, case_id)
    assert letter.number_text == "青教体函〔2026〕1号"
    assert all(word in record_text(letter) for word in ("文静", "周课时", "交通补贴", "任教满10个月"))
    assert all(word in record_text(acceptance) for word in (letter.number_text, "2026年9月1日"))
    services = rows(player, select(SupportService).order_by(SupportService.id))
    assert [(s.teacher_no, s.starts_on, s.host_counts, s.record_id) for s in services] == [
        (number, date(2026, 9, 1), True, acceptance.id) for number in (WEN, CHEN, LIANG)
    ]

    player.at("2027-07-10 23:00")
    assert open_elements(player, case_id) == ["service"]
    player.at("2027-07-13 08:00")  # 10 July 2027 is a Saturday: the period ends with Monday the 12th
    assert sorted(open_elements(player, case_id)) == ["home_appraisal", "host_appraisal"]
    assert open_task(player, "home_appraisal", case_id).due_on == date(2027, 7, 23), "ten working days"
    line = {"teacher_no": WEN, "name": "文静", "grade": "qualified", "remark": "完成任务。"}
    assert "逐人鉴定" in refused(player, "linxiao", case_id, "home_appraisal", {"people": [line]})
    mentoring.appraise(player, case_id, {WEN: "excellent", CHEN: "qualified", LIANG: "failed"})
    assert case_of(player, case_id).outcome == "completed"
    results = rows(player, select(SupportResult).order_by(SupportResult.id))
    assert [(r.months, r.result, r.proved) for r in results] == [
        (10, "excellent", True),
        (10, "qualified", True),
        (10, "failed", False),
    ]
    sheet, *proofs = records_of(player, case_id)[-3:]
    assert [record.kind for record in (sheet, *proofs)] == ["appraisal_sheet", "proof", "proof"]
    assert "梁镕" in record_text(sheet)
    assert [record.number_text for record in proofs] == ["青教体证〔2027〕1号", "青教体证〔2027〕2号"]
    for record, (name, number, _), other in zip(proofs, mentoring.PEOPLE[:2], ("陈默", "文静"), strict=True):
        assert record.content["about"] == number
        assert name in record_text(record)
        assert other not in record_text(record), "each proof speaks of one person"
    assert "优秀" in record_text(proofs[0])
    assert len({record.verify_code for record in proofs}) == 2
    wishes = {job.args["record_id"] for job in rows(player, select(Job).where(Job.kind == "render_record"))}
    assert {record.id for record in proofs} <= wishes, "the bytes of each are made"
    masked = _proofs_in_the_register(player, "hancheng")
    assert masked["文*"] == Cell("青教体证〔2027〕1号"), (
        "what names the person in full is not linked to the masked name"
    )
    assert _proofs_in_the_register(player, "wangyue") == {
        "文静": Cell("青教体证〔2027〕1号", Link("records.download", {"record_id": proofs[0].id})),
        "陈默": Cell("青教体证〔2027〕2号", Link("records.download", {"record_id": proofs[1].id})),
        "梁镕": Text("未出具"),
    }
    with player.database.reading() as session:
        assert verify(session, 1, CONTENT_CHECKS).faults == ()


def _proofs_in_the_register(player: Player, username: str) -> dict[Any, Any]:
    """What the register says of everybody's proof, as somebody reads it."""
    with acting(player, username) as act:
        table = support(act.session, Asked(act.actor, act.today, act.today))
    return {row[0]: row[-1] for row in table.rows}


def test_nobody_earned_a_proof_and_none_is_issued(serving: tuple[Player, int]) -> None:
    player, case_id = serving
    player.at("2027-07-13 08:00")
    rows_ = {WEN: "failed", CHEN: "failed", LIANG: "failed"}
    mentoring.appraise(player, case_id, rows_)
    assert case_of(player, case_id).outcome == "completed_unproved"
    assert "proof" not in kinds(player, case_id)


def test_a_final_grade_above_what_a_school_found_is_explained(serving: tuple[Player, int]) -> None:
    player, case_id = serving
    player.at("2027-07-13 08:00")
    names = {number: name for name, number, _ in mentoring.PEOPLE}
    people = [{"teacher_no": n, "name": names[n], "grade": "qualified", "remark": "合格。"} for n in names]
    player.do("linxiao", case_id, "home_appraisal", {"people": people})
    assert open_elements(player, case_id) == ["host_appraisal"], "both sides' appraisals must be in"
    player.do("yangfan", case_id, "host_appraisal", {"people": people})
    better = [{**row, "grade": "excellent" if row["teacher_no"] == WEN else "qualified"} for row in people]
    assert "高于学校鉴定：文静" in refused(player, "wangyue", case_id, "conclude", {"people": better})


def test_who_withdraws_before_the_letter_is_not_sent(summer: Player) -> None:
    case_id = mentoring.nominate(summer)
    summer.do("wangyue", case_id, "check", {"decision": "approve"})
    stranger = [{"teacher_no": "T999999", "name": "何人", "reason": "因病"}]
    told = refused(summer, "linxiao", case_id, "confirm", {"decision": "go", "withdrawn": stranger})
    assert "不在推荐名单中" in told
    everyone = [{"teacher_no": n, "name": name, "reason": "因病"} for name, n, _ in mentoring.PEOPLE]
    assert "取消本批" in refused(summer, "linxiao", case_id, "confirm", {"decision": "go", "withdrawn": everyone})
    summer.do("linxiao", case_id, "confirm", {"decision": "go", "withdrawn": everyone[2:]})
    mentoring.dispatch(summer, case_id)
    (letter,) = records_of(summer, case_id)
    assert "陈默" in record_text(letter)
    assert "梁镕" not in record_text(letter)
    with pytest.raises(ConflictError, match="不能再撤回"):
        summer.withdraw("linxiao", case_id, "全部退出。")
    summer.at("2026-09-02 10:00")
    short = [{"teacher_no": WEN, "name": "文静", "arrived": True, "arrived_on": "2026-09-01"}]
    assert "逐人确认" in refused(summer, "yangfan", case_id, "arrival", {"people": short})


def test_the_batch_is_withdrawn_or_cancelled_before_the_letter(summer: Player) -> None:
    case_id = mentoring.nominate(summer)
    summer.withdraw("linxiao", case_id, "另行安排。")
    assert case_of(summer, case_id).outcome == "withdrawn"
    other = mentoring.nominate(summer)
    summer.do("wangyue", other, "check", {"decision": "approve"})
    summer.do("linxiao", other, "confirm", {"decision": "cancel", "opinion": "人员均有教学任务。"})
    assert case_of(summer, other).outcome == "not_sent"
    assert records_of(summer, other) == []


def test_returned_for_a_change_then_refused_with_reasons(summer: Player) -> None:
    case_id = mentoring.nominate(summer)
    items = [{"item": "周课时", "reason": "未达到受援学校需要"}]
    summer.do("wangyue", case_id, "check", {"decision": "return", "items": items})
    summer.do("linxiao", case_id, "revision_supply", {**mentoring.nomination(summer, case_id)})
    summer.do(
        "wangyue", case_id, "check", {"decision": "refuse", "reasons_for_refusal": "受援学校本学年不缺数学教师。"}
    )
    assert case_of(summer, case_id).outcome == "refused"
    notice = records_of(summer, case_id)[-1]
    assert all(word in record_text(notice) for word in ("不缺数学教师", "10个工作日", "书面申请复核"))


def test_an_early_return_counts_in_proportion_and_a_replacement_is_owed(serving: tuple[Player, int]) -> None:
    player, case_id = serving
    player.at("2026-11-02 09:00")
    gone = {"teacher_no": WEN, "name": "文静", "returned_on": "2027-07-11", "reason": "家庭原因"}
    assert "返回日期" in refused(player, "linxiao", case_id, "service", {"people": [gone]})
    player.do("linxiao", case_id, "service", {"people": [{**gone, "returned_on": "2026-10-30"}]})
    player.do("wangyue", case_id, "return_check", {"decision": "reject", "opinion": "请再协商。"})
    mentoring.return_early(player, case_id, "文静", WEN, "2026-10-30")
    (result,) = rows(player, select(SupportResult))
    assert (result.months, result.result, result.proved) == (2, "returned_early", False)
    notice = records_of(player, case_id)[-1]
    assert all(word in record_text(notice) for word in ("文静", "不出具任教经历证明", "2026年11月30日"))
    (duty,) = rows(player, select(Duty).where(Duty.slug == "support-teachers"))
    assert (duty.organisation_id, duty.due_on) == (player.organisation(formation.LEAD), date(2026, 11, 30))
    player.at("2026-11-30 08:00")
    assert is_told(player, "linxiao", "尚未报送“支教人员选派”")
    assert is_told(player, "wangyue", "尚未报送“支教人员选派”")

    with acting(player, "linxiao") as act:
        replacing = cases.start_case(act, "support-teachers", duty_id=duty.id).case_id
    people = [("林栀", "T260101", "数学")]
    changed = {"batch": "补派", "from": "2026-12-07", "reasons": SHORT}
    player.do("linxiao", replacing, "nominate", {**mentoring.nomination(player, replacing, people, **changed)})
    assert open_elements(player, replacing) == ["check"]

    mentoring.return_early(player, case_id, "陈默", CHEN, "2026-11-30")
    assert len(rows(player, select(Duty).where(Duty.slug == "support-teachers"))) == 2, "each return owes its own"
    mentoring.return_early(player, case_id, "梁镕", LIANG, "2026-11-30")
    assert case_of(player, case_id).outcome == "all_returned"
    assert "proof" not in kinds(player, case_id)


SHORT = {"support.long_enough": "补派至本学年结束。"}


def test_who_did_not_arrive_is_told_and_reported_by_the_school(summer: Player) -> None:
    case_id = mentoring.nominate(summer)
    mentoring.approve_batch(summer, case_id)
    mentoring.dispatch(summer, case_id)
    assert open_task(summer, "arrival", case_id).due_on == date(2026, 9, 4), "three working days from the first day"
    summer.at("2026-09-07 09:00")
    assert is_told(summer, "wangyue", "受援学校尚未确认报到")
    mentoring.report_arrival(summer, case_id, absent=["梁镕"])
    assert "未报到" in record_text(records_of(summer, case_id)[-1])
    assert len(rows(summer, select(SupportService))) == 2
    mentoring.return_early(summer, case_id, "梁镕", LIANG, "2026-09-07")
    assert rows(summer, select(SupportResult)) == [], "who never served has no result"
    again = {"teacher_no": LIANG, "name": "梁镕", "returned_on": "2026-09-08", "reason": "因病"}
    assert "不在支教人员名单中" in refused(summer, "linxiao", case_id, "service", {"people": [again]})


def test_who_serves_already_is_pointed_out(serving: tuple[Player, int]) -> None:
    player, _ = serving
    case_id = player.start("linxiao", "support-teachers")
    answers = mentoring.nomination(player, case_id, mentoring.PEOPLE[:1], batch="第二批")
    assert "已在支教：文静" in refused(player, "linxiao", case_id, "nominate", {**answers})
