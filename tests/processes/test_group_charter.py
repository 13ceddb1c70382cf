"""集团章程核准备案 as it ships: no fault, every period is policy, duties are separate, chapters have their names."""

from __future__ import annotations

import pytest

from workflow_app.cases.catalogue import CATALOGUE
from workflow_app.definitions.check import faults
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.policy.profiles import read_profile
from workflow_app.registers.charters import CHAPTERS

SLUG = "group-charter"
OF_SCHOOLS = {"draft", "consult", "respond", "vote", "revision_supply"}


@pytest.fixture(scope="module")
def version() -> ProcessVersion:
    """The content as it would be published."""
    return load_version(read_source(SLUG), 1)


def test_the_process_has_no_fault() -> None:
    assert [str(fault) for fault in faults(read_source(SLUG), CATALOGUE)] == []


@pytest.mark.parametrize("profile", ["003", "004"])
def test_every_period_is_a_parameter_of_the_county(version: ProcessVersion, profile: str) -> None:
    asked = {form.deadline.parameter for form in version.tasks.values() if form.deadline}
    asked |= {timer.period.parameter for timer in version.timers.values()}
    asked |= {"charter_parts", "charter_quorum", "charter_majority", "review_again_days"}
    assert asked <= {parameter.key for parameter in read_profile(profile).parameters}


def test_every_step_but_the_first_has_a_deadline(version: ProcessVersion) -> None:
    assert {element for element, form in version.tasks.items() if form.deadline is None} == {"draft"}


def test_schools_never_answer_for_the_bureau_and_nobody_checks_twice(version: ProcessVersion) -> None:
    assert {e for e, form in version.tasks.items() if "not_applicant" not in form.separation} == OF_SCHOOLS
    assert {e for e, form in version.tasks.items() if not form.internal} == OF_SCHOOLS
    assert version.form("legal").different_from == ("check",)
    assert version.form("decide").different_from == ("check", "legal")


def test_each_member_has_a_seat_and_all_have_to_answer(version: ProcessVersion) -> None:
    seats = version.form("consult").seats
    assert seats is not None
    assert (seats.places, seats.rule, seats.min_seats) == (("school_clerk@members",), "all", None)


@pytest.mark.parametrize("element", ["check", "legal", "decide"])
def test_the_bureau_never_goes_on_with_another_text_than_the_one_voted_on(
    version: ProcessVersion, element: str
) -> None:
    form = version.form(element)
    assert "groups.charter_as_voted" in form.checks
    assert [d.value for d in form.decisions if not d.skips_checks] in (["agree"], ["approve"])


@pytest.mark.parametrize("element", ["draft", "respond", "revision_supply"])
def test_wherever_the_text_is_typed_its_chapters_are_checked(version: ProcessVersion, element: str) -> None:
    form = version.form(element)
    (clauses,) = [field for field in form.fields if field.type == "clauses"]
    assert {option.value: option.label.zh for option in clauses.options} == {k: str(v) for k, v in CHAPTERS.items()}
    assert "groups.charter_chapters" in form.checks
