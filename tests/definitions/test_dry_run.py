"""The dry run: everything of a sound drawing is passed; what only running shows is found."""

from __future__ import annotations

import pytest

from tests.definitions.conftest import CONTENT, Patch
from workflow_app.definitions.dry_run import ROUNDS, Report, dry_run
from workflow_app.definitions.fresh_process import same_in_fresh_process
from workflow_app.definitions.samples import Samples
from workflow_app.definitions.situations import Move, Situation, Situations
from workflow_app.definitions.source import Source, read_source
from workflow_app.definitions.version import ProcessVersion
from workflow_app.engine import complete, start

DRAWING = "bpmn/study-visit.bpmn"


@pytest.fixture(scope="module")
def report() -> Report:
    """The dry run of the sound content, one step of it in a fresh process."""
    return dry_run(read_source("study-visit", CONTENT))


def test_a_sound_definition_is_walked_through_completely(report: Report, version: ProcessVersion) -> None:
    assert report.faults == ()
    assert report.uncovered == ()
    assert report.covered == version.expanded.flows.keys()
    assert report.fired == {"late", "cooling", "extra_overdue"}
    assert report.sent == {"withdraw"}
    assert report.outcomes == {"approved", "refused", "withdrawn", "given_up"}


def test_every_way_back_is_passed_as_a_loop(report: Report) -> None:
    # Supply after a return, the extension of the period, and the decision to begin again.
    assert report.loops == 3
    assert ROUNDS == 2


def test_the_same_definition_gives_the_same_report(report: Report, source: Source) -> None:
    assert dry_run(source, fresh_process=False) == report


def test_the_branches_of_a_join_arrive_in_every_order(version: ProcessVersion) -> None:
    situations = Situations(version)
    _, situation = situations.after(Situation(), None)
    for element, facts in (("apply", {}), ("check", {"decision": "accept"})):
        _, situation = situations.after(situation, Move("complete", element, tuple(facts.items())))
    both = situation
    assert {m.element for m in situations.moves(both) if m.kind == "complete"} == {"opinions", "survey"}
    endings = []
    for order in (("opinions", "survey"), ("survey", "opinions")):
        situation = both
        for element in order:
            advance, situation = situations.after(situation, Move("complete", element))
        endings.append(situations.signature(situation)[:3])
        assert advance.operations
    assert endings[0] == endings[1]


def test_samples_stand_on_each_side_of_each_comparison(version: ProcessVersion) -> None:
    samples = Samples(version)
    assert [facts["score"] for facts in samples.of("opinions")] == ["59", "60"]
    assert [facts["decision"] for facts in samples.of("decide")] == ["approve", "refuse", "again"]
    assert [facts["abroad"] for facts in samples.of("apply")] == [True, False]
    assert samples.of("survey") == [{}]


def test_a_condition_that_never_holds_is_found(patch: Patch) -> None:
    condition = "decide['decision'] == 'refuse' or opinions['score'] &lt; 60"
    source = patch((DRAWING, condition, "decide['decision'] == 'refuse' and decide['decision'] == 'again'"))
    found = [(f.file, f.element, f.code) for f in dry_run(source, fresh_process=False).faults]
    assert found == [(DRAWING, "verdict__refused", "flow_uncovered")]


def test_a_condition_of_a_shared_drawing_that_never_holds_is_told_with_its_file(patch: Patch) -> None:
    shared = "bpmn/shared/supplement.bpmn"
    source = patch((shared, "lapse['decision'] == 'withdrawn'", "lapse['decision'] == 'never'"))
    found = [(f.file, f.element, f.code) for f in dry_run(source, fresh_process=False).faults]
    assert (shared, "is_extended__lapsed", "flow_uncovered") in found


def test_a_case_that_only_hopes_for_a_message_is_found(patch: Patch) -> None:
    source = patch(
        (DRAWING, '<bpmn:timerEventDefinition id="cooling_timer"/>', '<bpmn:messageEventDefinition messageRef="go"/>'),
        (DRAWING, "  <bpmn:process ", '  <bpmn:message id="go" name="go_on"/>\n  <bpmn:process '),
    )
    found = {(f.element, f.code) for f in dry_run(source, fresh_process=False).faults}
    assert found == {("notice", "dead_end"), ("chase", "dead_end")}


def test_a_loop_without_a_way_out_is_found(patch: Patch) -> None:
    source = patch(
        (DRAWING, "decide['decision'] == 'refuse' or opinions['score'] &lt; 60", "decide['decision'] == None"),
        (DRAWING, "decide['decision'] == 'again' and apply['abroad'] == False", "decide['decision'] != None"),
        (DRAWING, 'sourceRef="verdict" targetRef="visit"', 'sourceRef="verdict" targetRef="decide"'),
    )
    found = {(f.element, f.code) for f in dry_run(source, fresh_process=False).faults}
    assert ("decide", "no_way_out") in found


def test_a_walk_ends_with_its_budget(source: Source) -> None:
    for report in (
        dry_run(source, max_steps=20, fresh_process=False),
        dry_run(source, max_seconds=0, fresh_process=False),
    ):
        assert report.steps <= 20
        assert [f.code for f in report.faults] == ["dry_run_unfinished"]


def test_a_fresh_process_is_compared(source: Source, version: ProcessVersion) -> None:
    facts = version.complete_facts({})
    begun = start(version.spec, facts)
    (task,) = begun.opened
    advance = complete(version.spec, begun.state, task, facts)
    assert same_in_fresh_process(source, begun.state, task, facts, advance)
    assert not same_in_fresh_process(source, begun.state, task, facts, begun)
    assert not same_in_fresh_process(source, b"damaged", task, facts, advance)
