"""A pairing whose helper is an outside bureau that answers online by link and code; its silence decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import (
    NewCounty,
    case_of,
    is_told,
    open_elements,
    open_task,
    page_of,
    record_text,
    records_of,
    rows,
    task_page_of,
)
from workflow_app import cases
from workflow_app.act import Act
from workflow_app.audit.models import AuditChain
from workflow_app.cases import invited
from workflow_app.cases.models import Case, Submission
from workflow_app.demo import pairings
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.errors import ForbiddenError, InvalidError
from workflow_app.files.store import FileStore
from workflow_app.files.upload import upload
from workflow_app.registers.pairing_models import Pairing, PairingIndicator

PLACE = "203.0.113.7"


@pytest.fixture
def asked(county_at: NewCounty) -> tuple[Player, int]:
    """白鹭湾小学 is matched with 滨海市教育局, which the section has asked to answer online."""
    player = county_at("empty")
    case_id = pairings.state_needs(player, "2026-04-20 09:30")
    pairings.match(player, case_id, "2026-04-22 10:00", kind="cross_city", helper=pairings.OUTSIDE)
    player.do("limin", case_id, "outside_terms", {"decision": "invite"})
    return player, case_id


def come_in(player: Player, case_id: int) -> invited.Guest:
    """The section makes link and code, and the contact comes in by them."""
    task_id = open_task(player, "outside_reply", case_id).id
    with player.database.writing() as session:
        officer = Act(session, player.actor(session, "limin"), player.now)
        link, code = cases.invite(officer, task_id, pairings.OUTSIDE_CONTACT), cases.make_code(officer, task_id)
    with player.database.reading() as session:
        checked = invited.check_code(invited.look_up(session, link, PLACE, player.now), code)
    with player.database.writing() as session:
        token = invited.enter(session, checked, PLACE, player.now)
    assert token is not None
    with player.database.reading() as session:
        guest = invited.guest(session, token, player.now, idle_minutes=30, lifetime_hours=8)
    assert guest is not None
    return guest


def answer(player: Player, guest: invited.Guest, answers: Mapping[str, Any]) -> None:
    """The outside bureau answers its one task."""
    with player.database.writing() as session:
        act = Act(session, guest.actor, player.now)
        revision = open_task(player, "outside_reply", _case_id(player, guest)).revision
        cases.complete_task(act, guest.task_id, revision, answers, f"guest-{guest.actor.invitation_id}")


def letter(player: Player, guest: invited.Guest) -> int:
    """The outside bureau uploads its sealed letter."""
    with player.database.writing() as session:
        case = session.get_one(Case, _case_id(player, guest))
        chain, store = session.get_one(AuditChain, case.chain_id), FileStore(player.config.data / "files")
        act, data = Act(session, guest.actor, player.now), sample_pdf("复函")
        return upload(
            act, store, f"case:{case.id}", "复函.pdf", data, allowed=("pdf",), max_bytes=2**20, chain=chain
        ).id


def _case_id(player: Player, guest: invited.Guest) -> int:
    (row,) = rows(player, select(cases.models.Task).where(cases.models.Task.id == guest.task_id))
    return row.case_id


def test_the_outside_bureau_states_its_terms_itself(asked: tuple[Player, int]) -> None:
    player, case_id = asked
    player.at("2026-04-22 15:00")
    assert is_told(player, "limin", "待邀请：")
    with pytest.raises(ForbiddenError):
        player.do("limin", case_id, "outside_reply", pairings.agreed())
    guest = come_in(player, case_id)
    with pytest.raises(InvalidError):
        answer(player, guest, {**pairings.agreed(), "evidence": {}})
    rising = [{"indicator": "quality", "base": "66", "target": "60", "due": "2028-07-10"}]
    sealed = {"evidence": {"reply": [letter(player, guest)]}}
    with pytest.raises(InvalidError) as low:
        answer(player, guest, {**pairings.agreed(), "targets": rising, **sealed})
    assert "目标值应高于现状值" in str(low.value.problems[0].message), "the checks are those of the section's step"
    answer(player, guest, {**pairings.agreed(), **sealed})
    (said,) = rows(player, select(Submission).where(Submission.element == "outside_reply"))
    assert (said.person_id, said.position) == (None, "invited")
    assert "滨海市教育局" in str(page_of(player, "bailu", case_id).timeline), "the school sees who has answered"

    pairings.confirm(player, case_id, "2026-05-08 09:00")
    pairings.review(player, case_id, "2026-05-11 11:00", "return")
    assert open_elements(player, case_id) == ["outside_terms"]
    newest = task_page_of(player, "limin", "outside_terms", case_id).answers
    assert newest["ends_on"] == "2028-08-31", "the section goes on from what the outside bureau has said"
    player.do("limin", case_id, "outside_terms", {"decision": "invite"})
    guest = come_in(player, case_id)
    answer(player, guest, {**pairings.agreed(), "ends_on": "2028-07-31", **sealed})
    pairings.confirm(player, case_id, "2026-05-13 09:00")
    pairings.review(player, case_id, "2026-05-14 11:00")
    pairings.decide(player, case_id, "2026-05-15 16:00")
    pairings.issue(player, case_id, "letter", "2026-05-18 10:00")
    pairings.sign(player, case_id, "2026-06-03 09:30", "limin", "outside_sign")
    pairings.receive(player, case_id, "2026-09-01 10:00")
    issued = {record.kind: record for record in records_of(player, case_id)}
    assert list(issued) == ["letter", "agreement", "dispatch_letter", "acceptance_letter"]
    for words in ("滨海市教育局", "2028年7月31日", "苏晴"):
        assert words in record_text(issued["agreement"])
    (pairing,) = rows(player, select(Pairing))
    assert (pairing.helper_id, pairing.ends_on) == (player.organisation(pairings.OUTSIDE), date(2028, 7, 31))
    assert [t.target for t in rows(player, select(PairingIndicator).order_by(PairingIndicator.id))] == ["76", "1.65"]


def test_silence_online_is_the_sections_to_answer_and_paper_counts_as_well(asked: tuple[Player, int]) -> None:
    player, case_id = asked
    come_in(player, case_id)
    assert open_task(player, "outside_reply", case_id).due_on == date(2026, 5, 15), "fifteen working days"
    player.at("2026-05-15 23:00")
    assert open_elements(player, case_id) == ["outside_reply"]
    player.at("2026-05-16 09:00")
    assert open_elements(player, case_id) == ["outside_terms"], "silence is never consent, and never refusal"
    player.do("limin", case_id, "outside_terms", {"decision": "urge"})
    (urged,) = records_of(player, case_id)
    assert "至今未收到回复" in record_text(urged)
    player.do("limin", case_id, "outside_terms", pairings.terms(player, case_id, "limin"))
    assert open_elements(player, case_id) == ["confirm"], "an answer on paper is entered with its letter"


def test_an_outside_bureau_that_cannot_help_says_why(asked: tuple[Player, int]) -> None:
    player, case_id = asked
    guest = come_in(player, case_id)
    with pytest.raises(InvalidError):
        answer(player, guest, {"decision": "decline", "opinion": ""})
    answer(player, guest, {"decision": "decline", "opinion": "本年度名额已满。"})
    assert case_of(player, case_id).outcome == "not_paired"
    assert rows(player, select(Pairing)) == []


def test_a_school_is_never_invited(county_at: NewCounty) -> None:
    player = county_at("empty")
    case_id = pairings.state_needs(player, "2026-04-20 09:30")
    pairings.match(player, case_id, "2026-04-27 10:00")
    parties = case_of(player, case_id).parties
    assert (parties["outside"], parties["helper"]) == ([], [player.organisation(pairings.HELPER)])
