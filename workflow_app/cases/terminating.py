"""Terminating a case (终止办理): a leader's act, for what was decided and cannot be carried out.

An entry that a register refuses, because limits or the register have changed since the decision, leaves a case that no
drawing leads out of. What was issued or entered before stays as it is; its correction is an act of its own.
"""

from __future__ import annotations

from workflow_app.act import Act, Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.acts import needed_reason
from workflow_app.cases.follow import NO_STATE, finish, follow
from workflow_app.cases.models import Case
from workflow_app.cases.progress import Progress
from workflow_app.cases.work import lock_case
from workflow_app.definitions.version import TERMINATED, ProcessVersion
from workflow_app.directory.rights import has_right, require
from workflow_app.engine import Advance
from workflow_app.errors import ConflictError, NotFoundError


def may_terminate(actor: Actor, case: Case, process: ProcessVersion, progress: Progress) -> bool:
    """Whether this actor may terminate this case as it stands."""
    return has_right(actor, "terminate_cases") and case.closed_at is None and _is_past_withdrawal(process, progress)


def _is_past_withdrawal(process: ProcessVersion, progress: Progress) -> bool:
    """As long as the applicant may withdraw, nothing is decided: then it is theirs to end it, or the decision's."""
    rule = process.head.withdraw
    return rule is None or rule.message not in progress.awaits


def terminate(act: Act, case_id: int, reason: str) -> None:
    """End a case for good, with a reason that everybody who takes part may read. Doing it again is harmless.

    The engine is not asked: what waits is dropped, so that a case whose state is damaged can be ended as well.

    Raises:
        NotFoundError: the case may not be seen.
        ForbiddenError: it is not this person's to end.
        ConflictError: the applicant may still withdraw it, or it has ended in another way.
        InvalidError: there is no reason, or none that can be kept.
    """
    work = lock_case(act, case_id)
    if access_to(act.session, act.actor, work.case) is None:
        raise NotFoundError
    require(act.actor, "terminate_cases")
    if work.case.outcome == TERMINATED:
        return
    if work.case.closed_at is not None:
        raise ConflictError("该办件已办结，不能再终止。")
    if not _is_past_withdrawal(work.version, work.progress):
        raise ConflictError("该办件尚未作出决定，请按流程办理，或由申请单位撤回，不能终止。")
    work.log("case_terminated", f"case:{work.case.id}", {"reason": needed_reason(reason)})
    waiting = dict(work.progress.open)
    steps = tuple(ident for ident, element in waiting.items() if element in work.version.tasks)
    periods = tuple(ident for ident in waiting if ident not in steps)
    follow(work, Advance(state=NO_STATE, undone=steps, disarmed=periods, outcome=TERMINATED))
    finish(work)
