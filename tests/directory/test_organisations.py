"""Organisations: who may make them, what they must be, and how they are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.directory.conftest import TODAY, counted
from workflow_app.act import Act
from workflow_app.audit.models import AuditEvent
from workflow_app.directory import organisations
from workflow_app.directory.attributes import record_attribute
from workflow_app.directory.models import Bureau, Organisation
from workflow_app.errors import ForbiddenError, InvalidError, NotFoundError


def last_event(act: Act) -> AuditEvent:
    act.session.flush()
    return act.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_a_bureau_begins_with_its_root(session: Session) -> None:
    bureau = organisations.found_bureau(
        session,
        NOW,
        code="luxi",
        name="泸西县教育体育局",
        county="泸西县",
        document_word="泸教体",
        policy_profile="003",
    )
    root = organisations.by_code(session, bureau.id, "bureau")
    assert (root.kind, root.name, root.active_from) == ("bureau", "泸西县教育体育局", TODAY)


def test_only_the_system_administrator_keeps_organisations(acting: Callable[..., Act]) -> None:
    made = organisations.create_organisation(acting("system_admin"), kind="section", code="legal", name="法制科")
    for position in ("security_admin", "audit_admin", "director", "section_chief"):
        other = acting(position)
        with pytest.raises(ForbiddenError, match="系统管理员"):
            organisations.create_organisation(other, kind="section", code="x", name="x")
        with pytest.raises(ForbiddenError, match="系统管理员"):
            organisations.rename(other, made.id, "x")
        with pytest.raises(ForbiddenError, match="系统管理员"):
            organisations.close(other, made.id, TODAY)


def test_making_one_is_recorded(acting: Callable[..., Act]) -> None:
    act = acting("system_admin")
    row = organisations.create_organisation(act, kind="section", code="legal", name=" 法制科 ")
    event = last_event(act)
    assert (row.name, row.short_name, row.active_from) == ("法制科", "法制科", TODAY)
    assert (event.kind, event.subject) == ("organisation_created", f"organisation:{row.id}")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"kind": "guild"}, ["kind"]),
        ({"code": "s1"}, ["code"]),
        ({"code": "有 空格"}, ["code"]),
        ({"name": " "}, ["name"]),
        ({"name": "长" * 101}, ["name", "short_name"]),
        ({"parent_id": 9999}, ["parent_id"]),
    ],
)
def test_faults_are_named_by_field(
    setup: Act, places: dict[str, Organisation], changed: dict[str, object], fields: list[str]
) -> None:
    given = {"kind": "school", "code": "s9", "name": "第九小学", **changed}
    with pytest.raises(InvalidError) as raised:
        organisations.create_organisation(setup, **given)  # type: ignore[arg-type]
    assert [p.field for p in raised.value.problems] == fields


def test_a_new_name_keeps_the_old_one_in_the_history(setup: Act, places: dict[str, Organisation]) -> None:
    school = places["s1"]
    organisations.rename(setup, school.id, "青禾县实验小学")
    event = last_event(setup)
    assert event.body["changes"]["name"] == {"from": "青禾县第一小学", "to": "青禾县实验小学"}
    assert organisations.organisation(setup.session, setup.bureau_id, school.id).name == "青禾县实验小学"
    with pytest.raises(InvalidError):
        organisations.rename(setup, school.id, "")


def test_a_closed_school_is_offered_no_more(setup: Act, places: dict[str, Organisation]) -> None:
    organisations.close(setup, places["s1"].id, TODAY)
    day_after = TODAY + timedelta(days=1)
    offered = [
        [s.code for s in organisations.schools(setup.session, setup.bureau_id, day=day)] for day in (TODAY, day_after)
    ]
    assert sorted(offered[0]) == ["s1", "s2"]
    assert offered[1] == ["s2"]
    with pytest.raises(InvalidError, match="“青禾县教育体育局”是本局，不能停用"):
        organisations.close(setup, places["bureau"].id, TODAY)
    assert places["bureau"].active_to is None
    with pytest.raises(InvalidError, match="已于2026年4月8日停用"):
        organisations.close(setup, places["s1"].id, day_after)
    with pytest.raises(InvalidError, match="不能早于启用日期"):
        organisations.close(setup, places["s2"].id, date(1999, 1, 1))


def test_schools_by_the_stage_recorded_by_then(setup: Act, places: dict[str, Organisation]) -> None:
    s1, s2 = places["s1"].id, places["s2"].id
    record_attribute(setup, s1, "stage", "primary", date(2020, 9, 1), "办学许可")
    record_attribute(setup, s1, "stage", "nine_year", date(2025, 9, 1), "批复")
    record_attribute(setup, s2, "stage", "nine_year", date(2025, 9, 1), "误录")
    record_attribute(setup, s2, "stage", "primary", date(2025, 9, 1), "更正")

    def at(stage: str, day: date) -> list[int]:
        return [s.id for s in organisations.schools(setup.session, setup.bureau_id, stage=stage, day=day)]

    assert at("primary", date(2025, 8, 31)) == [s1]
    assert at("primary", TODAY) == [s2]
    assert at("nine_year", TODAY) == [s1]


def test_other_bureaus_are_not_there(setup: Act, places: dict[str, Organisation], bureau: Bureau) -> None:
    other, school = bureau.id + 1, places["s1"]
    with pytest.raises(NotFoundError):
        organisations.organisation(setup.session, other, school.id)
    with pytest.raises(NotFoundError):
        organisations.by_code(setup.session, other, "s1")
    assert organisations.names(setup.session, other, [school.id]) == {}
    assert organisations.of_kind(setup.session, other, "school", day=TODAY) == []
    assert organisations.schools(setup.session, other, day=TODAY) == []


def test_children_and_kinds(setup: Act, places: dict[str, Organisation]) -> None:
    child = organisations.create_organisation(
        setup, kind="section", code="legal", name="法制科", parent_id=places["bureau"].id
    )
    assert organisations.children(setup.session, setup.bureau_id, places["bureau"].id) == [child]
    sections = organisations.of_kind(setup.session, setup.bureau_id, "section", day=TODAY)
    assert {s.code for s in sections} == {"basic_education", "personnel", "legal"}
    both = organisations.of_kind(setup.session, setup.bureau_id, "department", "bureau", day=TODAY)
    assert [s.kind for s in both] == ["bureau", "department"]


def test_many_names_cost_one_statement(setup: Act, places: dict[str, Organisation]) -> None:
    with counted(setup) as statements:
        found = organisations.names(setup.session, setup.bureau_id, [o.id for o in places.values()])
        assert organisations.names(setup.session, setup.bureau_id, []) == {}
    assert found[places["s2"].id] == "青禾县第二小学"
    assert (len(found), len(statements)) == (6, 1)
