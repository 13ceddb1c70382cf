"""The expanded drawing as a graph: sub-processes are looked through, boundary events follow all they interrupt."""

from __future__ import annotations

from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.engine import Advance, complete, start


def test_sub_processes_are_entered_by_their_start_and_left_by_their_ends(version: ProcessVersion) -> None:
    graph = version.graph
    assert graph.after("visit") == ("visit_begin",)
    assert graph.after("visit_done") == ("went_on",)
    assert graph.after("extra") == ("extra_begin",)
    assert graph.after("extra_lapsed") == graph.after("extra_supplied") == ("is_lapsed",)
    assert graph.after("approved") == ()
    assert graph.holders("extra_lapse") == ("extra", "visit")


def test_the_default_flow_of_a_gateway_stands_first(version: ProcessVersion) -> None:
    assert [flow.target for flow in version.graph.outgoing["verdict"]] == ["register", "refused", "visit"]
    assert version.graph.outgoing["verdict"][0].condition is None


def test_a_boundary_event_may_follow_everything_inside_its_host(version: ProcessVersion) -> None:
    edges = version.graph.edges
    assert "taken_back" in edges["visit"] & edges["apply"] & edges["extra_supply"]
    assert "taken_back" not in edges["decide"]
    assert "late" in edges["opinions"] - edges["survey"]


def test_only_ends_of_the_main_path_are_outcomes(version: ProcessVersion) -> None:
    assert version.graph.outcomes == {"approved", "refused", "withdrawn", "given_up"}


def test_what_reaches_a_node_stops_at_the_barrier(version: ProcessVersion) -> None:
    before = version.graph.reaching(["verdict"], barrier="opinions")
    assert {"verdict", "decide", "survey"} <= before
    assert not {"opinions", "refused", "register"} & before
    # From the sub-process's start one comes past the opinions only by way of the branch beside them.
    assert "is_complete" in before


def test_a_case_need_not_remember_the_flows_that_go_without_saying(version: ProcessVersion) -> None:
    """Whatever the engine has passed is told from what is left when the implied flows are taken out."""
    for process in (version, load_version(read_source("group-formation"), 1)):
        implied, passed = process.graph.implied, _passed(process)
        left = passed - implied.keys()
        assert process.graph.walked(left) == passed
        assert process.graph.walked(passed) == passed, "what earlier versions have stored stays as it is"
        assert len(left) < 0.7 * len(passed)


def _passed(process: ProcessVersion) -> set[str]:
    """What one run passes that takes the first way everywhere."""
    facts = process.complete_facts({})
    advance: Advance = start(process.spec, facts)
    passed, waiting = set[str](), dict[str, str]()
    for _ in range(30):
        passed.update(advance.reached)
        waiting = {**waiting, **advance.opened, **advance.operations}
        for gone in (*advance.closed, *advance.undone):
            waiting.pop(gone, None)
        if not waiting:
            break
        advance = complete(process.spec, advance.state, next(iter(waiting)), facts)
    return passed
