"""Limits that all groups share: a school is in one close-knit group, a group has so many members (processes.md B1).

The checks tell of them at the review; whoever enters looks at the register again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from workflow_app.act import Act
from workflow_app.definitions.case_view import OperationContext
from workflow_app.directory.organisations import names
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.entries import not_entered
from workflow_app.registers.membership import Belonging, groups_of
from workflow_app.text import Text, listed

CLOSE_KNIT = "close_knit"
MEMBERS_MAX = "group_members_max"
"""Policy parameter: how many members a group has at most, its lead school not counted."""


def elsewhere(act: Act, school_ids: Collection[int], day: date, but_group: int | None = None) -> dict[int, Belonging]:
    """Which of some schools are in another close-knit group on a day by the register, by school."""
    found = groups_of(act.session, act.bureau_id, school_ids, day)
    return {b.school_id: b for b in found if b.kind == CLOSE_KNIT and b.group_id != but_group}


def refuse_elsewhere(
    context: OperationContext, check: str, school_ids: Collection[int], day: date, but_group: int | None = None
) -> None:
    """Refuse to enter schools that another close-knit group has taken in meanwhile.

    It is let pass where a leader has lifted the gate of the check in this case, or in the case of the other group:
    whom a leader has let go beyond the limit takes no place from those that were agreed within it.

    Raises:
        ConflictError: it names the schools and their groups.
    """
    other = elsewhere(context.act, school_ids, day, but_group)
    if not other:
        return
    own = context.case.case_id
    lifted = context.case.others.lifted(check, [own, *(b.case_id for b in other.values() if b.case_id is not None)])
    standing = {i: b for i, b in other.items() if own not in lifted and b.case_id not in lifted}
    if standing:
        known = names(context.act.session, context.act.bureau_id, standing.keys())
        taken = [Text("{name}（{remark}）", name=known[i], remark=b.group) for i, b in standing.items()]
        raise not_entered(
            Text(
                "下列学校已在其他紧密型集团：{listed}，不能登记。请核对台账，先办理其退出后再提交。",
                listed=listed(taken),
            )
        )


def refuse_too_many(context: OperationContext, members: Collection[int]) -> None:
    """Refuse to enter more members than policy allows, the lead school not counted.

    Raises:
        ConflictError: it says how many there would be.
    """
    act = context.act
    most = load_policy(act.session, act.bureau_id, act.today).integer(MEMBERS_MAX)
    if len(set(members)) > most:
        raise not_entered(
            Text(
                "登记后集团成员校将为{count}所，超过{most}所，不能登记。请核对台账，先办理成员校退出后再提交。",
                count=len(set(members)),
                most=most,
            )
        )
