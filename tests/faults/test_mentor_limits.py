"""Limits on one mentor that agreements of all schools share: approved at the same instant, they do not pass together.

On SQLite one act is over before the next begins; on PostgreSQL the second waits for the first before it counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import open_task, rows
from tests.faults import races
from workflow_app.demo import mentoring
from workflow_app.demo.player import Player
from workflow_app.errors import InvalidError
from workflow_app.registers.teacher_models import MentoringAgreement

APPROVE = {"decision": "approve", "opinion": "符合规定，同意结对。", "reasons": {"mentoring.not_taken": "另有学科。"}}


def _three_apprentices(player: Player, group: int) -> dict[str, Any]:
    """Three of the five whom a mentor may have at the same time."""
    return {"apprentices": [mentoring.apprentice(player, f"教师{group}{n}", f"T29{group}0{n}") for n in range(3)]}


def _studio(player: Player, group: int) -> dict[str, Any]:
    """A studio, of which a host has one at a time; its people are the same in both applications."""
    wanted = {"kind": "studio", "mentor_title": "chief", "mentor_level": "province", "subject": f"学科{group}"}
    return {**wanted, "apprentices": mentoring.studio(player)}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param(_three_apprentices, "在带徒弟3人，本次3人，合计6人，超过5人", id="apprentices"),
        pytest.param(_studio, "主持人已主持一个在办的工作室", id="studio"),
    ],
)
def test_two_agreements_of_a_mentor_do_not_pass_a_limit_together(
    player: Player, asked: Callable[[Player, int], dict[str, Any]], told: str
) -> None:
    player.at("2026-08-20 14:00")
    pages = []
    for group in range(2):
        case_id = mentoring.file_mentoring(player, **asked(player, group))
        mentoring.confirm_mentoring(player, case_id)
        task = open_task(player, "check", case_id)
        pages.append(races.Answering(player, mentoring.OFFICER, task.id, task.revision, APPROVE, f"check-{case_id}"))
    outcomes = races.together(*pages)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Completed", "InvalidError"], outcomes
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, InvalidError))
    assert told in "".join(str(problem.message) for problem in refused.problems)
    assert len(rows(player, select(MentoringAgreement))) == 1
