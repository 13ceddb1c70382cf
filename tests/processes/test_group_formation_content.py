"""教育集团组建 as it ships: no fault, and drawing and form files speak of the same elements."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lxml import etree

from workflow_app.cases.catalogue import CATALOGUE
from workflow_app.definitions.check import faults
from workflow_app.definitions.loading import load
from workflow_app.definitions.schema import ProcessForms, SharedForms, TaskForm
from workflow_app.definitions.source import Source, read_source
from workflow_app.engine.drawing import local_name, read_drawing, tag

SHARED = ["countersign", "issue_document", "public_notice", "supplement"]
MARKER = "multiInstanceLoopCharacteristics"


@pytest.fixture(scope="module")
def source() -> Source:
    """The texts as they ship."""
    return read_source("group-formation")


def test_the_process_has_no_fault(source: Source) -> None:
    assert [str(fault) for fault in faults(source, CATALOGUE)] == []


def test_it_calls_every_shared_drawing(source: Source) -> None:
    assert sorted(source.shared) == SHARED


def test_drawing_and_form_file_speak_of_the_same_elements(source: Source) -> None:
    forms, found = load(source.form, source.form_file, ProcessForms)
    assert found == []
    assert forms is not None
    _assert_same_elements(source.drawing, forms)
    called = {call.get("id"): call.get("calledElement") for call in _elements(source.drawing, "callActivity")}
    assert {element: call.drawing for element, call in forms.calls.items()} == called
    assert set(forms.process.lanes) == _ids(source.drawing, "lane")
    outer_ends = {end.get("id") for end in _elements(source.drawing, "endEvent") if end.getparent() is _process(end)}
    assert set(forms.process.outcomes) == outer_ends


@pytest.mark.parametrize("name", SHARED)
def test_shared_drawing_and_form_file_speak_of_the_same_elements(source: Source, name: str) -> None:
    forms, found = load(source.shared_forms[name], f"forms/shared/{name}.yaml", SharedForms)
    assert found == []
    assert forms is not None
    _assert_same_elements(source.shared[name], forms)


def test_every_step_with_a_marker_has_seats_and_the_other_way_round(source: Source) -> None:
    forms, _ = load(source.form, source.form_file, ProcessForms)
    assert forms is not None
    assert _with_seats(forms.tasks) == _holding(source.drawing, MARKER)
    shared, _ = load(source.shared_forms["countersign"], "forms/shared/countersign.yaml", SharedForms)
    assert shared is not None
    assert _with_seats({**shared.tasks, **forms.calls["sections"].tasks}) == _holding(
        source.shared["countersign"], MARKER
    )


def _assert_same_elements(drawing: str, forms: ProcessForms | SharedForms) -> None:
    assert set(forms.tasks) == _ids(drawing, "userTask")
    assert set(forms.operations) == _ids(drawing, "serviceTask")
    assert set(forms.timers) == _holding(drawing, "timerEventDefinition")
    assert set(forms.gateways) == _ids(drawing, "exclusiveGateway")


def _with_seats(tasks: Mapping[str, TaskForm]) -> set[str]:
    return {element for element, form in tasks.items() if form.seats is not None}


def _holding(drawing: str, name: str) -> set[str]:
    """The elements that hold a part of this name."""
    return {next(part.iterancestors()).get("id", "") for part in _elements(drawing, name)}


def _elements(drawing: str, name: str) -> list[etree._Element]:
    return list(read_drawing(drawing.encode()).iter(tag(name)))


def _ids(drawing: str, name: str) -> set[str]:
    return {element.get("id", "") for element in _elements(drawing, name)}


def _process(element: etree._Element) -> etree._Element:
    return next(ancestor for ancestor in element.iterancestors() if local_name(ancestor) == "process")
