"""What of answers is asked, kept, computed with, and handed to the diagram."""

from __future__ import annotations

from tests.definitions.answers_form import (
    FORM,
    IMAGE,
    LEAD,
    LI,
    PDF,
    STONE,
    TEACHER,
    TODAY,
    VALID,
    WANG,
    WILLOW,
    changed,
)
from workflow_app.definitions.answers import (
    empty_answers,
    facts_of,
    keep_asked,
    mentioned,
    well_formed,
)


def test_facts_are_the_decision_and_the_marked_fields() -> None:
    assert facts_of(FORM, VALID) == {
        "decision": "agree",
        "group_name": "青禾县实验小学教育集团",
        "group_type": "close_knit",
    }
    assert facts_of(FORM, {}) == {"decision": None, "group_name": None, "group_type": None}


def test_a_hidden_fact_is_none() -> None:
    form = FORM.model_copy(
        update={"fields": tuple(f.model_copy(update={"fact": f.key == "powers"}) for f in FORM.fields)}
    )
    assert facts_of(form, changed("group_type", "cooperative")) == {"decision": "agree", "powers": None}


def test_empty_answers_hold_the_fewest_rows() -> None:
    assert empty_answers(FORM) == {"members": [{}]}


def test_keep_asked_drops_what_is_hidden_or_empty() -> None:
    answers = changed("group_type", "cooperative")
    answers |= {"classes": None, "opinion": " ", "goals": []}
    answers["members"] = [{"school": WILLOW, "role": "", "other_role": "旧值"}, {}, {}]
    answers["evidence"] = {"charter": [PDF], "consent": {"0": [PDF], "1": []}}
    kept = keep_asked(FORM, answers)
    assert kept["members"] == [{"school": WILLOW}]
    assert kept["evidence"] == {"charter": [PDF], "consent": {"0": [PDF]}}
    assert not {"powers", "classes", "opinion", "goals"} & set(kept)
    assert keep_asked(FORM, VALID) == VALID


def test_keep_asked_leaves_unknown_keys_to_the_check() -> None:
    assert keep_asked(FORM, {"surprise": "x"}) == {"surprise": "x"}


def test_well_formed_keeps_only_what_can_be_computed_with() -> None:
    broken = {
        "group_name": "青禾集团",
        "classes": "二十四",
        "score": "很高",
        "experts": LI,
        "lead_school": 999,
        "members": [{"school": "甲校", "role": "member"}, "乱"],
        "decision": "maybe",
        "evidence": [1],
        "surprise": "x",
    }
    assert well_formed(FORM, broken, today=TODAY) == {
        "group_name": "青禾集团",
        "lead_school": 999,
        "members": [{"role": "member"}, {}],
    }
    assert well_formed(FORM, empty_answers(FORM), today=TODAY) == {}
    kept = {k: v for k, v in VALID.items() if k not in {"opinion", "reasons"}}
    assert well_formed(FORM, VALID, today=TODAY) == kept


def test_mentioned_finds_ids_in_rows_and_evidence() -> None:
    ids = mentioned(FORM, VALID)
    assert ids.organisations == {LEAD, WILLOW, STONE}
    assert ids.persons == {LI, WANG, TEACHER}
    assert ids.files == {PDF, IMAGE}
