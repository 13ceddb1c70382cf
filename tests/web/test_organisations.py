"""Organisations on the system administrator's pages: set up, renamed, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tests.web.admin_desk import ORGANISATIONS, PEOPLE, events
from tests.web.conftest import Browser, County, Time
from workflow_app.database import Database
from workflow_app.directory.models import Organisation


def test_a_school_is_set_up_renamed_and_closed(system: Browser, staff: County, database: Database, time: Time) -> None:
    values: dict[str, Any] = {
        "kind": "school",
        "name": "青禾县新城小学",
        "short_name": "新城小学",
        "code": "5101",
        "active_from": "2026-04-01",
    }
    answer = system.post(f"{ORGANISATIONS}/new", ORGANISATIONS, **values)
    assert answer.status_code == 303
    page = answer.location
    with database.reading() as session:
        row = session.scalars(select(Organisation).where(Organisation.code == "5101")).one()
        assert (row.parent_id, row.active_from) == (staff.organisations["bureau"], date(2026, 4, 1))
    assert "已更名" in system.post(f"{page}/rename", ORGANISATIONS, follow=True, name="青禾县实验小学").text
    assert "青禾县实验小学" in system.get(f"{ORGANISATIONS}?kind=school&name=实验").text
    assert "青禾县第一中学" not in system.get(f"{ORGANISATIONS}?kind=school&name=实验").text
    early = system.post(f"{page}/close", ORGANISATIONS, last_day="2026-03-01")
    assert early.status_code == 422
    assert "停用日期不能早于启用日期" in early.text
    assert "后停用" in system.post(f"{page}/close", ORGANISATIONS, follow=True, last_day="2026-04-08").text
    time.now += timedelta(days=1)
    system.sign_in("qiushi")
    assert "已停用" in system.get(page).text
    assert "青禾县实验小学" not in system.get(f"{PEOPLE}/new").text
    kinds = ("organisation_created", "organisation_changed", "organisation_closed")
    assert [len(events(database, kind)) for kind in kinds] == [1, 1, 1]


def test_an_organisation_needs_a_kind_and_a_free_code(system: Browser) -> None:
    missing = system.post(f"{ORGANISATIONS}/new", ORGANISATIONS, kind="bureau", name="二局", active_from="2026-04-01")
    assert missing.status_code == 422
    assert 'id="new-kind-error">请选择。' in missing.text
    values: dict[str, Any] = {"kind": "section", "name": "新科", "code": "office", "active_from": "2026-04-01"}
    taken = system.post(f"{ORGANISATIONS}/new", ORGANISATIONS, **values)
    assert taken.status_code == 422
    assert 'id="new-code-error">代码“<bdi>office</bdi>”已被“办公室”使用' in taken.text
