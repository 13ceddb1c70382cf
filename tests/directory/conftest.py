"""A small county: the bureau's root, two sections, two schools, a department, and whoever administers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from workflow_app.act import Act, Actor, Holding, system_actor
from workflow_app.directory.models import Organisation, Person
from workflow_app.directory.organisations import create_organisation
from workflow_app.directory.people import create_person
from workflow_app.security.vault import Vault

TODAY = date(2026, 4, 8)
FOUNDED = date(2000, 9, 1)


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(32))


@pytest.fixture
def setup(act: Act) -> Act:
    """An act by the system itself, which may do everything: for what a test only presupposes."""
    return replace(act, actor=system_actor(act.bureau_id))


@pytest.fixture
def places(setup: Act) -> dict[str, Organisation]:
    """Organisations by code."""
    return {
        code: create_organisation(setup, kind=kind, code=code, name=name, active_from=FOUNDED)
        for kind, code, name in (
            ("bureau", "bureau", "青禾县教育体育局"),
            ("section", "basic_education", "基础教育科"),
            ("section", "personnel", "人事科"),
            ("school", "s1", "青禾县第一小学"),
            ("school", "s2", "青禾县第二小学"),
            ("department", "finance_bureau", "县财政局"),
        )
    }


@pytest.fixture
def new_person(setup: Act, vault: Vault, places: dict[str, Organisation]) -> Callable[[str, str], Person]:
    """Makes a person of an organisation: ``new_person("李敏", "personnel")``."""

    def make(name: str, code: str) -> Person:
        return create_person(setup, vault, organisation_id=places[code].id, name=name)

    return make


@pytest.fixture
def acting(act: Act, places: dict[str, Organisation]) -> Callable[..., Act]:
    """The act of somebody who holds a position: ``acting("security_admin")``."""

    def make(position: str, code: str = "bureau", *, person_id: int | None = None) -> Act:
        held = frozenset({Holding(places[code].id, position)})
        return replace(act, actor=Actor(act.bureau_id, "某人", person_id=person_id, holdings=held))

    return make


@contextmanager
def counted(act: Act) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    bind = act.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bind, "before_cursor_execute", note)
