"""A version by expanded element id: shared forms merged, revisions resolved, places, facts, and what comes next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from workflow_app.definitions.faults import DefinitionRefused
from workflow_app.definitions.merge import resolve_revision
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.source import Source
from workflow_app.definitions.version import ProcessVersion, load_version


def test_forms_of_a_shared_drawing_carry_the_prefix_and_the_settings_of_the_call(version: ProcessVersion) -> None:
    assert version.timers["extra_overdue"].period.parameter == "visit_supplement_days"
    assert version.timers["extra_overdue"].stage == "supplement"
    assert version.tasks["extra_lapse"].stage == version.stage_of("extra_lapse") == "supplement"
    assert version.tasks["extra_lapse"].shows == ("extra_supply",)
    assert version.operations["extra_notify"].args == {"record": "supplement_notice", "copies": 2}
    assert version.stage_of("cooling") == "notice"


def test_a_step_that_revises_another_has_its_fields_evidence_and_checks(version: ProcessVersion) -> None:
    form = version.form("extra_supply")
    assert [f.key for f in form.fields] == ["goal", "abroad", "reason", "stops", "past", "explained"]
    assert [e.key for e in form.evidence] == ["letter"]
    assert form.checks == ("visits.goal_known",)
    assert form.revises == "apply"
    assert version.tasks["extra_supply"].checks == ()
    assert version.revised_by("apply") == ("extra_supply",)
    assert version.revised_by("check") == ()


def test_a_chain_of_revisions_is_resolved_and_a_circle_ends() -> None:
    def task(revises: str | None, *checks: str) -> TaskForm:
        return TaskForm(label=Label(zh="办理", en="Do"), stage="review", revises=revises, checks=checks)

    chain = {"a": task(None, "n.one"), "b": task("a", "n.two"), "c": task("b", "n.one")}
    assert resolve_revision("c", chain).checks == ("n.one", "n.two")
    assert resolve_revision("c", chain).revises == "b"
    circle = {"a": task("b", "n.one"), "b": task("a", "n.two")}
    assert resolve_revision("a", circle).checks == ("n.two", "n.one")


def test_places_come_from_the_form_the_lane_or_the_call(version: ProcessVersion) -> None:
    assert version.place_of("decide") == "deputy_director@section"
    assert version.place_of("check") == "section_officer@section"
    assert version.place_of("extra_supply") == "school_clerk@school"
    assert version.place_of("extra_lapse") == "section_officer@section"
    with pytest.raises(KeyError):
        version.place_of("nowhere")


@pytest.mark.parametrize(
    ("element", "label"),
    [
        ("apply", "申请"),
        ("cooling", "公示期"),
        ("register", "登记"),
        ("extra", "补正"),
        ("is_complete", "材料齐全？"),
        ("extra_is_extended", "是否延期？"),
        ("approved", "同意"),
        ("taken_back", "撤回"),
        ("split", "split"),
    ],
)
def test_every_element_has_a_label(version: ProcessVersion, element: str, label: str) -> None:
    assert version.label_of(element).zh == label


def test_every_known_fact_is_present_and_unknown_ones_are_none(version: ProcessVersion) -> None:
    assert version.fact_keys == {
        "apply": ("abroad",),
        "check": ("decision",),
        "opinions": ("score",),
        "decide": ("decision",),
        "extra_supply": ("abroad",),
        "extra_lapse": ("decision",),
    }
    facts = version.complete_facts({"check": {"decision": "accept"}, "register": {"group_id": 7}})
    assert facts["check"] == {"decision": "accept"}
    assert facts["apply"] == {"abroad": None}
    assert facts["register"] == {"group_id": 7}
    assert facts.keys() == version.fact_keys.keys() | {"register"}


@pytest.mark.parametrize(
    ("waiting", "following"),
    [
        (["apply"], ("check",)),
        (["check"], ("opinions", "survey")),
        (["opinions", "survey"], ("decide",)),
        (["cooling"], ("decide",)),
        (["extra_supply"], ("check",)),
        (["extra_lapse"], ("extra_supply",)),
        (["decide"], ()),
    ],
)
def test_what_comes_next_follows_the_ordinary_way(
    version: ProcessVersion, waiting: list[str], following: tuple[str, ...]
) -> None:
    assert version.next_elements(waiting) == following


def test_record_templates_are_the_processs_own_or_shared(version: ProcessVersion) -> None:
    assert "考察告知书" in version.record_template("visit_notice")
    assert "补正告知书" in version.record_template("supplement_notice")
    with pytest.raises(KeyError):
        version.record_template("unused_notice")


def test_outcomes_seats_and_drawings(version: ProcessVersion, source: Source) -> None:
    assert version.outcome("given_up").result == "withdrawn"
    assert version.seats == {"opinions"}
    assert version.drawings == {
        "study-visit": source.drawing.encode(),
        "supplement": source.shared["supplement"].encode(),
    }


def test_the_same_content_is_loaded_once_and_a_version_cannot_be_changed(source: Source) -> None:
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda _: load_version(source, 1), range(8)))
    assert all(v is versions[0] for v in versions)
    third = load_version(source, 3)
    assert (third.number, third.spec) == (3, versions[0].spec)
    with pytest.raises(TypeError):
        third.tasks["apply"] = third.tasks["check"]  # type: ignore[index] # the test is that it is refused


def test_a_source_that_cannot_be_read_is_refused(source: Source) -> None:
    for broken in (Source("x", source.drawing, "tasks: 1"), Source("x", "<a/>", source.form, {}, {}, {})):
        with pytest.raises(DefinitionRefused) as refused:
            load_version(broken, 1)
        assert refused.value.faults
