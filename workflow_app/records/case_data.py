"""What a record template may say of a case: answers by element, parties by name, amounts and dates of policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from workflow_app.calendar.working import WorkCalendar, load_calendar
from workflow_app.definitions.case_view import OperationContext
from workflow_app.definitions.clauses import article
from workflow_app.definitions.comparison import Comparison
from workflow_app.directory import organisations, people
from workflow_app.directory.kinds import CODES
from workflow_app.directory.models import Bureau
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.records.closed import Answers

VARIABLES = frozenset(
    {
        "bureau",
        "county",
        "case",
        "clock",
        "args",
        "a",
        "near",
        "panel",
        "facts",
        "party",
        "due",
        "amount",
        "clause",
        "figure",
        "today",
    }
)
"""The names that a template may use; a test holds them to :meth:`CaseData.variables`."""

EACH = "each"
"""The argument of ``records.issue`` that names a list, ``<operation>.<fact>``: a document for each of its lines."""

LINE = "line"
"""What a template calls the line that one of several documents is about ."""

CASE_PARTS = frozenset({"number", "title", "filed_on", "accepted_on", "due_on"})
"""What ``case`` has."""

FILTERS = frozenset({"org", "person", "people", "code", "number", "article"})
"""What :meth:`CaseData.filters` offers."""


def copy_of(element: str) -> str:
    """What the ids of the same copy of a shared drawing begin with: ``notice_`` for notice_publish and notice_post."""
    return element[: element.rfind("_") + 1]


class CaseData:
    """Reads what a template asks for, each thing at most once."""

    def __init__(self, context: OperationContext) -> None:
        self._act, self._case, self._args = context.act, context.case, context.args
        self._figure = context.figure
        self._copy = copy_of(context.element)
        self.bureau = context.act.session.get_one(Bureau, context.act.bureau_id)
        self._names: dict[int, str] = {}
        self._people: dict[int, str] = {}

    def variables(self) -> Mapping[str, Any]:
        """The names that a template may use."""
        case = self._case
        return {
            "bureau": self.bureau.name,
            "county": self.bureau.county,
            "case": {
                "number": case.number,
                "title": case.title,
                "filed_on": case.filed_on,
                "accepted_on": case.accepted_on,
                "due_on": case.due_on,
            },
            "clock": case.clock or {},
            "args": dict(self._args),
            "a": _ByElement(self._answers),
            "near": _ByElement(lambda name: self._answers(f"{self._copy}{name}")),
            "panel": _ByElement(self._panel),
            "facts": case.facts,
            "party": self._party,
            "due": self._due,
            "amount": lambda key: self._policy.text(key),
            "clause": lambda key: self._policy.used(key).clause,
            "figure": self._figure_said,
            "today": self._act.today,
        }

    def filters(self) -> Mapping[str, Any]:
        """Names for ids, names for codes of the directory, exact numbers."""
        return {
            "org": self._organisation,
            "person": self._person,
            "people": self._everybody,
            "code": lambda value, attribute: CODES[attribute][value][0],
            "number": Decimal,
            "article": lambda number: str(article(number)),
        }

    def _figure_said(self, name: str) -> Comparison | str:
        """A figure in words; two texts set against each other are gone through line by line."""
        value = self._figure(name)
        return value if isinstance(value, Comparison) else str(value)

    def _party(self, key: str) -> str:
        """The names of a party's organisations."""
        ids = self._case.parties.get(key, ())
        missing = [i for i in ids if i not in self._names]
        if missing:
            session, bureau_id = self._act.session, self._act.bureau_id
            everyone = {i for party in self._case.parties.values() for i in party}
            self._names |= organisations.names(session, bureau_id, everyone)
        return "、".join(self._names[i] for i in ids)

    def _organisation(self, ident: int) -> str:
        if ident not in self._names:
            self._names |= organisations.names(self._act.session, self._act.bureau_id, [ident])
        return self._names[ident]

    def _person(self, ident: int) -> str:
        return self._everybody([ident])

    def _everybody(self, idents: Sequence[int]) -> str:
        missing = set(idents) - self._people.keys()
        if missing:
            self._people |= people.names(self._act.session, self._act.bureau_id, missing)
        return "、".join(self._people[i] for i in idents)

    def _answers(self, element: str) -> Answers:
        """The newest valid answers to an element; near.post are those of the same copy of a shared drawing."""
        return Answers(element, self._case.answers(element))

    def _panel(self, element: str) -> list[Answers]:
        """Every answer of a panel, with the day on which it was given and the organisation that gave it (``by|org``);
        the person stays inside the bureau.
        """
        given = self._case.all_answers(element)
        return [Answers(element, {**a.answers, "on": a.at_date, "by": a.organisation_id}) for a in given]

    def _due(self, key: str, start: date | None = None) -> date:
        """The last day of a period of policy that begins on a day (today unless another is given)."""
        return self._policy.due(self._calendar, key, start or self._act.today)

    @cached_property
    def _policy(self) -> Policy:
        return load_policy(self._act.session, self._act.bureau_id, self._act.today)

    @cached_property
    def _calendar(self) -> WorkCalendar:
        return load_calendar(self._act.session, self._act.bureau_id)


class _ByElement(dict[str, Any]):
    """``a.apply``: something by element, read when it is named."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, element: str) -> Any:
        return self._read(element)
