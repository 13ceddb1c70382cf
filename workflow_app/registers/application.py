"""The application to found a group, as checks and operations read it: the answers to ``apply``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.registers.schools import School, schools_at

APPLY = "apply"


@dataclass(frozen=True)
class Application:
    """What was applied for, with the schools as they stand on the day of the check."""

    answers: Mapping[str, Any]
    lead: School
    members: tuple[School, ...]
    policy: Policy
    today: date

    @property
    def schools(self) -> tuple[School, ...]:
        """The lead school and then the members."""
        return (self.lead, *self.members)


def member_ids(answers: Mapping[str, Any]) -> list[int]:
    """The member schools named in an application, each once, without empty lines."""
    rows = answers.get("members") or []
    return list(dict.fromkeys(row["school"] for row in rows if row.get("school")))


def application(context: CheckContext) -> Application:
    """The application that a check is about: the answers being given, or those given before."""
    # Other steps use the word too: the committee's ``members`` is a number.
    is_here = isinstance(context.answers.get("members"), list)
    answers = context.answers if is_here else context.case.answers(APPLY)
    session, bureau_id, today = context.act.session, context.act.bureau_id, context.act.today
    lead_id = context.case.applicant_id
    wanted = [lead_id, *(ident for ident in member_ids(answers) if ident != lead_id)]
    found = schools_at(session, bureau_id, wanted, today)
    return Application(answers, found[0], tuple(found[1:]), load_policy(session, bureau_id, today), today)
