"""What changes in the older group: its charter, filed clause by clause and amended; a school that joins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workflow_app.demo import charter, group_change, pairings
from workflow_app.demo.older_group.founding import CLERK, GROUP, JOINED, JOINED_CLERK, LEAD, MEMBER_CLERK, RECEIVED_BY
from workflow_app.demo.player import Player

CLAUSES = charter.with_clause(10, "各校保持独立法人地位，人事、财务、资产独立核算，集团统筹教研和教师交流。")
"""The first text of the charter that is filed clause by clause."""
OTHER_WORDS = {
    4: charter.WANTED,
    6: "集团每月开展两次联合教研，其中一次在成员校举行。",
    9: "各成员校享有平等的表决权，承担共享优质资源、接收交流教师的义务。",
}
"""What three clauses say after 柳溪中学 has joined; a right is added behind the last of them."""
REASON = "柳溪中学加入集团，调整理事会议事规则，增加联合教研，明确复议程序。"


def file_clauses(player: Player) -> None:
    """October 2024: the charter is filed clause by clause."""
    _amend(player, ("2024-10-14", "2024-10-16", "2024-10-18", "2024-10-21"), CLAUSES, [MEMBER_CLERK])


def amend(player: Player) -> None:
    """October 2025: the charter is amended after a school has joined."""
    clauses = CLAUSES
    for number, text in OTHER_WORDS.items():
        clauses = charter.with_clause(number, text, clauses)
    clauses.insert(9, ("rights", charter.NEW_RIGHT))
    days = ("2025-10-13", "2025-10-15", "2025-10-17", "2025-10-20")
    _amend(player, days, clauses, [MEMBER_CLERK, JOINED_CLERK], reason=REASON)


def _amend(
    player: Player, days: Sequence[str], clauses: Sequence[tuple[str, str]], members: Sequence[str], **more: Any
) -> None:
    """A charter is drafted, answered by the members, voted and checked, and approved, each on its day."""
    drafted, answered, voted, approved = days
    player.at(f"{drafted} 10:00")
    case_id = charter.begin(player, clauses, clerk=CLERK, **more)
    player.at(f"{answered} 10:00")
    charter.all_agree(player, case_id, members)
    player.at(f"{voted} 15:00")
    charter.vote(player, case_id, clerk=CLERK, members=5, present=5, in_favour=5)
    charter.check(player, case_id)
    player.at(f"{approved} 10:00")
    charter.approve(player, case_id)


def admit(player: Player) -> None:
    """Spring 2025: 柳溪中学 is to join with the school year, as the lead school asks."""
    change = group_change.joining(player, date(2025, 3, 24), JOINED, lead=LEAD, group=GROUP)
    change.hear()
    change.review()
    change.assess()
    change.publish(until=18)
    change.decide()
    pairings.issue(player, change.case_id, "approval", "2025-04-14 09:00", RECEIVED_BY)
