"""What a diagram shows of a case: how far each element of a drawing is, and its names in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

from workflow_app.definitions.diagram_operations import Status
from workflow_app.definitions.graph import Flow
from workflow_app.definitions.version import ProcessVersion

Language = Literal["zh", "en"]

_DECISION = re.compile(r"(\w+)\['decision'\] == '(\w+)'")
_CHINESE = re.compile(r"[㐀-鿿]")


def mapped_status(
    version: ProcessVersion,
    *,
    done: Collection[str],
    active: Collection[str],
    late: Collection[str],
    call: str | None = None,
) -> dict[str, Status]:
    """The statuses of a drawing as its author drew it, from ids of the expanded drawing.

    A call or sub-process is late or active with anything inside it, otherwise done once it was left. What is open
    now counts before what was passed in an earlier round.

    Args:
        done: nodes and flows that the case has passed.
        active: nodes that wait for somebody or for a date.
        late: those of them that are overdue.
        call: the call activity whose shared drawing is shown; None: the drawing of the process.
    """
    passed, waiting, overdue = frozenset(done), frozenset(active), frozenset(late)
    found: dict[str, Status] = {}
    for element, shown in _shown(version, call).items():
        covered = _covered(version, element)
        if covered & overdue:
            found[shown] = "late"
        elif covered & waiting:
            found[shown] = "active"
        elif passed & {element, *_ways_out(version, element)}:
            found[shown] = "done"
    return found


def _shown(version: ProcessVersion, call: str | None) -> dict[str, str]:
    """Nodes and flows of the drawing that is shown: id in the expanded drawing -> id in the drawing."""
    origin = version.expanded.origin
    if call is not None:
        return {element: original for element, (caller, _, original) in origin.items() if caller == call}
    elements = (*version.expanded.elements, *version.expanded.flows)
    return {element: element for element in elements if element not in origin}


def _covered(version: ProcessVersion, element: str) -> frozenset[str]:
    if version.graph.tags.get(element) != "subProcess":
        return frozenset((element,))
    return version.graph.inside(element) | {element}


def _ways_out(version: ProcessVersion, element: str) -> tuple[str, ...]:
    """What has been passed when a sub-process was left on its ordinary way: its end events and the flows after it."""
    graph = version.graph
    if graph.tags.get(element) != "subProcess":
        return ()
    ends = (node for node, holder in graph.parents.items() if holder == element and graph.tags[node] == "endEvent")
    return (*ends, *(flow.id for flow in graph.outgoing.get(element, ())))


def names(version: ProcessVersion, language: Language, call: str | None = None) -> dict[str, str]:
    """The names to show on a drawing: those of the form files, so that diagram and inbox say the same.

    In Chinese, what has no form of its own (calls, gateways, flows, the lanes of the process) keeps the name that the
    drawing gives it. In English a flow is named after the decision that leads to it, and a name that exists in Chinese
    only is empty, which hides it.

    Args:
        call: the call activity whose shared drawing is shown; its lanes are named after those who stand in them.

    Raises:
        KeyError: there is no such call.
    """
    found: dict[str, str] = {}
    for element, shown in _shown(version, call).items():
        if element in version.expanded.elements and (language == "en" or _has_form(version, element)):
            label = version.label_of(element)
            found[shown] = label.zh if language == "zh" else _english(label.en)
    if language == "en":
        found |= {shown: _flow_name(version, flow) for flow, shown in _flows(version, call)}
    if language == "en" or call is not None:
        for lane, place in version.places(call).items():
            party = version.head.parties[place.partition("@")[2]].label
            found[lane] = party.zh if language == "zh" else party.en
    return found


def _has_form(version: ProcessVersion, element: str) -> bool:
    forms = (version.tasks, version.timers, version.operations, version.head.outcomes)
    return any(element in named for named in forms)


def _english(text: str) -> str:
    return "" if _CHINESE.search(text) else text


def _flows(version: ProcessVersion, call: str | None) -> list[tuple[Flow, str]]:
    shown = _shown(version, call)
    return [(flow, shown[flow.id]) for flow in version.graph.flows if flow.id in shown]


def _flow_name(version: ProcessVersion, flow: Flow) -> str:
    """The English name of a flow out of a gateway: the decision it asks for, or for the default those that remain."""
    if flow.condition is not None:
        asked = _DECISION.fullmatch(flow.condition)
        return _decisions(version, asked[1]).get(asked[2], "") if asked else ""
    others = [other.condition or "" for other in version.graph.outgoing[flow.source] if other.id != flow.id]
    asked_for = [match for other in others if (match := _DECISION.fullmatch(other))]
    steps = {match[1] for match in asked_for}
    if len(asked_for) != len(others) or len(steps) != 1:
        return ""
    (step,) = steps
    if flow.source not in version.graph.after(step):
        return ""  # the gateway asks about an earlier step that need not have been reached
    taken = {match[2] for match in asked_for}
    return " / ".join(label for value, label in _decisions(version, step).items() if value not in taken)


def _decisions(version: ProcessVersion, step: str) -> Mapping[str, str]:
    return {decision.value: decision.label.en for decision in version.tasks[step].decisions}
