"""What people of the county do in a fault run: whoever has an open seat answers it, in an order that chance decides."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tests.faults.client import Values
from workflow_app.cases.models import Case, Deadline, Seat, Task
from workflow_app.clock import end_of
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.directory.models import Account, PositionHolding

RETURNS = 0.15
"""How often a step that may be sent back is sent back."""

AGREE: Values = {"f-decision": "agree", "f-opinion": "同意。"}
RETURN: Values = {"f-decision": "return", "f-opinion": "请修改。"}


@dataclass(frozen=True)
class OpenSeat:
    """A seat that somebody may answer now."""

    task_id: int
    element: str
    username: str
    person_id: int


class Answers:
    """What is answered to each element of E1; the form fields as a browser sends them."""

    def __init__(self, player: Player, chance: random.Random) -> None:
        self._chance = chance
        experts = [str(player.person(name)) for _, name, _ in formation.EXPERTS]
        schools = [str(player.organisation(school)) for school in formation.MEMBERS]
        heard = {
            f"f-consultation-{n}-{key}": value
            for n, school in enumerate(schools)
            for key, value in (("school", school), ("reply", "同意"), ("adopted", "yes"))
        }
        objection = {"by": "某家长", "real_name": "yes", "content": "名称有误。", "finding": "属实。", "upheld": "yes"}
        self._upheld: Values = {
            "f-objections": "1",
            **{f"f-objections-0-{key}": value for key, value in objection.items()},
            "f-decision": "upheld",
            "f-opinion": "异议成立，更正后重新公示。",
        }
        self._plain: Mapping[str, Values] = {
            "accept_review": {"f-decision": "accept", "f-opinion": "予以受理。"},
            "first_review": {**AGREE, "f-reasons-schools-staffing": formation.STAFFING_REASON},
            "sections_opinions": AGREE,
            "arrange_assessment": {"f-experts": experts, "f-from": "2026-05-18", "f-to": "2026-05-20"},
            "assessment": {"f-score": "82", "f-opinion": "建议同意组建。"},
            "notice_post": {"f-places": ["website", "bureau_board"], "f-contact": "基础教育科"},
            "notice_correct": {"f-correction": "更正集团名称。"},
            "committee": {
                "f-held_on": "2026-05-11",
                "f-members": "7",
                "f-present": "6",
                "f-in_favour": "5",
                "f-decision": "approve",
                "upload-evidence.minutes": "会议纪要",
            },
            "approval_draft": {},
            "approval_seal": {"f-sealed_on": "2026-05-13", "f-copies": "12"},
            "approval_deliver": {"f-delivered_on": "2026-05-14", "f-method": "in_person", "f-received_by": "林晓"},
            "file_charter": {
                "f-version": "1",
                "f-council_on": "2026-05-28",
                "f-consultation": str(len(schools)),
                **heard,
                "f-parts": [
                    *("purpose", "philosophy", "organisation", "management", "research"),
                    *("safety", "ideology", "rights", "powers"),
                ],
                "upload-evidence.charter": "集团章程",
                "upload-evidence.council_minutes": "理事会会议纪要",
            },
            "charter_check": {"f-decision": "accept", "f-opinion": "同意核准备案。"},
        }
        self._either: Mapping[str, Callable[[bool], Values]] = {
            "notice_result": lambda back: self._upheld if back else {"f-decision": "none", "f-opinion": "无异议。"},
            **dict.fromkeys(("approval_review", "approval_legal", "approval_sign"), _agree_or_return),
        }

    def to(self, element: str) -> Values:
        """The form fields for one step; now and then one is sent back."""
        if element in self._either:
            return self._either[element](self._chance.random() < RETURNS)
        return self._plain[element]


def _agree_or_return(back: bool) -> Values:
    return RETURN if back else AGREE


def open_seats(session: Session) -> list[OpenSeat]:
    """Every open seat with each person who may answer it, in a fixed order."""
    holds = (PositionHolding.organisation_id == Seat.organisation_id) & (PositionHolding.position == Seat.position)
    is_the_one = Seat.is_named & (PositionHolding.person_id == Seat.person_id)
    rows = session.execute(
        select(Task.id, Task.element, Account.username, Account.person_id)
        .join(Seat, Seat.task_id == Task.id)
        .join(Case, Case.id == Task.case_id)
        .join(PositionHolding, or_(is_the_one, ~Seat.is_named & holds))
        .join(Account, Account.person_id == PositionHolding.person_id)
        .where(Task.closed_at.is_(None), Seat.state == "open", Case.closed_at.is_(None))
        .distinct()
        .order_by(Task.id, Account.username)
    )
    return [OpenSeat(*row) for row in rows]


def next_lapse(session: Session) -> datetime | None:
    """When the next armed deadline of a timer lapses."""
    due_on = session.scalar(
        select(Deadline.due_on)
        .where(Deadline.state == "armed", Deadline.engine_task_id.is_not(None))
        .order_by(Deadline.due_on)
        .limit(1)
    )
    return end_of(due_on) if due_on is not None else None
