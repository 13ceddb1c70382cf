"""What the form file of 集团捆绑式考核 promises: who scores, by when, what is asked; policy holds the amounts."""

from __future__ import annotations

import pytest

from workflow_app.cases.catalogue import CATALOGUE
from workflow_app.definitions.check import faults
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.policy.profiles import read_profile
from workflow_app.registers.appraisal_scores import DIMENSIONS, GRADES, WHOLE, weight_key
from workflow_app.registers.appraisals import USES

SLUG = "group-appraisal"


@pytest.fixture(scope="module")
def version() -> ProcessVersion:
    """The content as it would be published."""
    return load_version(read_source(SLUG), 1)


def options(version: ProcessVersion, element: str, key: str) -> list[str]:
    """The values that a choice offers."""
    (field,) = [field for field in version.form(element).fields if field.key == key]
    return [option.value for option in field.options]


def test_the_process_has_no_fault() -> None:
    assert [str(fault) for fault in faults(read_source(SLUG), CATALOGUE)] == []


def test_every_scorer_sees_policy_gives_points_and_says_why_in_each_dimension(version: ProcessVersion) -> None:
    fields = {field.key: field for field in version.form("scoring").fields}
    for dimension in DIMENSIONS:
        assert fields[f"{dimension}_basis"].figure == f"groups.appraisal_{dimension}"
        assert (fields[dimension].min, fields[dimension].max, fields[dimension].required) == (0, 100, True)
        assert fields[f"{dimension}_why"].required
    seats = version.form("scoring").seats
    assert seats is not None
    assert (seats.rule, seats.min_seats, seats.chosen_in) == ("all", "appraisal_scorers_min", "arrange.scorers")


def test_the_report_asks_for_words_and_evidence_of_each_dimension(version: ProcessVersion) -> None:
    form = version.form("report")
    asked = {field.key for field in form.fields if field.required}
    assert {f"{dimension}_report" for dimension in DIMENSIONS} <= asked
    assert {line.key for line in form.evidence if line.required} == {*DIMENSIONS, "signed"}


def test_choices_are_those_of_the_register(version: ProcessVersion) -> None:
    assert options(version, "sum_up", "grade") == list(GRADES) == options(version, "notice_correct", "grade")
    assert options(version, "sum_up", "uses") == list(USES)


def test_who_is_appraised_answers_only_for_itself_and_who_proposes_does_not_decide(version: ProcessVersion) -> None:
    own = {"report", "revision_supply"}
    assert {e for e, form in version.tasks.items() if "not_applicant" not in form.separation} == own
    assert version.form("decide").different_from == ("sum_up",)
    assert version.place_of("decide") == "deputy_director@bureau"


@pytest.mark.parametrize("profile", ["003", "004"])
def test_weights_add_up_and_every_period_is_a_parameter(version: ProcessVersion, profile: str) -> None:
    known = {parameter.key: parameter.value for parameter in read_profile(profile).parameters}
    assert sum(int(known[weight_key(dimension)]) for dimension in DIMENSIONS) == WHOLE
    asked = {form.deadline.parameter for form in version.tasks.values() if form.deadline}
    duty = version.head.duty
    assert duty is not None
    assert asked | {duty.opens, duty.due, "appraisal_review_days"} <= known.keys()
