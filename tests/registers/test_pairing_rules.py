"""Rules of pairings at their exact thresholds: matching, kinds, terms, targets, loads, and the yearly total."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.registers.conftest import LISTED_ON, County
from workflow_app.definitions.case_view import Answered, CheckContext
from workflow_app.directory.attributes import Attribute
from workflow_app.directory.models import Organisation
from workflow_app.policy.finding import Finding
from workflow_app.policy.parameters import load_policy
from workflow_app.registers import pairing_checks, pairing_term_checks
from workflow_app.registers.pairing_appraisals import band_of, is_met, total_of, year_end
from workflow_app.registers.pairing_matching import distance_km, proposals, stronger_in
from workflow_app.registers.pairing_models import Pairing, PairingIndicator
from workflow_app.registers.pairing_term_checks import months_after
from workflow_app.registers.schools import School

RECIPIENT, HELPER = "石桥村小学", "青禾县实验小学"


def school(ident: int, **recorded: str) -> School:
    """A school with recorded values."""
    known = {"stage": "primary", "pupils": "100", **recorded}
    return School(ident, f"学校{ident}", {key: Attribute(value, LISTED_ON, "名单") for key, value in known.items()})


def checking(
    county: County, element: str, answers: dict[str, Any], match: dict[str, Any] | None = None
) -> CheckContext:
    """The context of a check in the case of 石桥村小学, with what was matched before."""
    given = [Answered("match", match, "match", None, "李敏", 1, "section_officer", county.act.today)] if match else []
    case = replace(county.case(), applicant_id=county.ids[RECIPIENT], submissions=lambda: [*given, *county.given])
    return CheckContext(county.act, case, element, answers, "basic_education")


def only(found: Finding | list[Finding]) -> Finding:
    (finding,) = [found] if isinstance(found, Finding) else found
    return finding


def test_proposals_go_by_needs_then_strengths_then_load_then_way_then_name() -> None:
    weak = school(1, quality_score="60", backbone="0", satisfaction="80", latitude="24.5", longitude="103.7")
    met = school(2, quality_score="61")
    broad = school(3, quality_score="61", satisfaction="90")
    loaded = school(4, quality_score="61", satisfaction="90")
    unasked = school(5, backbone="9", satisfaction="99")
    near = school(6, quality_score="61", latitude="24.51", longitude="103.7")
    full = school(7, quality_score="99")
    junior = school(8, quality_score="99", stage="junior")
    equal = school(9, quality_score="60")
    needy = school(10, quality_score="99", satisfaction="99", backbone="9", location="rural")
    everyone = [needy, weak, met, broad, loaded, unasked, near, full, junior, equal]
    found = proposals(weak, ["teaching"], everyone, {4: 1, 7: 2}, limit=2)
    assert [proposal.school.id for proposal in found] == [3, 4, 6, 2, 5, 10]
    assert str(found[2].reasons) == (
        "学段相同；可满足需求：教学；教学质量监测得分61（受援方60）；已承担帮扶0项；相距约1公里"
    )
    assert "距离无记录" in str(found[3].reasons)


def test_figures_per_hundred_pupils_are_compared_exactly() -> None:
    mine, theirs = school(1, backbone="2", pupils="300"), school(2, backbone="1", pupils="151")
    (found,) = stronger_in(mine, theirs)
    assert (found.indicator, str(found.words)) == ("backbone", "每百名学生县级以上骨干教师数0.67（受援方0.66）")
    assert stronger_in(school(1, backbone="2", pupils="300"), school(2, backbone="1", pupils="150")) == ()


def test_a_place_that_is_no_number_has_no_distance() -> None:
    assert distance_km(school(1, latitude="北", longitude="103"), school(2, latitude="24", longitude="103")) is None


@pytest.mark.parametrize(
    ("starts", "ends", "level"),
    [
        ("2026-09-01", "2027-08-30", "error"),
        ("2026-09-01", "2027-08-31", "clear"),
        ("2026-09-01", "2029-08-31", "clear"),
        ("2026-09-01", "2029-09-01", "error"),
    ],
)
def test_a_pairing_lasts_one_to_three_years(county: County, starts: str, ends: str, level: str) -> None:
    answers = {"starts_on": starts, "ends_on": ends}
    assert pairing_term_checks.term(checking(county, "draft", answers)).level == level


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([("quality", "66", "66", "2027-07-10")], "error"),
        ([("quality", "66", "66.01", "2027-07-10")], "clear"),
        ([("quality", "66", "70", "2027-08-31")], "clear"),
        ([("quality", "66", "70", "2027-09-01")], "error"),
        ([("quality", "66", "70", "2027-07-10"), ("quality", "66", "71", "2027-07-10")], "error"),
    ],
)
def test_targets_lie_above_the_start_and_fall_due_in_time(
    county: County, rows: list[tuple[str, str, str, str]], level: str
) -> None:
    targets = [dict(zip(("indicator", "base", "target", "due"), row, strict=True)) for row in rows]
    answers = {"starts_on": "2026-09-01", "ends_on": "2027-08-31", "targets": targets}
    assert pairing_term_checks.targets_rise(checking(county, "draft", answers)).level == level


@pytest.mark.parametrize(
    ("kind", "recorded", "said"),
    [
        ("school_pair", {}, None),
        ("cross_city", {}, "支援方应为外地教育局"),
        ("strong_helps_weak", {}, "双方均须为幼儿园"),
        ("strong_helps_weak", {"stage": "kindergarten"}, None),
        ("strong_founds_branch", {"stage": "kindergarten"}, "分园须为新建园"),
        ("strong_founds_branch", {"stage": "kindergarten", "is_new": "yes"}, None),
        ("public_leads_private", {"stage": "kindergarten"}, "支援方须为公办；受援方须为民办"),
        ("public_private", {"owner": "private_nonprofit"}, "支援方须为公办"),
    ],
)
def test_each_kind_asks_for_its_two_sides(
    county: County, kind: str, recorded: dict[str, str], said: str | None
) -> None:
    for name in (RECIPIENT, HELPER):
        for key, value in recorded.items():
            county.record(name, key, value)
    answers = {"kind": kind, "scope": "near", "helper": county.ids[HELPER]}
    finding = only(pairing_checks.kind_fits(checking(county, "match", answers)))
    assert finding.level == ("error" if said else "clear")
    assert said is None or said in str(finding.message)


@pytest.mark.parametrize("scope", ["near", "far"])
def test_an_outside_bureau_is_far_away(county: County, scope: str) -> None:
    row = Organisation(
        bureau_id=county.act.bureau_id,
        kind="outside_bureau",
        code="far",
        name="滨海市教育局",
        short_name="滨海",
        active_from=LISTED_ON,
    )
    county.act.session.add(row)
    county.act.session.flush()
    answers = {"kind": "cross_city", "scope": scope, "helper": row.id}
    finding = only(pairing_checks.kind_fits(checking(county, "match", answers)))
    assert finding.level == ("clear" if scope == "far" else "error")


@pytest.mark.parametrize(("load", "level"), [(0, "clear"), (1, "clear"), (2, "gate"), (3, "gate")])
def test_a_helper_carries_at_most_two_pairings(county: County, load: int, level: str) -> None:
    for _ in range(load):
        pair(county, date(2026, 1, 1), date(2030, 1, 1))
    pair(county, date(2020, 1, 1), date(2021, 1, 1))
    match = {"kind": "school_pair", "scope": "near", "helper": county.ids[HELPER]}
    assert pairing_checks.helper_load(checking(county, "review", {}, match)).level == level
    told = pairing_checks.helper_load(checking(county, "match", match)).level
    assert told == ("advice" if level == "gate" else "clear")


@pytest.mark.parametrize(
    ("refused", "decision", "level"),
    [
        (1, "match", "clear"),
        (2, "match", "error"),
        (2, "unmatched", "clear"),
    ],
)
def test_a_recipient_is_matched_again_once(county: County, refused: int, decision: str, level: str) -> None:
    for _ in range(refused):
        county.given.append(Answered("confirm", {}, "refuse", None, "石磊", 1, "school_clerk", county.act.today))
    assert pairing_checks.rematch_once(checking(county, "match", {"decision": decision})).level == level


@pytest.mark.parametrize(("people", "level"), [(2, "error"), (3, "clear")])
def test_a_team_has_at_least_three_people(county: County, people: int, level: str) -> None:
    match = {"kind": "team", "scope": "near", "helper": county.ids[HELPER]}
    answers = {"people": [{"name": str(number)} for number in range(people)]}
    assert only(pairing_term_checks.team_size(checking(county, "draft", answers, match))).level == level


def test_who_needs_no_help_is_named_by_a_document_or_stopped(county: County) -> None:
    county.record(RECIPIENT, "location", "urban")
    asked = {"needs": ["teaching"]}
    assert pairing_checks.recipient_needs_help(checking(county, "needs", asked)).level == "advice"
    assert pairing_checks.recipient_needs_help(checking(county, "review", asked)).level == "gate"
    named = {**asked, "named_by": "县教育振兴行动计划"}
    assert pairing_checks.recipient_needs_help(checking(county, "review", named)).level == "clear"


@pytest.mark.parametrize(
    ("host", "helper", "met", "targets", "total", "grade"),
    [
        (100, 100, 2, 2, "100.0", "excellent"),
        (90, 90, 9, 10, "90.0", "excellent"),
        (90, 89, 9, 10, "89.8", "qualified"),
        (60, 60, 3, 5, "60.0", "qualified"),
        (60, 59, 3, 5, "59.8", "failed"),
        (85, 84, 1, 3, "69.3", "qualified"),
        (0, 0, 0, 0, "0.0", "failed"),
    ],
)
def test_the_total_is_weighted_and_banded(
    county: County, host: int, helper: int, met: int, targets: int, total: str, grade: str
) -> None:
    policy = load_policy(county.act.session, county.act.bureau_id, county.act.today)
    found = total_of(policy, host, helper, met, targets)
    assert (str(found), band_of(policy, found)) == (total, grade)


@pytest.mark.parametrize(
    ("due", "value", "met"),
    [
        (date(2027, 8, 31), "75.99", False),
        (date(2027, 8, 31), "76", True),
        (date(2027, 9, 1), "66", False),
        (date(2027, 9, 1), "66.01", True),
    ],
)
def test_a_target_due_later_counts_when_it_rises(due: date, value: str, met: bool) -> None:
    target = PairingIndicator(indicator="quality", base="66", target="76", due_on=due)
    assert is_met(target, Decimal(value), year_end("2026-2027")) is met


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 9, 1), 12, date(2027, 9, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def pair(county: County, starts: date, ends: date) -> None:
    """A pairing that 青禾县实验小学 carries."""
    county.act.session.add(
        Pairing(
            bureau_id=county.act.bureau_id,
            kind="school_pair",
            recipient_id=county.ids["柳溪镇中心小学"],
            helper_id=county.ids[HELPER],
            starts_on=starts,
            ends_on=ends,
            goals="提高教学质量。",
            people=1,
            case_id=1,
            recorded_at=county.act.now,
        )
    )
    county.act.session.flush()
