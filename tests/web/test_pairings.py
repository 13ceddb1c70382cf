"""The register of pairings: who sees which, what was reached, and that a recipient's score is the bureau's alone."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.conftest import NOW
from tests.web.conftest import Browser, County, NewBrowser
from workflow_app.database import Database
from workflow_app.dossier.registers import TABLES
from workflow_app.registers.pairing_midterms import Reached
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
from workflow_app.web.pairing_charts import HEIGHT, MARGIN, charts
from workflow_app.web.pairings import ACTIVITIES


@pytest.fixture
def pairing_id(database: Database, county: County) -> int:
    """第二中学 helps 第一中学, with one year appraised: 37 by the recipient, 91 by the helper."""
    helped, helper = county.organisations["school_1"], county.organisations["school_2"]
    common = {"bureau_id": county.bureau_id, "case_id": 999, "recorded_at": NOW}
    with database.writing() as session:
        pairing = Pairing(
            **common,
            kind="school_pair",
            recipient_id=helped,
            helper_id=helper,
            starts_on=date(2025, 9, 1),
            ends_on=date(2026, 8, 31),
            goals="提高教学质量。",
            people=2,
        )
        session.add(pairing)
        session.flush()
        common["pairing_id"] = pairing.id
        target = PairingIndicator(**common, indicator="quality", base="66", target="76", due_on=date(2026, 7, 10))
        session.add(target)
        session.flush()
        held = {"held_on": date(2025, 10, 8), "form": "delivery", "content": "送教下乡。", "photos": 1}
        sides = {"logged_by_id": helper, "confirmed_by_id": helped, "confirmed_on": date(2025, 10, 9)}
        for heads, hours in ((18, "2.0"), (22, "1.5")):
            session.add(PairingActivity(**common, **held, **sides, heads=heads, hours=hours))
        session.add(PairingIndicatorValue(**common, indicator_id=target.id, school_year="2024-2025", value="71"))
        session.add(PairingMidtermValue(**common, indicator_id=target.id, value="73", reached_on=date(2026, 3, 10)))
        checked = {"total": "82.5", "points": "80,85,90,75", "entered_on": date(2026, 3, 20)}
        session.add(PairingMidterm(**common, result="passed", **checked))
        session.add(
            PairingAppraisal(
                **common,
                school_year="2024-2025",
                host_score="37",
                helper_score="91",
                targets=1,
                targets_met=1,
                total="66.7",
                grade="qualified",
                next_step="renew",
                decided_on=date(2025, 7, 20),
            )
        )
        session.add(
            PairingChange(
                **common,
                change="renewed",
                effective_on=date(2025, 7, 20),
                ends_on=date(2027, 8, 31),
                terms="按原协议继续。",
            )
        )
        return pairing.id


def test_the_bureau_sees_everything_that_was_reached(officer: Browser, pairing_id: int) -> None:
    assert "青禾县第二中学" in officer.get("/registers/pairings").text
    page = officer.get(f"/registers/pairings/{pairing_id}").text
    for words in ("共2次，40人次，3.5课时", "送教", "2027年8月31日", "续签", "合格", "帮扶中", "中期检查", "82.5"):
        assert words in page
    assert {"37", "91", "66.7"} <= set(re.findall(r"<td[^>]*>([\d.]+)</td>", page))
    shown = re.search(r'data-register="pairing-indicators".*?</table>', page, re.DOTALL)
    assert shown is not None
    values = re.findall(r'data-label="数值"[^>]*>([\d.]+)</td>', shown[0])
    assert values == ["66", "71", "73"], "the table below the charts says what they draw"


@pytest.mark.parametrize("side", ["wangfang", "zhaolei"])
def test_neither_side_is_shown_a_score_or_what_it_could_be_reckoned_from(
    new_browser: NewBrowser, pairing_id: int, side: str
) -> None:
    browser = new_browser()
    browser.sign_in(side)
    page = browser.get(f"/registers/pairings/{pairing_id}").text
    assert "双方的评分只供教育局掌握" in page
    assert not {"37", "91", "66.7"} & set(re.findall(r">([\d.]+)<", page))


def test_every_activity_is_on_one_page_and_the_file_holds_them_all(
    officer: Browser, database: Database, pairing_id: int
) -> None:
    """Several activities of one day lie on both sides of the end of a page."""
    with database.writing() as session:
        (first,) = session.scalars(select(PairingActivity).order_by(PairingActivity.id).limit(1))
        mine = {column.name: getattr(first, column.name) for column in PairingActivity.__table__.columns}
        del mine["id"]
        days = [date(2025, 11, 1 + number // 5) for number in range(2 * ACTIVITIES)]
        session.add_all(
            PairingActivity(**{**mine, "held_on": day, "heads": 100 + n, "case_id": 1000 + n})
            for n, day in enumerate(days)
        )
    address, heads = f"/registers/pairings/{pairing_id}", []
    for _ in range(3):
        page = officer.get(address)
        heads += [int(found) for found in re.findall(r'data-label="人次"[^>]*>(\d+)</td>', page.text)]
        more = re.search(r'href="([^"]*before=\d+)[^"]*" rel="next"', page.text)
        address = more[1] if more else "/"
    assert more is None
    assert heads == [*range(139, 99, -1), 22, 18]
    answer = officer.post(f"/registers/exports/pairing-activities?about={pairing_id}")
    assert load_workbook(BytesIO(answer.data)).active.max_row == 3 + len(heads)
    assert not re.search("rel=.next", officer.get(f"/registers/pairings/{pairing_id}?before=99999").text)


def test_a_strangers_table_is_not_there_and_the_sides_take_out_no_score(
    new_browser: NewBrowser, database: Database, county: County, pairing_id: int
) -> None:
    side = new_browser()
    side.sign_in("zhaolei")
    addresses = [f"/registers/exports/{name}?about={pairing_id}" for name in TABLES if name.startswith("pairing-")]
    for address in addresses:
        sheet = load_workbook(BytesIO(side.post(address).data)).active
        assert not {37, 91, 66.7} & {cell.value for row in sheet.iter_rows() for cell in row}, address
    with database.writing() as session:
        session.get_one(Pairing, pairing_id).helper_id = county.organisations["office"]
    assert [side.post(address).status_code for address in addresses] == [404] * len(addresses)


def test_a_register_without_pairings_says_so_and_a_strange_address_is_not_found(officer: Browser) -> None:
    assert "台账中没有结对" in officer.get("/registers/pairings?after=x").text
    assert officer.get("/registers/pairings/77").status_code == 404


def test_a_chart_keeps_to_its_frame_also_where_nothing_rises() -> None:
    flat = PairingIndicator(id=1, indicator="quality", base="70", target="70", due_on=date(2026, 7, 10))
    (chart,) = charts([flat], [Reached(1, date(2026, 8, 31), "60.5", "2025-2026")])
    assert [point.y for point in chart.points] == [MARGIN, HEIGHT - MARGIN]
    assert chart.target_y == MARGIN
