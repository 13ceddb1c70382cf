"""What may be said of an outside organisation that answers by invitation: its name, its places, its forms."""

from __future__ import annotations

import pytest

from tests.definitions.conftest import Patch
from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.check import faults

FILE = "forms/study-visit.yaml"
Change = tuple[str, str, str]

GOAL_FIELD = "{key: goal, type: text, label: {zh: 目的地, en: Goal}, required: true"
GOAL: Change = (FILE, f"{GOAL_FIELD}}}", f"{GOAL_FIELD}, max: 20}}")
HOSTS = "hosts: {label: {zh: 接待学校, en: Hosts}, source:"
PARTY: Change = (
    FILE,
    f"{HOSTS} answers:apply.stops.host, many: true}}",
    f"{HOSTS} invited:apply.goal, contact: apply.goal}}",
)
DECIDES: Change = (FILE, "place: deputy_director@section", "place: invited@hosts")
ASKS_WHO: Change = (
    FILE,
    "    place: invited@hosts\n",
    "    place: invited@hosts\n    fields:\n      - {key: who, type: organisation, label: {zh: 单位, en: Who}}\n",
)
SOUND = (GOAL, PARTY, DECIDES)


CHOSEN: Change = (
    FILE,
    GOAL_FIELD,
    "{key: who, type: organisation, kind: school|outside_bureau, label: {zh: 单位, en: Who}}\n      - "
    f"{GOAL_FIELD}",
)
BY_CHOICE: Change = (FILE, PARTY[1], PARTY[2].replace("invited:apply.goal", "invited:apply.who"))


def test_an_outside_organisation_may_be_chosen_among_others(patch: Patch, catalogue: Catalogue) -> None:
    assert faults(patch(CHOSEN, GOAL, BY_CHOICE, DECIDES), catalogue) == []
    found = [fault.code for fault in faults(patch((FILE, "kind: school|outside_bureau", "kind: school")), catalogue)]
    assert found == ["invited_name"]


def test_a_process_that_a_school_starts_may_say_who_handles_it(patch: Patch, catalogue: Catalogue) -> None:
    started = (FILE, "    starts: check\n", "    starts: apply\n")
    handled = (FILE, "  lanes:\n    clerk", "  handler: section_officer@section\n  lanes:\n    clerk")
    codes = {fault.code for fault in faults(patch(*SOUND, started), catalogue)}
    assert "invited_handler" in codes
    codes = {fault.code for fault in faults(patch(handled), catalogue)}
    assert "invited_handler" not in codes


def test_an_outside_organisation_may_have_a_step(patch: Patch, catalogue: Catalogue) -> None:
    assert faults(patch(*SOUND), catalogue) == []


@pytest.mark.parametrize(
    ("changes", "element", "code"),
    [
        ((PARTY,), "hosts", "invited_name"),
        ((GOAL, PARTY, (FILE, DECIDES[1], "place: school_head@hosts")), "decide", "invited_place"),
        (((FILE, DECIDES[1], "place: invited@section"),), "decide", "invited_place"),
        ((*SOUND, (FILE, "to: [section_chief@section]", "to: [invited@hosts]")), "check", "invited_only_answers"),
        ((*SOUND, (FILE, "place: school_clerk@school}", "place: invited@hosts}")), "", "invited_only_answers"),
        (
            (*SOUND, (FILE, "places: [section_officer@section, section", "places: [invited@hosts, section")),
            "opinions",
            "invited_only_answers",
        ),
        (
            (*SOUND, ASKS_WHO),
            "decide",
            "invited_field",
        ),
        ((*SOUND, (FILE, "    starts: check\n", "    starts: apply\n")), "", "invited_handler"),
    ],
    ids=["name", "other position", "other party", "reminded", "withdraws", "panel", "directory", "handler"],
)
def test_what_it_may_not(
    patch: Patch, catalogue: Catalogue, changes: tuple[Change, ...], element: str, code: str
) -> None:
    found = [(fault.element, fault.code) for fault in faults(patch(*changes), catalogue)]
    assert (element, code) in found


@pytest.mark.parametrize(("longest", "sound"), [(19, True), (20, True), (21, False)])
def test_a_contact_has_a_short_name(patch: Patch, catalogue: Catalogue, longest: int, sound: bool) -> None:
    goal = (*GOAL[:2], GOAL[2].replace("max: 20", f"max: {longest}"))
    assert (faults(patch(goal, PARTY, DECIDES), catalogue) == []) is sound
