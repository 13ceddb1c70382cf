"""What one helper may carry is shared by the cases of all schools, from the review of each to its entry.

On SQLite one act is over before the next begins; on PostgreSQL the second waits for the first before it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import by_program
from tests.county import acting, open_elements, open_task, rows, submissions_of
from tests.faults import races
from workflow_app import cases
from workflow_app.cases.work import lock_case
from workflow_app.definitions.case_view import Answered, CaseView, OperationContext
from workflow_app.demo import formation, pairings
from workflow_app.demo.player import Player
from workflow_app.errors import ConflictError, InvalidError, WorkflowError
from workflow_app.policy.versions import change
from workflow_app.registers.pairing_entry import register_pairing
from workflow_app.registers.pairing_models import Pairing, PairingIndicator

CLERKS = ("bailu", "xieyun")
AGREE = {"decision": "agree", "opinion": "同意报局领导审定。"}
LOAD, LIFTS = "pairings.helper_load", "deputy_director@bureau"


@pytest.fixture
def one_each(player: Player) -> Player:
    """The county in which a helper may carry one pairing."""
    player.at("2026-04-01 09:00")
    with acting(player, "wusiyuan") as act:
        change(by_program(act), "pairing_helper_max", "1", "通行做法", date(2026, 1, 1), "试行")
    return player


def _confirmed(player: Player, clerk: str) -> int:
    """A case of a school that 青禾县实验小学 is to help, before its review."""
    case_id = pairings.state_needs(player, "2026-04-20 09:30", clerk, named_by="县教育振兴行动计划")
    pairings.match(player, case_id, "2026-04-27 10:00")
    pairings.offer(player, case_id, "2026-05-06 15:00")
    pairings.confirm(player, case_id, "2026-05-08 09:00", clerk=clerk)
    return case_id


def _told(refused: object) -> str:
    assert isinstance(refused, InvalidError)
    return "".join(str(problem.message) for problem in refused.problems)


def test_what_is_agreed_takes_its_place_before_it_is_entered(one_each: Player) -> None:
    """Of two reviews at one instant the second meets the gate. Who is let go beyond the limit takes no place away."""
    player = one_each
    both = [_confirmed(player, clerk) for clerk in CLERKS]
    player.at("2026-05-15 11:00")
    outcomes = races.together(*(_review(player, case_id) for case_id in both))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Completed", "InvalidError"], outcomes
    within, beyond = both if isinstance(outcomes[1], InvalidError) else both[::-1]
    refused = outcomes[both.index(beyond)]
    assert "支援方已承担帮扶0项，另有1项待登记，达到上限1项" in _told(refused)

    pairings.decide(player, within, "2026-05-19 16:00")
    with acting(player, pairings.LEADER) as act:
        cases.override_gate(act, open_task(player, "review", beyond).id, LOAD, LIFTS, "支援方力量较强。")
    pairings.review(player, beyond, "2026-05-19 17:00")
    with pytest.raises(InvalidError) as told:
        pairings.decide(player, beyond, "2026-05-20 09:00")
    assert "另有1项待登记，达到上限1项" in _told(told.value)
    pairings.decide(player, beyond, "2026-05-20 09:00", overrides={LOAD: "支援方力量较强，可以多承担一项。"})

    for case_id in (beyond, within):
        with acting(player, pairings.LEADER) as act:
            register_pairing(OperationContext(act, lock_case(act, case_id).view(), "register", {}))
    assert [pairing.case_id for pairing in rows(player, select(Pairing))] == [beyond, within]


def test_the_decision_may_return_or_refuse_what_stands_beyond_the_limit(player: Player) -> None:
    """The limit was lowered when both had been agreed: the leader meets the gate, and neither a return nor a refusal
    asks for a reason why it should be lifted. What was refused takes no place.
    """
    first, second = (_confirmed(player, clerk) for clerk in CLERKS)
    for case_id in (first, second):
        pairings.review(player, case_id, "2026-05-15 11:00")
    with acting(player, "wusiyuan") as act:
        change(by_program(act), "pairing_helper_max", "1", "通行做法", date(2026, 1, 1), "试行")
    with pytest.raises(InvalidError) as told:
        pairings.decide(player, first, "2026-05-19 16:00")
    assert "另有1项待登记" in _told(told.value)
    pairings.decide(player, second, "2026-05-19 16:00", "refuse", reasons_for_refusal="支援方负担已满。")
    pairings.decide(player, first, "2026-05-19 16:30")
    (stored,) = submissions_of(player, "decide", first)
    assert [(finding["check"], finding["level"]) for finding in stored.findings] == [(LOAD, "clear")]
    assert open_elements(player, first) == ["approval_draft"]


@pytest.mark.parametrize(
    ("helpers", "told"),
    [
        pytest.param(
            {"白鹭湾小学": "东岭镇中心小学", "东岭镇中心小学": "白鹭湾小学"},
            "双方在该期间已有结对关系",
            id="each other",
        ),
        pytest.param(
            dict.fromkeys(("白鹭湾小学", "东岭镇中心小学"), pairings.HELPER),
            "支援方已承担帮扶1项，达到上限1项",
            id="one helper",
        ),
    ],
)
def test_two_entries_at_one_instant_see_each_other(one_each: Player, helpers: dict[str, str], told: str) -> None:
    """Both sides are locked: whoever is helped by whom, the second entry knows of the first, and leaves nothing."""
    starts = [one_each.start(clerk, "pairing") for clerk in CLERKS]
    entries = [
        _Entry(one_each, case_id, *(one_each.organisation(side) for side in sides))
        for case_id, sides in zip(starts, sorted(helpers.items(), reverse=True), strict=True)
    ]
    refused = [outcome for outcome in races.together(*entries) if isinstance(outcome, WorkflowError)]
    assert [type(outcome) for outcome in refused] == [ConflictError]
    assert told in str(refused[0])
    assert [len(rows(one_each, select(table))) for table in (Pairing, PairingIndicator)] == [1, 1]


class _Entry:
    """The entry of one signed agreement, as the operation does it at the end of its case."""

    def __init__(self, player: Player, case_id: int, recipient: int, helper: int) -> None:
        self.player, self.case_id, self.recipient, self.helper = player, case_id, recipient, helper

    def __call__(self) -> None:
        """Enter it in a transaction of its own."""
        with acting(self.player, pairings.LEADER) as act:
            register_pairing(OperationContext(act, self._case(act.bureau_id), "register", {}))

    def _case(self, bureau_id: int) -> CaseView:
        terms = pairings.agreed()
        terms["targets"] = terms["targets"][:1]
        given: Mapping[str, Mapping[str, Any]] = {
            "needs": {"goals": "提高教学质量。"},
            "match": {"kind": "school_pair", "helper": self.helper},
            "draft": terms,
        }
        answered = [
            Answered(step, answers, None, None, "白鹭", self.recipient, "school_clerk", self.player.now.date())
            for step, answers in given.items()
        ]
        return CaseView(
            case_id=self.case_id,
            bureau_id=bureau_id,
            number="P2-2026-0001",
            slug="pairing",
            title="结对帮扶",
            applicant_id=self.recipient,
            filed_on=None,
            accepted_on=None,
            due_on=None,
            clock=None,
            parties={},
            facts={},
            submissions=lambda: answered,
            period=None,
            record_template=lambda kind: kind,
        )


def _review(player: Player, case_id: int) -> races.Answering:
    task = open_task(player, "review", case_id)
    return races.Answering(player, formation.OFFICER, task.id, task.revision, AGREE, f"review-{case_id}")
