"""Who is helped and by whom, at the exact thresholds of B2: need, strength, stage, length, a mentor's ethics."""

from __future__ import annotations

from typing import Any

import pytest

from tests.county import in_chinese
from tests.registers.conftest import County
from tests.registers.test_mentoring_checks import asking
from tests.registers.test_pairing_rules import HELPER, RECIPIENT, checking, only
from workflow_app.definitions.case_view import Answered, CheckContext
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import load_version
from workflow_app.registers import mentoring_checks, pairing_checks, support_checks

MATCH = {"kind": "school_pair", "scope": "near"}


def between(county: County, element: str, answers: dict[str, Any] | None = None) -> CheckContext:
    """A check of the pairing of 石桥村小学 with 青禾县实验小学."""
    match = {**MATCH, "helper": county.ids[HELPER]}
    return checking(county, element, {**match, **(answers or {})} if element == "match" else answers or {}, match)


@pytest.mark.parametrize(
    ("recorded", "level"),
    [
        pytest.param({"location": "rural"}, "clear", id="rural"),
        pytest.param({"location": "town", "level": "weak"}, "clear", id="weak"),
        pytest.param({"location": "town", "is_new": "yes"}, "clear", id="new"),
        pytest.param({"location": "town", "level": "ordinary"}, "gate", id="none-of-them"),
        pytest.param({"location": "urban", "level": "quality"}, "gate", id="strong"),
    ],
)
def test_who_is_helped_is_weak_rural_or_new(county: County, recorded: dict[str, str], level: str) -> None:
    for key, value in recorded.items():
        county.record(RECIPIENT, key, value)
    found = pairing_checks.recipient_needs_help(checking(county, "review", {"needs": ["teaching"]}))
    assert (found.level, found.clause) == (level, "002·二6a")
    assert found.override == ("deputy_director@bureau" if level == "gate" else None)


@pytest.mark.parametrize(
    ("helper", "aimed", "level"),
    [
        pytest.param("67", "quality", "clear", id="one-point-stronger"),
        pytest.param("66", "quality", "gate", id="as-strong"),
        pytest.param("65", "quality", "gate", id="weaker"),
        pytest.param("99", "satisfaction", "gate", id="stronger-in-what-is-not-a-target"),
    ],
)
def test_who_helps_is_stronger_in_a_target(county: County, helper: str, aimed: str, level: str) -> None:
    county.record(RECIPIENT, "quality_score", "66")
    county.record(HELPER, "quality_score", helper)
    draft = {"targets": [{"indicator": aimed, "base": "66", "target": "70"}]}
    county.given.append(Answered("draft", draft, "offer", None, "周凯", 1, "school_clerk", county.act.today))
    found = pairing_checks.helper_is_stronger(between(county, "review"))
    assert (found.level, [used.key for used in found.used]) == (level, ["pairing_stronger_min"])
    any_figure = pairing_checks.helper_is_stronger(between(county, "match"))
    assert any_figure.level == ("clear" if int(helper) > 66 else "advice"), "while matching, each figure counts"


@pytest.mark.parametrize(
    ("stages", "level"),
    [
        (("primary", "primary"), "clear"),
        (("primary", "nine_year"), "clear"),
        (("nine_year", "junior"), "clear"),
        (("primary", "junior"), "gate"),
        (("kindergarten", "primary"), "gate"),
    ],
    ids="-".join,
)
def test_both_teach_one_stage(county: County, stages: tuple[str, str], level: str) -> None:
    for name, stage in zip((RECIPIENT, HELPER), stages, strict=True):
        county.record(name, "stage", stage)
    assert pairing_checks.same_stage_check(between(county, "review")).level == level


@pytest.mark.parametrize(
    ("kind", "owner", "level"),
    [
        ("public_private", "private_nonprofit", "error"),
        ("public_private", "public", "clear"),
        ("strong_helps_weak", "public", "error"),
    ],
    ids=["private-helper", "public-helper", "no-kindergartens"],
)
def test_public_helps_private(county: County, kind: str, owner: str, level: str) -> None:
    county.record(HELPER, "owner", owner)
    county.record(RECIPIENT, "owner", "private_nonprofit")
    found = only(pairing_checks.kind_fits(between(county, "match", {"kind": kind})))
    assert found.level == level


@pytest.mark.parametrize(("ethics", "level"), [("veto", "error"), ("clear", "clear"), (None, "clear")])
def test_who_is_under_an_ethics_veto_is_no_mentor(county: County, ethics: str | None, level: str) -> None:
    found = mentoring_checks.no_ethics_veto(asking(county, mentor_ethics=ethics))
    assert (found.level, found.override, found.clause) == (level, None, "000·四(十一)")


@pytest.mark.parametrize(
    ("first", "last", "level", "months"),
    [
        ("2026-09-01", "2027-07-10", "clear", "10"),
        ("2026-09-01", "2027-07-09", "advice", "9"),
        ("2026-09-21", "2027-07-10", "clear", "10"),
        ("2026-09-22", "2027-07-10", "advice", "9"),
    ],
)
def test_a_support_teacher_normally_stays_a_school_year(
    county: County, first: str, last: str, level: str, months: str
) -> None:
    batch = {"people": [], "host": county.ids[RECIPIENT], "from": first, "to": last}
    found = support_checks.long_enough(CheckContext(county.act, county.case(), "nominate", batch))
    assert (found.level, in_chinese(found.figures)["任教月数"]) == (level, months)


@pytest.mark.parametrize(
    ("location", "rank", "level"),
    [("rural", "ordinary", "clear"), ("town", "weak", "clear"), ("town", "ordinary", "advice")],
    ids=["rural", "weak", "neither"],
)
def test_service_at_a_rural_or_weak_school_counts(county: County, location: str, rank: str, level: str) -> None:
    county.record(RECIPIENT, "location", location)
    county.record(RECIPIENT, "level", rank)
    batch = {"people": [], "host": county.ids[RECIPIENT]}
    found = support_checks.host_counts(CheckContext(county.act, county.case(), "nominate", batch))
    assert (found.level, found.clause) == (level, "000·四(十三)")


def test_favourable_terms_are_stated_in_writing() -> None:
    """004·主二13: at least one of them, each with its terms."""
    fields = {field.key: field for field in load_version(read_source("support-teachers"), 1).form("nominate").fields}
    assert all(fields[key].required for key in ("benefits", "benefit_terms"))
    assert (fields["benefits"].min, fields["benefits"].clause) == (1, "004·主二13")
