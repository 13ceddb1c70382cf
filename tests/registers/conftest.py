"""Worked case E1: the three schools of 青禾县, their recorded facts, and an application to found a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import by_program
from workflow_app.act import Act
from workflow_app.calendar.years import load_shipped_years
from workflow_app.definitions.case_view import Answered, CaseView, CheckContext, OperationContext
from workflow_app.directory.models import Organisation, OrganisationAttribute
from workflow_app.policy.models import PolicyParameter
from workflow_app.policy.parameters import forget_policy
from workflow_app.policy.profiles import load_profile
from workflow_app.registers.groups import register_group

LISTED_ON = date(2025, 9, 1)

FACTS: Mapping[str, Mapping[str, str]] = {
    "青禾县实验小学": {
        "stage": "primary",
        "location": "urban",
        "level": "quality",
        "classes": "24",
        "pupils": "1056",
        "on_post": "58",
        "last_appraisal": "excellent",
    },
    "柳溪镇中心小学": {
        "stage": "primary",
        "location": "town",
        "level": "weak",
        "classes": "12",
        "pupils": "480",
        "on_post": "25",
    },
    "石桥村小学": {
        "stage": "primary",
        "location": "rural",
        "level": "ordinary",
        "classes": "6",
        "pupils": "96",
        "on_post": "11",
    },
}


@dataclass
class County:
    """The bureau of the tests with its schools; builds the contexts that content works in."""

    act: Act
    ids: dict[str, int] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: list[Answered] = field(default_factory=list)

    @property
    def lead(self) -> int:
        return self.ids["青禾县实验小学"]

    def school(self, name: str, facts: Mapping[str, str]) -> int:
        """A school with recorded attributes."""
        row = Organisation(
            bureau_id=self.act.bureau_id,
            kind="school",
            code=f"S{len(self.ids)}",
            name=name,
            short_name=name,
            active_from=LISTED_ON,
        )
        self.act.session.add(row)
        self.act.session.flush()
        self.ids[name] = row.id
        for key, value in facts.items():
            self.record(name, key, value)
        return row.id

    def record(self, name: str, key: str, value: str, since: date = LISTED_ON) -> None:
        """Record an attribute of a school."""
        self.act.session.add(
            OrganisationAttribute(
                bureau_id=self.act.bureau_id,
                organisation_id=self.ids[name],
                key=key,
                value=value,
                since=since,
                source="年度名单",
                recorded_at=self.act.now,
            )
        )
        self.act.session.flush()

    def on(self, day: date) -> None:
        """Move the act to another day."""
        now = self.act.now.replace(year=day.year, month=day.month, day=day.day)
        self.act = replace(self.act, now=now)

    def application(self, **changed: Any) -> dict[str, Any]:
        """The answers of E1 to ``apply``."""
        return {
            "group_name": "青禾县实验小学教育集团",
            "group_type": "close_knit",
            "stage": "primary",
            "members": [{"school": self.ids["柳溪镇中心小学"]}, {"school": self.ids["石桥村小学"]}],
            "shared_staff": True,
            "shared_plan": True,
            "pledge": True,
            **changed,
        }

    def answer(self, element: str, answers: Mapping[str, Any]) -> None:
        """Take an earlier answer into the case."""
        self.given.append(Answered(element, answers, None, None, "周凯", self.lead, "school_clerk", self.act.today))

    def case(self, due_on: date | None = None) -> CaseView:
        """The case as content sees it."""
        return CaseView(
            case_id=7,
            bureau_id=self.act.bureau_id,
            number="P1-2026-0007",
            slug="group-formation",
            title="组建",
            applicant_id=self.lead,
            filed_on=None,
            accepted_on=None,
            due_on=due_on,
            clock=None,
            parties={"lead_school": (self.lead,)},
            facts=self.facts,
            submissions=lambda: self.given,
            period=None,
            record_template=lambda kind: kind,
        )

    def applying(self, **changed: Any) -> CheckContext:
        """The context of a check on the application being handed in."""
        return CheckContext(self.act, self.case(), "apply", self.application(**changed), "lead_school")

    def answering(self, element: str, answers: Mapping[str, Any]) -> CheckContext:
        """The context of a check on another step."""
        return CheckContext(self.act, self.case(), element, answers)

    def operating(self, element: str, **args: Any) -> OperationContext:
        """The context of an operation."""
        return OperationContext(self.act, self.case(), element, args)


def set_policy(county: County, key: str, value: str) -> None:
    """Another amount of the county, from today on."""
    newest = county.act.session.scalars(
        select(PolicyParameter).where(PolicyParameter.key == key).order_by(PolicyParameter.version.desc())
    ).first()
    assert newest is not None
    values = {c.name: getattr(newest, c.name) for c in PolicyParameter.__table__.columns if c.name != "id"}
    changed = {"value": value, "version": newest.version + 1, "valid_from": county.act.today}
    county.act.session.add(PolicyParameter(**{**values, **changed}))
    county.act.session.flush()
    forget_policy(county.act.session, county.act.bureau_id)


@pytest.fixture
def county(act: Act) -> County:
    """Policy, calendar and the three schools of E1."""
    load_profile(by_program(act), "003")
    load_shipped_years(act)
    county = County(act)
    for name, facts in FACTS.items():
        county.school(name, facts)
    return county


@pytest.fixture
def founded(county: County) -> Callable[[], int]:
    """Enters the group of E1 in the register as its case does; the group's id."""

    def found() -> int:
        county.on(date(2026, 5, 13))
        county.answer("apply", county.application())
        county.facts["approval_number"] = {"record_id": None, "issued_on": "2026-05-13"}
        result = register_group(county.operating("register_group"))
        county.facts["register_group"] = dict(result.facts)
        group_id: int = result.facts["group_id"]
        return group_id

    return found


@pytest.fixture
def county_with_group(county: County, founded: Callable[[], int]) -> County:
    """The county of E1 after the school year 2026–27, with its one group."""
    founded()
    county.on(date(2027, 7, 20))
    return county
