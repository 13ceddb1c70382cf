"""The one place of rights on persons and positions: pure questions about an actor, answered from today's holdings.

The three administrators are kept apart (22239-2019 8.1.5, G-26): the system administrator keeps the directory and the
drawings and grants nothing; the security administrator grants and sees no case; the audit administrator reads the
history and changes nothing. Whether a case may be seen is asked in the cases room, which builds on these predicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow_app.act import Actor
from workflow_app.directory.positions import POSITIONS, Position
from workflow_app.errors import ForbiddenError


@dataclass(frozen=True)
class Right:
    """Something that not everybody may do: who may, and what the others are told."""

    positions: frozenset[str]
    refusal: str


_HANDLERS = frozenset(p.code for p in POSITIONS.values() if p.internal and p.writes and p.sight != "none")

RIGHTS: Mapping[str, Right] = {
    "manage_directory": Right(
        frozenset({"system_admin"}), "只有系统管理员可以维护单位和人员。如需调整，请联系系统管理员。"
    ),
    "record_attributes": Right(_HANDLERS | {"system_admin"}, "只有局机关工作人员可以登记学校信息。"),
    "manage_security": Right(
        frozenset({"security_admin"}), "只有安全管理员可以维护账号和岗位授权。如需调整，请联系安全管理员。"
    ),
    "reveal_personal": Right(_HANDLERS, "您无权查看完整的个人信息。"),
    "read_audit": Right(frozenset({"audit_admin", "auditor"}), "只有审计管理员和审计员可以查看审计记录。"),
    "read_rules": Right(
        frozenset(p.code for p in POSITIONS.values() if p.internal), "只有局机关工作人员可以查看政策参数和文号。"
    ),
    "edit_policy": Right(
        frozenset({"legal_officer"}), "只有法制审核人员可以提出政策参数的调整。如需调整，请联系法制科室。"
    ),
    "confirm_policy": Right(
        frozenset({"deputy_director", "director"}), "政策参数的调整由分管副局长或局长确认，您不能确认。"
    ),
    "terminate_cases": Right(
        frozenset({"deputy_director", "director"}), "只有分管副局长和局长可以终止办理，请向其说明情况。"
    ),
    "set_policy": Right(frozenset(), "政策参数的调整须由法制审核人员提出、局领导确认，不能直接写入。"),
    "set_numbers": Right(frozenset({"office_clerk"}), "只有办公室文书可以调整文号。如需调整，请联系办公室。"),
    "handle_incidents": Right(
        frozenset({"system_admin", "security_admin"}), "只有系统管理员和安全管理员可以处理异常，请联系系统管理员。"
    ),
    "publish_definitions": Right(frozenset({"system_admin"}), "只有系统管理员可以发布流程。"),
}
"""Every right by its name."""


def has_right(actor: Actor, right: str) -> bool:
    """Whether the actor has a right. The system itself, reached from the command line and the worker, has all."""
    if actor.kind == "system":
        return True
    return any(h.position in RIGHTS[right].positions for h in actor.holdings)


def require(actor: Actor, right: str) -> None:
    """Let pass who has the right.

    Raises:
        ForbiddenError: the actor has it not; the message says who has.
    """
    if not has_right(actor, right):
        raise ForbiddenError(RIGHTS[right].refusal)


def may_manage_directory(actor: Actor) -> bool:
    """Organisations and people; granting is another right, of another person."""
    return has_right(actor, "manage_directory")


def may_manage_security(actor: Actor) -> bool:
    """Accounts, and who holds which position."""
    return has_right(actor, "manage_security")


def may_read_audit(actor: Actor) -> bool:
    """The history of every case and of the directory, and its verification."""
    return has_right(actor, "read_audit")


def may_edit_policy(actor: Actor) -> bool:
    """The amounts of the policy profile."""
    return has_right(actor, "edit_policy")


def may_publish_definitions(actor: Actor) -> bool:
    """New versions of processes."""
    return has_right(actor, "publish_definitions")


def is_internal(actor: Actor) -> bool:
    """Whether the actor works inside the bureau and may read internal remarks."""
    return actor.kind == "system" or any(p.internal for p in _positions(actor))


def sees_whole_bureau(actor: Actor) -> bool:
    """Whether every case of the bureau is visible: leaders and auditors."""
    return actor.kind == "system" or any(p.sight == "bureau" for p in _positions(actor))


def may_write(actor: Actor) -> bool:
    """Whether the actor may take steps at all; who only audits may not."""
    return actor.kind == "system" or any(p.writes for p in _positions(actor))


def organisations_of(actor: Actor) -> frozenset[int]:
    """The organisations whose cases the actor may see because they take part in them.

    An expert or teacher sees only cases with a seat of their own, an administrator none.
    """
    return frozenset(h.organisation_id for h in actor.holdings if _sight(h.position) == "own")


def has_sight_by_seat(actor: Actor) -> bool:
    """Whether a seat that names the actor shows its case: everybody but those who may see no case at all."""
    return any(p.sight != "none" for p in _positions(actor))


def _positions(actor: Actor) -> Iterable[Position]:
    return (POSITIONS[h.position] for h in actor.holdings if h.position in POSITIONS)


def _sight(position: str) -> str:
    return POSITIONS[position].sight if position in POSITIONS else "none"
