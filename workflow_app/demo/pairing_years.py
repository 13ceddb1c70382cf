"""Two school years of a pairing, 2024 to 2026: 青禾县第二小学 helps 东岭镇中心小学, and the two go on together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from workflow_app.act import Act, system_actor
from workflow_app.calendar.terms import school_year_of
from workflow_app.cases.models import Case
from workflow_app.demo import group_year, mentoring, midterm, pairings
from workflow_app.demo.activities_held import ACTIVITIES, AUTUMN, Held
from workflow_app.demo.evidence import sample_pdf, sample_photo
from workflow_app.demo.player import Player, Step
from workflow_app.directory.attributes import record_attribute

RECIPIENT, RECIPIENT_CLERK = "东岭镇中心小学", "xieyun"
HELPER, HELPER_CLERK = "青禾县第二小学", "jiangxin"
SIGNERS = ("贺鸣", "龙飞")
FIGURES_SINCE = date(2023, 9, 1)
FIGURES = (
    (HELPER, {"stage": "primary", "location": "urban", "quality_score": "89", "pe_art": "11", "classes": "30"}),
    (RECIPIENT, {"stage": "primary", "level": "weak", "quality_score": "70", "pe_art": "2", "classes": "12"}),
    (mentoring.WEAK, {"stage": "primary", "level": "weak"}),
)
"""What was recorded of the schools when they were paired; the one that is helped is no longer listed as weak."""
TARGETS = (("quality", "70", "78", "2026-07-10"), ("pe_art", "0.46", "0.80", "2025-07-10"))
BATCH = "2024—2025学年支教（第一批）"
VOLUNTEERS = (("向晴", "T260111", "英语"), ("叶子", "T260112", "数学"))
"""Support teachers of the first of the two years; one of them earned the proof."""


def begin(player: Player) -> None:
    """September 2024: a teacher of the helper is in place, two support teachers are sent and arrive."""
    pairings.receive(
        player,
        _newest(player, "pairing"),
        "2024-09-02 10:00",
        clerk=RECIPIENT_CLERK,
        arrived_on="2024-08-29",
    )
    batch = send_teachers(player)
    player.at("2024-09-03 09:00")
    mentoring.report_arrival(player, batch, on="2024-09-02", people=VOLUNTEERS)


def end_first_year(player: Player) -> None:
    """The first appraisal, of June 2025."""
    appraise(player, "2025-06-12 09:30", ("74", "0.85"), (80, 90), until="2026-08-31")


def teachers_return(player: Player) -> None:
    """July 2025: the two support teachers are appraised."""
    player.at("2025-07-15 09:00")
    grades = {number: grade for (_, number, _), grade in zip(VOLUNTEERS, ("excellent", "failed"), strict=True)}
    mentoring.appraise(player, _newest(player, "support-teachers"), grades, people=VOLUNTEERS)


def report_midway(player: Player) -> None:
    """September 2025: half of the two years is over, the school reports and both sides say what they have done."""
    case_id = midterm.report(player, "2025-09-12 10:00", RECIPIENT_CLERK, {"quality": "76", "pe_art": "0.95"})
    midterm.state(player, case_id, str(player.now)[:16], (RECIPIENT_CLERK, HELPER_CLERK))


def pass_midway(player: Player) -> None:
    """The check is passed."""
    midterm.score(player, _newest(player, midterm.SLUG), "2025-09-16 15:00", midterm.GOOD)


def go_on(player: Player) -> None:
    """October 2026: the first activity after the renewal."""
    hold_one(player, 0, AUTUMN)


def wait(player: Player) -> None:
    """The needs of a school wait too long for a helper, and a further activity for the other side."""
    wanted: dict[str, Any] = {"needs": ["subject_staff"], "subjects": "音乐、体育、美术"}
    pairings.state_needs(player, "2026-10-30 15:00", **wanted)
    log(player, AUTUMN[1], HELPER_CLERK, RECIPIENT)


def report_from_afar(player: Player) -> None:
    """Yesterday's activity with the bureau elsewhere that helps, too, is logged; the section is to verify it."""
    day, content = str(player.now.date()), "滨海市名师线上指导六年级数学复习课，教师评课议课。"
    log(player, Held(day, "training", "线上教研", 12, "2.0", content), RECIPIENT_CLERK, pairings.OUTSIDE)


def renew(player: Player) -> None:
    """The second appraisal, of June 2026, after which the two go on for two more years."""
    appraise(player, "2026-06-15 09:30", ("79", "1.10"), (94, 95), until="2028-08-31", grade="excellent")


def agree(player: Player) -> int:
    """Needs in April 2024, agreement signed in June; the id of the case."""
    goals = "两年内教学质量监测得分达到78分，开齐开足音乐、体育、美术课程。"
    base = [{"indicator": indicator, "value": value} for indicator, value, _, _ in TARGETS]
    changed: dict[str, Any] = {"goals": goals, "baseline": base}
    case_id = pairings.state_needs(player, "2024-04-15 09:30", RECIPIENT_CLERK, **changed)
    pairings.match(player, case_id, "2024-04-22 10:00", helper=HELPER)
    player.at("2024-05-08 15:00")
    minutes = player.upload(HELPER_CLERK, case_id, "协商记录.pdf", sample_pdf("协商记录"))
    player.do(HELPER_CLERK, case_id, "draft", {**_terms(), "evidence": {"minutes": [minutes]}})
    pairings.confirm(player, case_id, "2024-05-10 09:00", clerk=RECIPIENT_CLERK)
    pairings.review(player, case_id, "2024-05-17 11:00")
    pairings.decide(player, case_id, "2024-05-20 16:00")
    pairings.issue(player, case_id, "approval", "2024-05-24 10:00")
    pairings.sign(player, case_id, "2024-06-05 09:30", HELPER_CLERK, clerk=RECIPIENT_CLERK, signers=SIGNERS)
    return case_id


def send_teachers(player: Player) -> int:
    """Two support teachers are nominated and sent; the id of the case."""
    case_id = mentoring.nominate(
        player,
        batch=BATCH,
        people=VOLUNTEERS,
        **{"from": "2024-09-02", "to": "2025-07-10"},
    )
    mentoring.approve_batch(player, case_id)
    mentoring.dispatch(player, case_id)
    return case_id


def hold_one(player: Player, number: int, activities: Sequence[Held] = ACTIVITIES) -> None:
    """An activity is logged by one side in turn, with a photograph or two, and confirmed by the other."""
    sides = ((HELPER_CLERK, RECIPIENT), (RECIPIENT_CLERK, HELPER))
    (clerk, partner), (other, _) = sides[number % 2], sides[1 - number % 2]
    pairings.answer_activity(player, log(player, activities[number], clerk, partner), other)


def log(player: Player, held: Held, clerk: str, partner: str) -> int:
    """One side logs an activity of the day before, with a photograph or two; the id of the case."""
    player.at(f"{held.entered} 17:30")
    case_id = player.start(clerk, "pairing-activity")
    photos = [
        player.upload(clerk, case_id, f"现场照片{n}.jpg", sample_photo(2 * case_id + n))
        for n in range(1, 2 + case_id % 2)
    ]
    answers = {
        "partner": player.organisation(partner),
        "title": held.title,
        "held_on": str(player.now.date() - timedelta(days=1)),
        "form": held.form,
        "heads": held.heads,
        "hours": held.hours,
        "content": held.content,
        "evidence": {"photos": photos},
    }
    player.do(clerk, case_id, "log", answers)
    return case_id


def appraise(
    player: Player,
    on: str,
    reached: tuple[str, str],
    scores: tuple[int, int],
    *,
    until: str,
    grade: str = "qualified",
) -> None:
    """A school year is reported from its duty, scored by both sides, graded, renewed and told in a bulletin."""
    player.at(on)
    group_year.open_duties(player)
    year = school_year_of(player.now.date())
    case_id = group_year.begin(player, "pairing-appraisal", year, RECIPIENT_CLERK)
    proof = player.upload(RECIPIENT_CLERK, case_id, "佐证材料.pdf", sample_pdf("佐证材料"))
    values = zip(TARGETS, reached, strict=True)
    report = {
        "partner": player.organisation(HELPER),
        "achieved": [{"indicator": target[0], "value": value} for target, value in values],
        "summary": "支援方每月开展送教或教研，教师跟岗两批，教学质量稳步提升。",
        "evidence": {"proof": [proof]},
    }
    player.do(RECIPIENT_CLERK, case_id, "report", report)
    for clerk, element, score in zip(
        (RECIPIENT_CLERK, HELPER_CLERK), ("host_score", "helper_score"), scores, strict=True
    ):
        player.do(clerk, case_id, element, {"score": score, "comment": "双方配合较好，活动按计划开展。"})
    player.at(f"{player.now.date() + timedelta(days=8)} 10:00")
    pairings.grade(player, case_id, grade, "renew", until)
    pairings.issue(player, case_id, "bulletin", f"{player.now.date() + timedelta(days=2)} 10:00")


def _newest(player: Player, slug: str) -> int:
    """The newest case of a process."""
    with player.database.reading() as session:
        found = select(Case.id).where(Case.slug == slug).order_by(Case.id.desc())
        return session.scalars(found.limit(1)).one()


def _terms() -> dict[str, Any]:
    targets = [dict(zip(("indicator", "base", "target", "due"), target, strict=True)) for target in TARGETS]
    people = [{"name": "郭嘉禾", "post": "数学教研组长", "arrives_on": "2024-08-29"}]
    return {
        **pairings.agreed(),
        "starts_on": "2024-09-01",
        "ends_on": "2026-08-31",
        "targets": targets,
        "people": people,
    }


def record_figures(player: Player) -> None:
    """What was recorded of the schools when they were paired."""
    with player.database.writing() as session:
        act = Act(session, system_actor(player.actor(session, HELPER_CLERK).bureau_id), player.now)
        for school, figures in FIGURES:
            for key, value in figures.items():
                source = "2023—2024学年教育事业统计"
                record_attribute(act, player.organisation(school), key, value, FIGURES_SINCE, source)


STEPS: Sequence[Step] = (
    ("2024-03-01", record_figures),
    ("2024-04-15", agree),
    ("2024-09-02", begin),
    *((held.entered, partial(hold_one, number=number)) for number, held in enumerate(ACTIVITIES)),
    ("2025-06-12", end_first_year),
    ("2025-07-15", teachers_return),
    ("2025-09-12", report_midway),
    ("2025-09-16", pass_midway),
)
"""From the needs of spring 2024 to the winter of 2026; the second appraisal follows in its summer."""
