"""Calls of shared drawings: whole replacements, names of the copy, stages and periods of the call."""

from __future__ import annotations

from typing import Any

from workflow_app.definitions.merge import fact_keys_of, merged
from workflow_app.definitions.schema import ProcessForms, SharedForms, TaskForm

LABEL = {"zh": "名称", "en": "Name"}


def task(**settings: Any) -> dict[str, Any]:
    """The least a human step needs, and some settings."""
    return {"label": LABEL, "stage": "review", **settings}


def forms(tasks: dict[str, Any], call: dict[str, Any]) -> ProcessForms:
    """A process that calls the drawing ``panel`` once, as ``jury``."""
    head = {
        "title": LABEL,
        "category": "general",
        "summary": LABEL,
        "clauses": [],
        "starts": "school_clerk@applicant",
        "applicant_kinds": ["school"],
        "number": "T-{year}-{seq}",
        "case_title": "办件",
        "parties": {},
        "lanes": {},
        "outcomes": {},
    }
    calls = {"jury": {"drawing": "panel", "lanes": {}, **call}}
    return ProcessForms.model_validate({"process": head, "tasks": tasks, "calls": calls})


def panel(tasks: dict[str, Any]) -> dict[str, SharedForms]:
    """The shared drawing's forms."""
    return {"panel": SharedForms.model_validate({"title": LABEL, "lanes": {}, "tasks": tasks})}


def test_names_of_the_shared_drawing_become_names_of_the_copy() -> None:
    shared = panel(
        {
            "choose": task(),
            "vote": task(
                seats={"chosen_in": "choose.experts", "position": "expert"},
                different_from=["choose", "elsewhere"],
                shows=["choose"],
                revises="choose",
            ),
        }
    )
    vote = merged(forms({}, {}), shared).tasks["jury_vote"]
    assert vote.seats is not None
    assert vote.seats.chosen_in == "jury_choose.experts"
    assert vote.different_from == ("jury_choose", "elsewhere")
    assert (vote.shows, vote.revises) == (("jury_choose",), "jury_choose")


def test_a_replacement_is_whole_and_may_name_steps_of_the_process() -> None:
    replacement = task(stage="assessment", seats={"chosen_in": "choose.people", "position": "expert"}, shows=["vote"])
    call = {"stage": "countersign", "tasks": {"vote": replacement}}
    shared = panel({"vote": task(opinion="required"), "choose": task()})
    result = merged(forms({"choose": task()}, call), shared)
    vote = result.tasks["jury_vote"]
    assert (vote.stage, vote.opinion) == ("assessment", "optional")
    assert vote.seats is not None
    assert vote.seats.chosen_in == "choose.people"
    assert vote.shows == ("jury_vote",)
    assert result.tasks["jury_choose"].stage == "countersign"


def test_a_call_sets_periods_of_steps_and_what_they_revise() -> None:
    call = {"parameters": {"vote": "vote_days"}, "revises": {"vote": "apply"}}
    shared = panel({"vote": task(deadline={"parameter": "panel_days", "start": "filed"})})
    vote = merged(forms({"apply": task()}, call), shared).tasks["jury_vote"]
    assert vote.deadline is not None
    assert (vote.deadline.parameter, vote.deadline.start, vote.revises) == ("vote_days", "filed", "apply")


def test_a_call_of_an_unknown_drawing_adds_nothing() -> None:
    assert merged(forms({"apply": task()}, {}), {}).tasks.keys() == {"apply"}


def test_facts_are_decisions_fact_fields_and_results_of_panels() -> None:
    field = {"key": "sum", "type": "integer", "label": LABEL}
    alone = TaskForm.model_validate(
        task(fields=[{**field, "fact": True}, {**field, "key": "note"}], decisions=[{"value": "agree", "label": LABEL}])
    )
    assert fact_keys_of(alone) == ("decision", "sum")
    many = TaskForm.model_validate(
        task(fields=[field], seats={"places": ["expert@school"], "results": {"score": {"of": "sum", "by": "mean"}}})
    )
    assert fact_keys_of(many) == ("score",)
    assert fact_keys_of(TaskForm.model_validate(task())) == ()
