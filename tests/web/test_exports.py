"""Every table of a register on its page and as a spreadsheet: the same headings, rows and values, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from itertools import chain
from typing import Any

import openpyxl
import pytest
from flask import Flask, url_for
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.county import County
from tests.web.conftest import Browser
from tests.web.site import app_of, signed_in_there
from workflow_app.audit.models import AuditEvent
from workflow_app.demo import group_year
from workflow_app.demo.player import Player
from workflow_app.dossier.registers import TABLES
from workflow_app.registers.appraisal_models import AppraisalCorrection, AppraisalEntry, SchoolAppraisalEntry
from workflow_app.registers.appraisal_scores import DIMENSIONS
from workflow_app.registers.change_models import GroupChangeEntry
from workflow_app.registers.models import MeetingEntry, MembershipEntry, PlanEntry
from workflow_app.registers.pairing_models import (
    Pairing,
    PairingActivity,
    PairingAppraisal,
    PairingChange,
    PairingIndicator,
    PairingIndicatorValue,
    PairingMidterm,
    PairingMidtermValue,
)
from workflow_app.registers.teacher_models import (
    MentoringAgreement,
    MentoringApprentice,
    SupportResult,
    SupportService,
)
from workflow_app.web.dates import date_in

pytestmark = pytest.mark.sweep

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = "/registers/groups"
HEADINGS = 3
"""The row of the headings in a sheet."""

Grid = list[list[str]]


@pytest.fixture(scope="module")
def county(county_files: County, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """E1 founded, with a plan, a meeting, and a correction whose reason begins like a formula."""
    player = county_files.copy("founded", tmp_path_factory.mktemp("exports") / "county")
    player.at("2026-11-20 09:00")
    group_year.issue_bulletin(player, None)
    common = {"bureau_id": 1, "group_id": 1, "case_id": 1, "recorded_at": player.now}
    with player.database.writing() as session:
        wrong = session.scalars(select(MembershipEntry).where(MembershipEntry.role == "member")).first()
        assert wrong is not None
        session.add_all(
            [
                PlanEntry(
                    school_year="2026-2027",
                    filed_on=date(2026, 9, 4),
                    projects=2,
                    exchanged=4,
                    young_teachers=63,
                    **common,
                ),
                MeetingEntry(
                    month="2026-10",
                    held_on=date(2026, 10, 21),
                    filed_on=date(2026, 11, 2),
                    schools_present=3,
                    **common,
                ),
                MembershipEntry(
                    school_id=wrong.school_id,
                    change="joined",
                    role="member",
                    effective_on=date(2026, 9, 2),
                    corrects_id=wrong.id,
                    reason="=HYPERLINK(1) 更正",
                    recorded_by="李敏",
                    **common,
                ),
            ]
        )
        _appraised(session, wrong.school_id, common)
        _taught(session, wrong.school_id, player)
        ends = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 8, 31)}
        sides = {"recipient_id": wrong.school_id, "helper_id": wrong.school_id, "people": 0, "goals": "教研"}
        typed = {"change": "type_changed", "kind": "cooperative", "effective_on": date(2026, 9, 1), "reason": "自愿"}
        session.add(GroupChangeEntry(recorded_by="李敏", **typed, **common))
        pairing = Pairing(bureau_id=1, case_id=1, kind="school_pair", recorded_at=player.now, **ends, **sides)
        session.add(pairing)
        session.flush()
        _helped(session, pairing)
    yield player
    player.database.dispose()


def _appraised(session: Session, school_id: int, common: Mapping[str, Any]) -> None:
    """An appraisal of the group, and the grade of one of its schools."""
    year = {"school_year": "2026-2027", "grade": "qualified", "decided_on": date(2026, 11, 18)}
    points = {**dict.fromkeys(DIMENSIONS, "85.5"), "total": "79.0", "value_added": "0"}
    entry = AppraisalEntry(scorers=3, uses="performance,awards", **year, **points, **common)
    session.add(entry)
    session.flush()
    corrected = {"total": "81.0", "grade": "good", "document": "青教体〔2026〕31号", "reason": "=1+1 漏计加分"}
    at = {"bureau_id": 1, "case_id": 1, "recorded_on": year["decided_on"], "recorded_at": common["recorded_at"]}
    session.add(
        AppraisalCorrection(register="appraisal_entry", entry_id=entry.id, recorded_by="郑国栋", **corrected, **at)
    )
    school = {"bureau_id": 1, "school_id": school_id, "role": "member", "recorded_at": common["recorded_at"]}
    session.add(SchoolAppraisalEntry(appraisal_id=entry.id, **year, **school))


def _helped(session: Session, pairing: Pairing) -> None:
    """A year of the pairing: a target and what was reached of it, an activity, the appraisal, the renewal."""
    common = {"bureau_id": 1, "case_id": 1, "pairing_id": pairing.id, "recorded_at": pairing.recorded_at}
    target = PairingIndicator(indicator="pe_art", base="0.83", target="1.65", due_on=date(2027, 7, 10), **common)
    session.add(target)
    session.flush()
    held = {"held_on": date(2026, 10, 8), "form": "delivery", "content": "=1+1 送教", "photos": 2, "heads": 18}
    sides = {"logged_by_id": pairing.helper_id, "confirmed_by_id": pairing.recipient_id}
    year = {"school_year": "2026-2027"}
    points = {"host_score": "70", "helper_score": "90", "targets": 2, "targets_met": 1, "total": "67.5"}
    checked = {"result": "mending", "total": "59.99", "points": "50,60.5,70,70"}
    graded = {"grade": "qualified", "next_step": "renew", "decided_on": date(2027, 7, 20)}
    ends = {"change": "renewed", "effective_on": date(2027, 7, 20), "ends_on": date(2029, 8, 31), "terms": "继续。"}
    session.add_all(
        [
            PairingIndicatorValue(indicator_id=target.id, value="1.2", **year, **common),
            PairingMidtermValue(indicator_id=target.id, value="1.05", reached_on=date(2027, 3, 2), **common),
            PairingMidterm(entered_on=date(2027, 3, 18), mend_by=date(2027, 4, 30), **checked, **common),
            PairingActivity(hours="2.5", confirmed_on=date(2026, 10, 9), **held, **sides, **common),
            PairingAppraisal(**year, **points, **graded, **common),
            PairingChange(**ends, **common),
        ]
    )


def _taught(session: Session, school_id: int, player: Player) -> None:
    """A mentor with an apprentice, and a teacher who has served."""
    common = {"bureau_id": 1, "case_id": 1, "recorded_at": player.now}
    time = {"starts_on": date(2026, 9, 1), "subject": "语文"}
    mentor = {"kind": "mentor", "mentor": "林栀", "mentor_no": "T260101", "mentor_title": "senior"}
    days = {"ends_on": date(2027, 7, 10), "review_on": date(2027, 7, 5), "approved_on": date(2026, 8, 21)}
    agreement = MentoringAgreement(mentor_school_id=school_id, school_id=school_id, **mentor, **days, **time, **common)
    post = {"batch": "第一批", "name": "文静", "teacher_no": "T260109", "post": "语文教师", "host_counts": True}
    schools = {"home_id": school_id, "host_id": school_id, "planned_until": date(2027, 7, 10)}
    service = SupportService(**post, **schools, **time, **common)
    session.add_all([agreement, service])
    session.flush()
    who = {"role": "apprentice", "name": "黎喆", "teacher_no": "T260105", "school_id": school_id}
    session.add(MentoringApprentice(agreement_id=agreement.id, **who, **common))
    ended = {"ended_on": date(2026, 10, 30), "months": 2, "result": "returned_early", "proved": False}
    session.add(SupportResult(service_id=service.id, **ended, **common))


@pytest.fixture(scope="module")
def app(county: Player) -> Flask:
    """The pages on that county."""
    return app_of(county)


@pytest.fixture(scope="module")
def officer(app: Flask) -> Browser:
    """The officer, signed in."""
    return signed_in_there(app, "limin")


def pages_of(app: Flask) -> list[str]:
    """The pages of the registers, and of the first object of each."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/registers/")]
    first: Mapping[str, Any] = dict.fromkeys(chain(*(rule.arguments for rule in rules)), 1)
    with app.test_request_context():
        return [
            url_for(rule.endpoint, **{name: first[name] for name in rule.arguments})
            for rule in rules
            if "GET" in (rule.methods or ())
        ]


def tables_on(page: html.HtmlElement) -> Iterator[tuple[str, str, Grid]]:
    """The tables of a page: name, address of its export, what is read from the screen."""
    addresses = {
        re.split("[?/]", form.get("action"))[3]: form.get("action")
        for form in page.xpath("//form[contains(@class, 'export')]")
    }
    for table in page.xpath("//table[@data-register]"):
        rows = [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in table.iter("tr")]
        yield table.get("data-register"), addresses.pop(table.get("data-register")), rows
    for name, address in addresses.items():
        yield name, address, []


def as_shown(value: object, shown: str, language: str) -> str:
    """A value of a sheet as a page writes it; a number stands within words there."""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return date_in(language, value, "long")
    if isinstance(value, datetime):
        return f"{date_in(language, value, 'long')} {value:%H:%M}"
    if isinstance(value, int | float):
        return shown if float(value) == float(re.findall(r"[\d.]+", shown)[0]) else str(value)
    return "" if value is None else " ".join(str(value).split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_exported_is_what_the_page_shows(app: Flask, language: str) -> None:
    officer = signed_in_there(app, "limin")
    officer.client.set_cookie("language", language)
    pages = pages_of(app)
    found: dict[str, int] = {}
    for address in chain(pages, [f"{page}?on=2026-06-01" for page in pages]):
        for name, export, shown in tables_on(html.fromstring(officer.get(address).text)):
            answer = officer.post(export, page=address)
            assert (answer.status_code, answer.mimetype) == (200, XLSX), name
            sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADINGS)]
            if shown:
                assert len(rows) == len(shown), name
                said = [
                    [as_shown(v, s, language) for v, s in zip(*pair, strict=True)]
                    for pair in zip(rows, shown, strict=True)
                ]
                assert said == shown, name
            found[name] = max(found.get(name, 0), len(shown) - 1)
    # A table that no page shows, or that has no row here, would be looked at by nobody.
    assert found.keys() == TABLES.keys()
    assert [name for name, rows in found.items() if rows < 1] == []


def test_the_answer_is_a_file_that_nobody_else_keeps_and_the_log_names_the_reader(
    county: Player, officer: Browser
) -> None:
    answer = officer.post("/registers/exports/groups?on=2026-10-01", page=PAGE)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (
        "%E6%95%99%E8%82%B2%E9%9B%86%E5%9B%A2%E5%8F%B0%E8%B4%A6%202026-10-01.xlsx"
        in answer.headers["Content-Disposition"]
    )
    assert "no-store" in answer.headers["Cache-Control"]
    with county.database.reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.kind, event.actor_name, event.body["day"]) == ("register_exported", "李敏", "2026-10-01")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/registers/exports/none", 404),
        ("/registers/exports/group-members", 404),
        ("/registers/exports/group-members?about=999", 404),
        ("/registers/exports/group-members?about=x", 404),
        ("/registers/exports/groups?on=tomorrow", 422),
    ],
)
def test_what_cannot_be_exported_is_refused_and_not_logged(
    county: Player, officer: Browser, address: str, status: int
) -> None:
    def logged() -> int:
        with county.database.reading() as session:
            exports = select(func.count(AuditEvent.id)).where(AuditEvent.kind == "register_exported")
            return session.scalar(exports) or 0

    before = logged()
    assert officer.post(address, page=PAGE).status_code == status
    assert logged() == before


def test_the_words_of_an_address_do_not_get_into_the_page(officer: Browser) -> None:
    strange: Mapping[str, str] = {"name": "x", "_external": "1", "_anchor": "x", "endpoint": "x", "q": '"><b>'}
    page = officer.client.get("/registers/groups", query_string=strange)
    assert page.status_code == 200
    assert "<b>" not in page.text.split("<main")[1].split('form class="sp export"')[1].split(">")[0]
