"""The page of incidents: plain words, a count in the navigation, closing with a reason."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from sqlalchemy import select

from tests.cases.test_incident_list import ADMIN, OFFICER, troubled
from tests.county import rows
from tests.languages import foreign_words, read
from tests.web.conftest import Browser
from tests.web.site import app_of, signed_in_there
from workflow_app.cases.incidents import IncidentKind
from workflow_app.cases.models import Incident
from workflow_app.demo.player import Player
from workflow_app.web.incidents import KINDS

__all__ = ["troubled"]


@pytest.fixture
def admin(troubled: Player) -> Browser:
    """A browser that the system administrator has signed in with."""
    return signed_in_there(app_of(troubled), ADMIN)


def test_what_happened_is_said_in_plain_words_with_what_to_do(admin: Browser) -> None:
    page = admin.get("/admin/incidents").text
    for words in (
        "没有可以办理的人员：受理审查",
        "办件P1-2026-0001",
        "请由安全管理员授予岗位",
        "办件无法继续",
        "disk full",
    ):
        assert words in page
    assert "/cases/1" not in page, "an administrator may not see the case"
    assert "组建青禾县实验小学教育集团" not in page


def test_the_page_is_in_one_language(admin: Browser) -> None:
    admin.client.set_cookie("language", "en")
    page = admin.get("/admin/incidents").text
    assert foreign_words(read(page), "en", ["邱实", "青禾县教育体育局"]) == []
    assert "Nobody may take the step: " in page


def test_the_navigation_counts_them_for_those_who_look_after_them(admin: Browser, troubled: Player) -> None:
    assert re.search(
        r'href="/admin/incidents"[^>]*>.*?异常<span class="num">3</span>', admin.get("/notices").text, re.S
    )
    assert "/admin/incidents" not in signed_in_there(app_of(troubled), "hewen").get("/notices").text


def test_closing_one_takes_it_off_the_list(admin: Browser, troubled: Player) -> None:
    refused = admin.post("/admin/incidents/1/close", page="/admin/incidents", reason=" ")
    assert refused.status_code == 422
    assert '<span class="error" id="reason-1-error">请填写理由。</span>' in refused.text
    closed = admin.post("/admin/incidents/1/close", page="/admin/incidents", reason="已授予岗位。")
    assert (closed.status_code, closed.location) == (303, "/admin/incidents")
    page = admin.get("/admin/incidents").text
    assert "已处理，处理情况记入审计记录。" in page
    assert "没有可以办理的人员" not in page
    assert len(rows(troubled, select(Incident).where(Incident.closed_at.is_(None)))) == 2


def test_others_are_refused(troubled: Player) -> None:
    officer = signed_in_there(app_of(troubled), OFFICER)
    assert officer.get("/admin/incidents").status_code == 403
    assert officer.post("/admin/incidents/1/close", page="/inbox", reason="已处理。").status_code == 403


def test_every_kind_that_is_opened_is_explained() -> None:
    assert set(KINDS) == set(get_args(IncidentKind))
