"""Fixtures of the records room: the schools of worked case E1, its policy and calendar, and an operation's context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.conftest import by_program
from tests.records.samples import Schools, answers_of_e1, case_view
from workflow_app.act import Act
from workflow_app.calendar.years import load_shipped_years
from workflow_app.clock import COUNTY_ZONE
from workflow_app.definitions.case_view import OperationContext
from workflow_app.directory.models import Organisation, Person
from workflow_app.policy.profiles import load_profile

Issuing = Callable[..., OperationContext]


@pytest.fixture
def schools(act: Act) -> Schools:
    """Three schools with their heads, three experts, policy profile 003 and the shipped calendar years."""
    load_profile(by_program(act), "003")
    load_shipped_years(act)
    rows = [
        Organisation(
            bureau_id=act.bureau_id,
            kind="school",
            code=f"S{n}",
            name=name,
            short_name=name,
            active_from=date(2000, 1, 1),
        )
        for n, name in enumerate(("青禾县实验小学", "柳溪镇中心小学", "石桥村小学"))
    ]
    act.session.add_all(rows)
    act.session.flush()
    names = ("高远", "罗素芬", "石磊", "方锐", "顾蓉", "田野")
    people = [
        Person(bureau_id=act.bureau_id, organisation_id=rows[n % 3].id, name=name) for n, name in enumerate(names)
    ]
    act.session.add_all(people)
    act.session.flush()
    ids = [p.id for p in people]
    return Schools(rows[0].id, (rows[1].id, rows[2].id), tuple(ids[:3]), tuple(ids[3:]))


@pytest.fixture
def issuing(act: Act, schools: Schools) -> Issuing:
    """Makes the context of ``records.issue`` for a kind on a day; ``changes`` replace answers of single elements."""

    def make(
        kind: str,
        *,
        on: str = "2026-05-13",
        element: str = "approval_number",
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        **args: str,
    ) -> OperationContext:
        now = datetime.fromisoformat(f"{on}T10:00:00").replace(tzinfo=COUNTY_ZONE)
        answers = {**answers_of_e1(schools), **(changes or {})}
        view = case_view(act.bureau_id, schools, answers)
        return OperationContext(replace(act, now=now), view, element, {"record": kind, **args})

    return make
