"""Correcting the register of members on a page: the chief sees the way there, says why, and the wrong entry stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.county import NewCounty, rows
from tests.web.site import app_of, signed_in_there
from workflow_app.registers.models import MembershipEntry


def test_the_chief_corrects_an_entry(county_at: NewCounty) -> None:
    player = county_at("founded")
    player.at("2026-09-02 09:00")
    app = app_of(player)
    chief, officer = signed_in_there(app, "zhoumin"), signed_in_there(app, "limin")
    (wrong,) = rows(
        player, select(MembershipEntry).where(MembershipEntry.school_id == player.organisation("石桥村小学"))
    )
    path = f"/registers/entries/{wrong.id}/correct"
    assert f'href="{path}"' in chief.get("/registers/groups/1").text
    assert path not in officer.get("/registers/groups/1").text
    assert officer.get(path).status_code == 403
    page = chief.get(path).text
    assert "石桥村小学" in page
    assert 'value="2026-09-01"' in page
    answers = {"change": "joined", "role": "member", "effective_on": "2027-09-01", "reason": "批复所列学年有误"}
    for field, typed, said in (
        ("reason", " ", "请填写更正理由"),
        ("effective_on", "1.9.2027", "请填写有效的生效日期"),
        ("role", "chief", "请选择"),
    ):
        refused = chief.post(path, path, False, **{**answers, field: typed})
        assert (refused.status_code, f'id="{field}-error">{said}' in refused.text) == (422, True)
    assert chief.post(path, path, False, **answers).status_code == 303
    group = chief.get("/registers/groups/1").text
    members = group.split('id="members"')[1].split("</section>")[0]
    assert "石桥村小学" not in members
    assert "<del>" in group
    assert "批复所列学年有误" in group
    assert chief.get(path).status_code == 409


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_reads_in_both_languages(county_at: NewCounty, language: str) -> None:
    chief = signed_in_there(app_of(county_at("founded")), "zhoumin")
    chief.client.set_cookie("language", language)
    page = chief.get("/registers/entries/1/correct").text
    assert ("Correct the register" in page, "更正台账" in page) == (language == "en", language == "zh")
