"""A year of a pairing: activities that both sides confirm, and the appraisal that ends, changes or renews it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.county import NewCounty, case_of, open_elements, page_of, record_text, records_of, rows, task_page_of
from tests.web.site import app_of, signed_in_there
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Duty
from workflow_app.demo import group_year, pairings
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError, NotFoundError
from workflow_app.files.models import StoredFile
from workflow_app.registers.entries import add_entries
from workflow_app.registers.pairing_activities import totals_of
from workflow_app.registers.pairing_models import (
    Pairing,
    PairingActivity,
    PairingAppraisal,
    PairingChange,
    PairingIndicator,
    PairingIndicatorValue,
)
from workflow_app.registers.pairings import pairing_between, pairings_at

pytestmark = pytest.mark.sweep


@pytest.fixture
def paired(county_at: NewCounty) -> Player:
    """青禾县实验小学 helps 白鹭湾小学 since 1 September 2026."""
    player = county_at("empty")
    pairings.play(player)
    return player


def test_activities_are_logged_by_either_side_and_count_when_both_confirm(paired: Player) -> None:
    first = pairings.log_activity(paired, "2026-09-16 20:10")
    assert rows(paired, select(PairingActivity)) == [], "one side alone enters nothing"
    pairings.answer_activity(paired, first, "bailu")
    second = pairings.log_activity(paired, "2026-09-24 16:00", "bailu", pairings.HELPER, heads=25, hours="3.5")
    with pytest.raises(InvalidError):
        pairings.answer_activity(paired, second, "linxiao", "dispute", "")
    pairings.answer_activity(paired, second, "linxiao", "dispute", "实到22人。")
    assert open_elements(paired, second) == ["correct"]
    answers = pairings.activity(paired, second, "bailu", pairings.HELPER, heads=22, hours="3.5")
    paired.do("bailu", second, "correct", {**answers, "decision": "resend"})
    pairings.answer_activity(paired, second, "linxiao")
    third = pairings.log_activity(paired, "2026-09-28 16:00")
    pairings.answer_activity(paired, third, "bailu", "dispute", "当天没有活动。")
    again = pairings.activity(paired, third, "linxiao", pairings.RECIPIENT)
    paired.do("linxiao", third, "correct", {**again, "decision": "drop", "opinion": "日期记错。"})
    assert [case_of(paired, case).outcome for case in (first, second, third)] == ["confirmed", "confirmed", "dropped"]
    with paired.database.reading() as session:
        totals = totals_of(session, 1, 1)
    assert (totals.activities, totals.heads, totals.hours) == (2, 40, Decimal("5.5"))
    entered = rows(paired, select(PairingActivity).order_by(PairingActivity.id))
    assert [(e.heads, e.photos) for e in entered] == [(18, 1), (22, 1)]
    assert [e.logged_by_id == e.confirmed_by_id for e in entered] == [False, False]
    _photographs_are_seen_by_both_sides(paired, second)
    with pytest.raises(InvalidError) as refused:
        pairings.log_activity(paired, "2026-09-29 16:00", partner="石桥村小学")
    assert "没有本单位与该单位在2026年9月28日有效的结对关系" in str(refused.value.problems[0].message)


def _photographs_are_seen_by_both_sides(player: Player, corrected: int) -> None:
    """On the page of the case, and on that of the pairing: the photograph that the correction named, not the first."""
    newest = max(file.id for file in rows(player, select(StoredFile).where(StoredFile.owner == f"case:{corrected}")))
    app = app_of(player)
    for username in ("linxiao", "bailu", "limin"):
        browser = signed_in_there(app, username)
        assert f'src="/files/{newest}?view=small" alt=' in browser.get(f"/cases/{corrected}").text
        page = browser.get("/registers/pairings/1").text
        shown = re.findall(r'<img src="/files/(\d+)\?view=small"', page)
        assert len(shown) == 2
        assert str(newest) in shown
        assert browser.get(f"/files/{newest}?view=small").mimetype == "image/jpeg"
    stranger = signed_in_there(app, "majun")
    assert stranger.get(f"/files/{newest}?view=small").status_code == 404


def test_a_year_is_appraised_and_the_recipients_score_stays_with_the_bureau(paired: Player) -> None:
    """Scores 70 and 90, one target of two: 0.5×70 + 0.2×90 + 0.3×… quality above the start, PE reached."""
    case_id = pairings.report_year(paired, "2027-06-10 09:00")
    (owed,) = rows(paired, select(Duty).where(Duty.slug == "pairing-appraisal"))
    assert (owed.due_on, owed.organisation_id) == (date(2027, 7, 31), paired.organisation(pairings.RECIPIENT))
    pairings.score(paired, case_id, 70, 90)
    assert _seen(paired, "linxiao", case_id) == {"report", "helper_score"}
    assert _seen(paired, "bailu", case_id) == {"report", "host_score"}
    figure = task_page_of(paired, "limin", "assess", case_id).figures["sum"]
    assert str(figure) == "83.0分（受援方评分70，支援方评分90，指标达到2／2项）"
    with pytest.raises(InvalidError) as told:
        pairings.grade(paired, case_id, "excellent", "renew", "2029-08-31")
    assert "综合得分83.0分，按分数线应为“合格”" in str(told.value.problems[0].message)
    pairings.grade(paired, case_id, "qualified", "change", "2029-08-31")
    pairings.issue(paired, case_id, "bulletin", "2027-06-25 10:00")
    assert case_of(paired, case_id).outcome == "appraised"
    (bulletin,) = records_of(paired, case_id)
    assert "等次为合格" in record_text(bulletin)
    for hidden in ("70", "83.0", "送教针对性还需加强"):
        assert hidden not in record_text(bulletin)
    assert _seen(paired, "linxiao", case_id) == {"report", "helper_score"} | DELIVERED
    (entry,) = rows(paired, select(PairingAppraisal))
    found = (entry.school_year, entry.host_score, entry.helper_score, entry.total, entry.grade, entry.next_step)
    assert found == ("2026-2027", "70", "90", "83.0", "qualified", "change")
    assert [value.value for value in rows(paired, select(PairingIndicatorValue))] == ["72", "1.65"]
    (change,) = rows(paired, select(PairingChange))
    assert (change.change, change.ends_on) == ("changed", date(2029, 8, 31))
    with pytest.raises(NotFoundError):
        page_of(paired, "majun", case_id)


DELIVERED = {"bulletin_deliver"}
"""The step of issuing a document that schools see."""


def test_an_appraisal_may_end_the_pairing_with_a_signed_termination(paired: Player) -> None:
    case_id = pairings.report_year(paired, "2027-06-10 09:00", quality="60", pe_art="0.80")
    pairings.score(paired, case_id, 40, 50)
    with pytest.raises(InvalidError) as refused:
        pairings.grade(paired, case_id, "failed", "renew", "2029-08-31")
    assert "考核不合格的不能续签" in str(refused.value.problems[0].message)
    pairings.grade(paired, case_id, "failed", "end", "2027-07-31")
    pairings.issue(paired, case_id, "bulletin", "2027-06-25 10:00")
    assert open_elements(paired, case_id) == ["sign_end"]
    page = paired.upload("limin", case_id, "终止协议.pdf", sample_pdf("终止协议"))
    paired.do("limin", case_id, "sign_end", {"signed_on": "2027-06-25", "evidence": {"signed_page": [page]}})
    assert [record.kind for record in records_of(paired, case_id)] == ["bulletin", "termination"]
    sides = paired.organisation(pairings.RECIPIENT), paired.organisation(pairings.HELPER)
    with paired.database.reading() as session:
        assert pairings_at(session, 1)[0].ended is True
        assert pairing_between(session, 1, *sides, date(2027, 7, 31)) is not None
        assert pairing_between(session, 1, *sides, date(2027, 8, 1)) is None


def test_a_report_with_a_target_left_out_is_refused_and_may_be_returned(paired: Player) -> None:
    with pytest.raises(InvalidError) as refused:
        pairings.report_year(paired, "2027-06-10 09:00", partner="城关第二小学")
    assert "没有该单位在本学年帮扶本单位的结对关系" in str(refused.value.problems[0].message)


SECOND = "城关第二小学"


def second_pairing(player: Player) -> int:
    """城关第二小学 helps 白鹭湾小学 as well; the id of the helper."""
    helper = player.organisation(SECOND)
    with player.database.writing() as session:
        term = {"starts_on": date(2026, 9, 1), "ends_on": date(2028, 8, 31), "goals": "开齐课程。", "people": 1}
        common = {"bureau_id": 1, "case_id": 1, "recorded_at": player.now}
        sides = {"recipient_id": player.organisation(pairings.RECIPIENT), "helper_id": helper}
        act = Act(session, system_actor(1), player.now)
        pairing = Pairing(kind="school_pair", **term, **sides, **common)
        add_entries(act, pairing)
        aim = {"indicator": "quality", "base": "66", "target": "76", "due_on": date(2028, 7, 10)}
        add_entries(act, PairingIndicator(pairing_id=pairing.id, **aim, **common))
    return helper


def owed(player: Player) -> list[tuple[str, int | None]]:
    """The duties of appraisal: the name of the period, and the helper that each is about."""
    found = rows(player, select(Duty).where(Duty.slug == "pairing-appraisal").order_by(Duty.id))
    return [(duty.period, duty.subject_id) for duty in found]


def test_a_school_with_two_helpers_owes_an_appraisal_of_each(paired: Player) -> None:
    first, second = paired.organisation(pairings.HELPER), second_pairing(paired)
    paired.at("2027-06-10 09:00")
    assert group_year.open_duties(paired) == 2
    assert group_year.open_duties(paired) == 0, "harmless to repeat"
    both = sorted([first, second])
    assert owed(paired) == [("2026-2027", both[0]), (f"2026-2027/{both[1]}", both[1])]
    (about,) = (period for period, helper in owed(paired) if helper == second)
    case_id = group_year.begin(paired, "pairing-appraisal", about, "bailu")
    proof = paired.upload("bailu", case_id, "佐证材料.pdf", sample_pdf("佐证材料"))
    report = {"partner": second, "achieved": [{"indicator": "quality", "value": "70"}], "summary": "稳步提升。"}
    paired.do("bailu", case_id, "report", {**report, "evidence": {"proof": [proof]}})
    assert set(open_elements(paired, case_id)) == {"helper_score", "host_score"}
    with paired.database.writing() as session:
        ended = {"change": "ended", "effective_on": date(2026, 8, 20), "ends_on": date(2026, 8, 31), "terms": "终止"}
        change = PairingChange(bureau_id=1, pairing_id=1, case_id=1, recorded_at=paired.now, **ended)
        add_entries(Act(session, system_actor(1), paired.now), change)
    group_year.open_duties(paired)
    assert owed(paired) == [(about, second)], "what ended before the year began is owed no more"


def test_a_duty_opened_before_it_said_what_it_is_about_stands_for_one_pairing(paired: Player) -> None:
    both = sorted([paired.organisation(pairings.HELPER), second_pairing(paired)])
    paired.at("2027-06-10 09:00")
    with paired.database.writing() as session:
        cases.create_duty(
            Act(session, system_actor(1), paired.now),
            slug="pairing-appraisal",
            organisation_id=paired.organisation(pairings.RECIPIENT),
            period="2026-2027",
            parameter="pairing_appraisal_due",
            opens_on=date(2027, 6, 1),
            due_on=date(2027, 7, 31),
        )
    assert group_year.open_duties(paired) == 1
    assert owed(paired) == [("2026-2027", None), (f"2026-2027/{both[1]}", both[1])]


def _seen(player: Player, username: str, case_id: int) -> set[str]:
    """The steps whose answers a person sees on the page of the case."""
    return {earlier.element for earlier in page_of(player, username, case_id).earlier}
