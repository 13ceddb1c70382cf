"""Three votes and what each is a share of: the same numbers side by side (processes.md B1)."""

from __future__ import annotations

import pytest

from tests.registers.conftest import County
from workflow_app.cases.checks import quorum
from workflow_app.registers.changes_hearing import council_vote
from workflow_app.registers.charters_checks import charter_vote


@pytest.mark.parametrize(
    ("members", "present", "in_favour", "opinion", "charter", "committee"),
    [
        (9, 9, 5, "clear", "clear", "clear"),
        (9, 6, 4, "clear", "error", "error"),  # more than half of those present, less than half of all
        (9, 6, 5, "clear", "clear", "clear"),
        (9, 5, 5, "clear", "error", "error"),  # an opinion has no quorum; a decision needs six of nine
        (8, 8, 4, "error", "error", "error"),  # exactly half is not more than half
        (8, 6, 3, "error", "error", "error"),
        (7, 5, 4, "clear", "clear", "clear"),
    ],
)
def test_an_opinion_counts_who_came_and_a_decision_counts_all(
    county: County, members: int, present: int, in_favour: int, opinion: str, charter: str, committee: str
) -> None:
    counts = {"members": members, "present": present, "in_favour": in_favour}
    found = council_vote(county.answering("council", {**counts, "decision": "support"}))
    assert (found.level, [used.key for used in found.used]) == (opinion, ["council_majority"])
    assert charter_vote(county.answering("vote", {**counts, "decision": "adopted"})).level == charter
    assert quorum(county.answering("committee", {**counts, "decision": "approve"})).level == committee
