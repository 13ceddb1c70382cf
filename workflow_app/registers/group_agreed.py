"""What other cases have agreed to about groups and no register knows of yet: it counts against shared limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from workflow_app.definitions.case_view import CaseView, CheckContext
from workflow_app.registers.application import APPLY, member_ids
from workflow_app.registers.changes import AskedChange, asked_change
from workflow_app.registers.group_limits import CLOSE_KNIT, MEMBERS_MAX
from workflow_app.text import Text

FOUNDING, CHANGE = "group-formation", "group-membership"
"""The processes by which schools come into a group."""

QUOTAS: Mapping[str, str] = dict.fromkeys(
    ("groups.change_is_possible", "groups.joins_no_other_close_knit", "groups.not_in_other_close_knit"), MEMBERS_MAX
)
"""The checks that count what other cases may be agreeing to at the same moment. All of them queue up at one parameter:
where one case founds a group, another may join one.
"""

_TURNED_DOWN: Final = {"defer", "refuse"}
_NOT_AGREED: Final = (("first_review", "unsuitable"), ("committee", "refuse"))
"""Answers after which a case past its review comes to nothing."""


def turned_down(context: CheckContext) -> bool:
    """Whether the answer being given lets nothing come about, so that no limit stands in its way."""
    return context.answers.get("decision") in _TURNED_DOWN


def close_knit_agreed(context: CheckContext, school_ids: Collection[int], group: str) -> dict[int, Text]:
    """Which of some schools another close-knit group than ``group`` is about to take in, by school."""
    found: dict[int, Text] = {}
    for case in _agreed(context, (FOUNDING, CHANGE), school_ids):
        name, schools = _founded(case) if case.slug == FOUNDING else _changed(_change_of(context, case))
        if name != group:
            taking = Text("{group}，已同意待登记", group=name)
            found |= {school_id: taking for school_id in schools if school_id in school_ids}
    return found


def joining_agreed(context: CheckContext, lead_id: int, group_id: int) -> frozenset[int]:
    """The schools that are about to join a group by other cases."""
    changes = [_change_of(context, case) for case in _agreed(context, (CHANGE,), [lead_id])]
    joining = [c for c in changes if c.kind == "join" and c.group is not None and c.group.group_id == group_id]
    return frozenset(school_id for change in joining for school_id in change.schools)


def _agreed(context: CheckContext, slugs: Collection[str], school_ids: Collection[int]) -> Iterator[CaseView]:
    for case in context.case.others.agreed(slugs, school_ids):
        if not any(case.facts.get(step, {}).get("decision") == said for step, said in _NOT_AGREED):
            yield case


def _founded(case: CaseView) -> tuple[str, Iterable[int]]:
    """The group that a case founds and the schools that it takes in, as long as the register does not have them."""
    answers = case.answers(APPLY)
    if answers.get("group_type") != CLOSE_KNIT or "register_group" in case.facts:
        return "", ()
    return answers["group_name"], (case.applicant_id, *member_ids(answers))


def _changed(asked: AskedChange) -> tuple[str, Iterable[int]]:
    """The group that is changed, and the schools that are in a close-knit group thereby."""
    if asked.group is None:
        return "", ()
    if asked.kind == "join" and asked.group.kind == CLOSE_KNIT:
        return asked.group.group, asked.schools
    if asked.kind == "retype" and asked.answers.get("new_type") == CLOSE_KNIT:
        return asked.group.group, [member.school_id for member in asked.members]
    return "", ()


def _change_of(context: CheckContext, case: CaseView) -> AskedChange:
    return asked_change(replace(context, case=case, answers={}))
