"""A share that all cases take part in: two leaders who decide at the same instant never pass it together.

On SQLite one act is over before the next begins; on PostgreSQL the second waits for the first before it counts.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.conftest import by_program
from tests.county import NewCounty, acting, open_task, rows
from tests.faults import races
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.cases.models import Duty
from workflow_app.demo import appraisal, group_year
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CLERK, MEMBERS, OFFICER
from workflow_app.demo.player import Player, moment
from workflow_app.errors import InvalidError
from workflow_app.policy.versions import change
from workflow_app.registers.appraisal_models import AppraisalEntry
from workflow_app.registers.models import EducationGroup, MembershipEntry

BEGINS = date(2026, 9, 1)
OTHER, ITS_CLERK, ITS_MEMBER = "青禾县第二小学", "jiangxin", "东岭镇中心小学"


def test_two_leaders_do_not_pass_the_share_of_excellent_together(county_at: NewCounty) -> None:
    """One of two groups may be 优秀. Both are decided upon at once, and the second leader meets the gate."""
    player = county_at("founded")
    player.now = moment("2027-06-15 08:00")
    _second_group(player)
    with acting(player, "wusiyuan") as act:
        change(by_program(act), "appraisal_excellent_share", "0.5", "通行做法", date(2027, 1, 1), "试行")
    group_year.open_duties(player)
    both = [_scored(player, CLERK, MEMBERS), _scored(player, ITS_CLERK, (ITS_MEMBER,))]
    for case_id in both:
        appraisal.sum_up(player, case_id, "excellent")
        appraisal.publish(player, case_id, "2027-07-01 09:00")
    for case_id in both:
        appraisal.no_objection(player, case_id, "2027-07-12 09:00")
    approve = {"decision": "approve", "opinion": "同意。"}
    first, second = (_decision(player, case_id, approve) for case_id in both)
    outcomes = races.together(first, second)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Completed", "InvalidError"], outcomes
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, InvalidError))
    assert "优秀不超过1个，已评1个" in "".join(str(problem.message) for problem in refused.problems)
    assert [entry.grade for entry in rows(player, select(AppraisalEntry))] == ["excellent"]


def _decision(player: Player, case_id: int, answers: dict[str, str]) -> races.Answering:
    task = open_task(player, "decide", case_id)
    return races.Answering(player, appraisal.LEADER, task.id, task.revision, answers, f"decide-{case_id}")


def _second_group(player: Player) -> None:
    """A further group, as if founded together with the one of E1."""
    lead, member = player.organisation(OTHER), player.organisation(ITS_MEMBER)
    with acting(player, OFFICER) as act:
        group = EducationGroup(
            bureau_id=act.bureau_id,
            name=f"{OTHER}教育集团",
            kind="cooperative",
            stage="primary",
            lead_school_id=lead,
            approved_on=date(2026, 5, 13),
            effective_on=BEGINS,
            case_id=1,
            recorded_at=act.now,
        )
        act.session.add(group)
        act.session.flush()
        act.session.add_all(
            _joined(act, group.id, school, role) for school, role in ((lead, "lead"), (member, "member"))
        )


def _joined(act: Act, group_id: int, school_id: int, role: str) -> MembershipEntry:
    return MembershipEntry(
        bureau_id=act.bureau_id,
        group_id=group_id,
        school_id=school_id,
        change="joined",
        role=role,
        effective_on=BEGINS,
        reason="集团组建",
        case_id=1,
        recorded_at=act.now,
        recorded_by=act.actor.name,
    )


def _scored(player: Player, clerk: str, members: tuple[str, ...]) -> int:
    """The report of a lead school is handed in, and every scorer gives 93 points; the id of the case."""
    with acting(player, clerk) as act:
        lead = act.actor.organisation_id
        query = select(Duty.id).where(Duty.slug == "group-appraisal", Duty.organisation_id == lead)
        case_id = cases.start_case(act, "group-appraisal", duty_id=act.session.scalars(query).one()).case_id
    file = player.upload(clerk, case_id, "佐证.pdf", sample_pdf("佐证"))
    report = {
        **{f"{key}_report": "情况和数据见佐证。" for key in appraisal.DIMENSIONS},
        "members": [player.organisation(school) for school in members],
        "problems": "无。",
        "evidence": {key: [file] for key in (*appraisal.DIMENSIONS, "signed")},
    }
    player.do(clerk, case_id, "report", report)
    appraisal.accept(player, case_id, "2027-06-15 09:00")
    appraisal.score(player, case_id, [[93] * 5] * 3, "2027-06-16 16:00")
    return case_id
