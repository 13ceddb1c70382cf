"""Correcting the register of members on a page: the chief sees the way there, says why, and the wrong entry stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.county import NewCounty, rows
from tests.rights.pairs import corrigible
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


def test_a_change_and_appraisals_are_corrected_on_their_pages(county_at: NewCounty) -> None:
    """The chief voids a type change; the deputy director corrects what was decided, beyond the share if he says so."""
    player = county_at("founded")
    player.at("2026-09-02 09:00")
    made = corrigible(player, 1, 1, player.organisation("石桥村小学"))
    app = app_of(player)
    chief, leader = signed_in_there(app, "zhoumin"), signed_in_there(app, "zhengguodong")
    path = f"/registers/changes/{made['change']}/correct"
    page = chief.get(path).text
    assert f'href="{path}"' in chief.get("/registers/groups/1").text
    assert "类型变更、合作型" in page
    refused = chief.post(path, path, False, becomes="cooperative", effective_on="1.9.", reason="登记有误")
    assert (refused.status_code, 'id="effective_on-error">请填写有效的生效日期' in refused.text) == (422, True)
    assert chief.post(path, path, False, becomes="voided", reason="误登为类型变更").status_code == 303
    assert "登记撤销" in chief.get("/registers/groups/1").text
    path = f"/registers/appraisals/{made['appraisal']}/correct"
    assert path not in chief.get("/registers/groups/1").text
    assert chief.get(path).status_code == 403
    assert f'href="{path}"' in leader.get("/registers/groups/1").text
    assert "2024—2025学年考核：79.0分，合格" in leader.get(path).text
    answers = {"total": "95", "grade": "excellent", "document": "青教体〔2026〕31号", "reason": "漏计加分"}
    refused = leader.post(path, path, False, **answers)
    assert (refused.status_code, 'type="checkbox"' in refused.text, "优秀不超过0个" in refused.text) == (
        422,
        True,
        True,
    )
    assert leader.post(path, path, False, **answers, beyond_quota="yes").status_code == 303
    group = leader.get("/registers/groups/1").text.split('id="appraisals"')[1].split('id="grades"')[0]
    decided, corrected = group.split('id="corrections"')
    assert ["<del>79.0</del>" in decided, "<del>合格</del>" in decided] == [True, True]
    assert ["青教体〔2026〕31号" in corrected, "漏计加分" in corrected, "郑国栋" in corrected] == [True] * 3
    path = f"/registers/pairing-appraisals/{made['pairing_appraisal']}/correct"
    answers = {"total": "55", "grade": "failed", "document": "青教体〔2026〕32号", "reason": "漏计扣分"}
    assert leader.post(path, path, False, **answers).headers["Location"].startswith("/registers/pairings/")
    seen = {who: signed_in_there(app, who).get("/registers/pairings/1").text for who in ("shilei", "limin")}
    assert ["青教体〔2026〕32号" in page for page in seen.values()] == [True, True]
    assert ["漏计扣分" in page for page in seen.values()] == [False, True], (
        "scores and why they changed are the bureau's"
    )
