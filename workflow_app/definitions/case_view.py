"""What checks, operations and record templates may see of a case, without knowing its tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.definitions.comparison import Comparison
from workflow_app.definitions.record_text import RecordCheck
from workflow_app.policy.finding import Finding
from workflow_app.text import Text


@dataclass(frozen=True)
class Answered:
    """One valid submission: the element, the answers, who gave them when and in which position."""

    element: str
    answers: Mapping[str, Any]
    decision: str | None
    person_id: int | None
    person_name: str
    organisation_id: int
    position: str
    at_date: date


def _nobody(_slugs: Collection[str], _organisation_ids: Collection[int]) -> Sequence[CaseView]:
    return ()


def _nowhere(_check: str, _case_ids: Collection[int]) -> frozenset[int]:
    return frozenset()


@dataclass(frozen=True)
class Others:
    """The other cases of the bureau, as far as a limit that all of them share has to count them.

    ``agreed(slugs, organisation_ids)``: the open cases of these processes that have passed the review, and of which
    one of these organisations is a party: their places are given away, though no register knows of it yet.
    ``lifted(check, case_ids)``: those of some cases in which the gate of a check was lifted by whoever may.
    """

    agreed: Callable[[Collection[str], Collection[int]], Sequence[CaseView]] = _nobody
    lifted: Callable[[str, Collection[int]], frozenset[int]] = _nowhere


@dataclass(frozen=True)
class CaseView:
    """A case as content sees it. ``answers`` and ``all_answers`` read submissions when they are asked for."""

    case_id: int
    bureau_id: int
    number: str
    slug: str
    title: str
    applicant_id: int
    filed_on: date | None
    accepted_on: date | None
    due_on: date | None
    clock: Mapping[str, Any] | None
    parties: Mapping[str, tuple[int, ...]]
    facts: Mapping[str, Mapping[str, Any]]
    submissions: Callable[[], Sequence[Answered]]  # every valid one (undone rounds left out), oldest first; cached
    period: str | None  # the period of the duty that the case was opened for: 2026-2027, 2026-10
    record_template: Callable[[str], str]  # the pinned text of templates/records/<slug or shared>/<kind>.yaml
    others: Others = Others()

    def answers(self, element: str) -> Mapping[str, Any]:
        """The newest valid answers to an element; empty if there are none."""
        for answered in reversed(self.submissions()):
            if answered.element == element:
                return answered.answers
        return {}

    def all_answers(self, element: str) -> list[Answered]:
        """Every valid answer to an element: the opinions of a panel."""
        return [a for a in self.submissions() if a.element == element]


@dataclass(frozen=True)
class CheckContext:
    """What a check works on: the answers being submitted (not yet stored) and the case around them."""

    act: Act
    case: CaseView
    element: str
    answers: Mapping[str, Any]
    party: str = ""  # the party key of the place that answers this element


Check = Callable[[CheckContext], Finding | Sequence[Finding]]
"""A check by name. It only reads."""

Figure = Callable[[CheckContext], Text | Comparison]
"""A read-only figure of a form, computed from registers: a value, or one text set against another."""


def _no_figure(name: str) -> object:
    raise LookupError(name)


@dataclass(frozen=True)
class OperationContext:
    """What an operation works with: the transaction of the act, the case, its element and fixed arguments."""

    act: Act
    case: CaseView
    element: str
    args: Mapping[str, Any]
    figure: Callable[[str], object] = _no_figure  # a registered figure by name, as it stands now


@dataclass(frozen=True)
class OperationResult:
    """What an operation leaves in the case: facts of its element, and a line for the timeline."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    audit: Mapping[str, Any] = field(default_factory=dict)


Operation = Callable[[OperationContext], OperationResult]
"""A named operation. It runs inside the act's transaction and must leave nothing outside of it."""


class Owed(NamedTuple):
    """Who owes something, and the organisation that it is about, where one owes it for each of several.

    What is owed once, and not for each period, says since when; and when that began of which it is owed once, where the
    two may begin anew within one school year.
    """

    organisation_id: int
    subject_id: int | None = None
    since: date | None = None
    begins: date | None = None


Holders = Callable[[Session, int, date], Collection[Owed]]
"""Who of a bureau owes something on a day: ``groups.leads``."""


Prefill = Callable[[CheckContext], Any]
"""The canonical value that a field starts with, worked out from registers or earlier answers; it only reads."""

Belonging = Callable[[Session, int, int, date], Collection[int]]
"""The organisations that belong to a bureau's applicant on a day, by a register: ``groups.members``."""


@dataclass(frozen=True)
class Catalogue:
    """Every name that content may use. ``cases`` builds it from registers, records and its own operations."""

    checks: Mapping[str, Check]
    operations: Mapping[str, Operation]
    figures: Mapping[str, Figure]
    separations: frozenset[str] = frozenset()  # rules of separation of duties that a step may name
    holders: Mapping[str, Holders] = field(default_factory=dict)  # who owes a duty
    prefills: Mapping[str, Prefill] = field(default_factory=dict)  # what a field may start with
    belongings: Mapping[str, Belonging] = field(default_factory=dict)  # parties that a register names
    record_faults: RecordCheck | None = None  # what is wrong with the words of a document
