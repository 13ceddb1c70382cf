"""What the form files of 教育集团组建 promise: who may answer, by when, and that every reader understands them."""

from __future__ import annotations

import pytest
import yaml

from workflow_app.content import content_root
from workflow_app.definitions.answers_shape import shown
from workflow_app.definitions.schema import Period, ProcessForms, SharedForms
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.engine.drawing import read_drawing, tag
from workflow_app.policy.profiles import read_profile

SLUG = "group-formation"
DRAWINGS = [SLUG, *(f"shared/{name}" for name in ("countersign", "issue_document", "public_notice", "supplement"))]


@pytest.fixture(scope="module")
def version() -> ProcessVersion:
    """The content as it would be published."""
    return load_version(read_source(SLUG), 1)


def forms_of(drawing: str) -> ProcessForms | SharedForms:
    """A form file read by the plainest YAML reader, which is stricter than the one written in C."""
    content = yaml.safe_load((content_root() / "forms" / f"{drawing}.yaml").read_text("utf-8"))
    return (SharedForms if drawing.startswith("shared/") else ProcessForms).model_validate(content)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_gateway_asks_the_same_in_drawing_and_form_file(drawing: str) -> None:
    root = read_drawing((content_root() / "bpmn" / f"{drawing}.bpmn").read_bytes())
    drawn = {gateway.get("id"): gateway.get("name") for gateway in root.iter(tag("exclusiveGateway"))}
    assert {key: label.zh for key, label in forms_of(drawing).gateways.items()} == drawn


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_each_choice_has_one_way_that_is_open_without_a_condition(drawing: str) -> None:
    root = read_drawing((content_root() / "bpmn" / f"{drawing}.bpmn").read_bytes())
    for gateway in root.iter(tag("exclusiveGateway")):
        ways = [flow for flow in root.iter(tag("sequenceFlow")) if flow.get("sourceRef") == gateway.get("id")]
        free = [flow.get("id") for flow in ways if flow.find(tag("conditionExpression")) is None]
        assert len(ways) > 1
        assert free == [gateway.get("default")]


@pytest.mark.parametrize("profile", ["003", "004"])
def test_every_period_and_threshold_is_a_parameter_of_the_county(version: ProcessVersion, profile: str) -> None:
    clock = version.head.clock
    assert clock is not None
    asked = {clock.parameter, clock.deemed} | {timer.period.parameter for timer in version.timers.values()}
    asked |= {form.deadline.parameter for form in version.tasks.values() if form.deadline}
    asked |= {form.seats.min_seats for form in version.tasks.values() if form.seats} - {None}
    assert asked <= {parameter.key for parameter in read_profile(profile).parameters}


def test_periods_run_from_the_event_that_the_law_names(version: ProcessVersion) -> None:
    def period(element: str) -> tuple[str, str]:
        deadline: Period | None = version.form(element).deadline
        assert deadline is not None
        return deadline.parameter, deadline.start

    assert period("accept_review") == ("completeness_days", "opened")
    assert period("sections_opinions") == ("countersign_days", "opened")
    assert period("approval_deliver") == ("delivery_days", "decided")
    assert period("file_charter") == ("charter_days", "decided")
    assert version.timers["notice_period"].period.parameter == "public_notice_days"


def test_the_clock_runs_from_acceptance_to_the_number_and_stops_for_experts_and_the_school(
    version: ProcessVersion,
) -> None:
    clock = version.head.clock
    assert clock is not None
    assert (clock.starts, clock.on, set(clock.ends)) == (
        "accept_review",
        "accept",
        {"approval_number", "refusal_number"},
    )
    assert {"assessment", "revision_supply"} <= clock.stops.keys()
    assert clock.stops.keys() <= version.tasks.keys()


def test_who_applies_never_answers_for_the_bureau(version: ProcessVersion) -> None:
    applicants = {"apply", "supplement_supply", "revision_supply", "file_charter"}
    assert {e for e, form in version.tasks.items() if "not_applicant" not in form.separation} == applicants
    assert {version.place_of(element) for element in applicants} == {"school_clerk@lead_school"}


@pytest.mark.parametrize("call", ["approval", "refusal"])
def test_who_drafts_neither_checks_nor_signs(version: ProcessVersion, call: str) -> None:
    for element in ("review", "legal", "sign"):
        assert f"{call}_draft" in version.form(f"{call}_{element}").different_from
    assert f"{call}_review" in version.form(f"{call}_sign").different_from


@pytest.mark.parametrize("element", ["supplement_supply", "revision_supply"])
def test_a_supplement_shows_the_whole_application_again(version: ProcessVersion, element: str) -> None:
    applied, form = version.form("apply"), version.form(element)
    assert form.revises == "apply"
    assert form.evidence == applied.evidence
    assert [field.key for field in form.fields][: len(applied.fields)] == [field.key for field in applied.fields]


@pytest.mark.parametrize(("kind", "asked"), [("close_knit", {"exec_heads", "powers"}), ("cooperative", set())])
def test_only_a_close_knit_group_nominates_heads_and_takes_powers_over(
    version: ProcessVersion, kind: str, asked: set[str]
) -> None:
    """003·A2二(一)1a and 1b: in a cooperative group the schools stay legal persons of their own."""
    assert shown(version.form("apply"), {"group_type": kind}) & {"exec_heads", "powers"} == asked
