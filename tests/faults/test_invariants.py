"""The checker finds nothing in a sound county, and each violation that is planted, where it was planted."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.county import NewCounty
from tests.faults.files import files_are_whole
from tests.faults.invariants import (
    acknowledged_is_stored,
    chains_hold,
    check,
    refused_is_absent,
)
from tests.faults.planting import an_old_file, copy_row, found
from tests.faults.plants import PLANTS, asked_for
from workflow_app.audit.checkpoint import make_checkpoint, signing_key
from workflow_app.cases.models import Submission
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_violation_is_found(name: str, county_at: NewCounty) -> None:
    plant = PLANTS[name]
    player = county_at(plant.stage)
    assert found(player, plant.invariant) == []
    with player.database.writing() as session:
        plant.plant(session)
    said = [str(violation) for violation in found(player, plant.invariant)]
    assert any(plant.words in words and words.startswith(name.split()[0]) for words in said), said


def test_the_database_refuses_a_second_answer_at_a_seat(county_at: NewCounty) -> None:
    player = county_at("supplied")
    with player.database.reading() as session:
        answer_id = session.scalars(select(Submission.id).limit(1)).one()
    with pytest.raises(IntegrityError, match="seat_id"), player.database.writing() as session:
        copy_row(session, Submission, answer_id, idempotency_key="again")


@pytest.mark.parametrize("stage", ["supplied", "posted", "founded"])
def test_a_sound_county_has_no_violation(stage: str, county_at: NewCounty) -> None:
    player = county_at(stage)
    assert check(player.database, player.config.data) == []


def test_what_was_acknowledged_is_looked_for(county_at: NewCounty) -> None:
    player = county_at("supplied")
    stored = asked_for(player, "accept_review", "ok")
    assert found(player, acknowledged_is_stored, asked=[stored]) == []
    lost = asked_for(player, "accept_review", "ok", key="lost")
    (violation,) = found(player, acknowledged_is_stored, asked=[stored, lost])
    assert (violation.where, violation.what) == ("lost", "was acknowledged and is stored 0 times")
    other = asked_for(player, "accept_review", "ok", decision="accept")
    (violation,) = found(player, acknowledged_is_stored, asked=[other])
    assert "acknowledged was task" in violation.what
    unanswered = asked_for(player, "accept_review", "unknown", key="lost")
    assert found(player, acknowledged_is_stored, asked=[unanswered]) == []


def test_what_was_refused_is_looked_for(county_at: NewCounty) -> None:
    player = county_at("supplied")
    refused = asked_for(player, "accept_review", "refused", status=409)
    (violation,) = found(player, refused_is_absent, asked=[refused])
    assert violation.what == "was refused with 409 and is stored nevertheless"
    assert found(player, refused_is_absent, asked=[refused, asked_for(player, "accept_review", "ok")]) == []


def test_what_had_no_answer_and_was_refused_when_repeated_is_looked_for(county_at: NewCounty) -> None:
    player = county_at("supplied")
    lost = asked_for(player, "accept_review", "unknown")
    refused = asked_for(player, "accept_review", "refused", status=409)
    (violation,) = found(player, refused_is_absent, asked=[lost, refused])
    assert violation.what == "had no answer, is stored, and its repetition was refused with 409"
    unavailable = asked_for(player, "accept_review", "refused", status=503)
    assert found(player, refused_is_absent, asked=[lost, unavailable]) == [], "nobody knows, and the page says so"
    nothing = [
        asked_for(player, "accept_review", outcome, key="lost", status=409) for outcome in ("unknown", "refused")
    ]
    assert found(player, refused_is_absent, asked=nothing) == []


def test_files_are_held_against_their_rows(county_at: NewCounty) -> None:
    player = county_at("supplied")
    store = FileStore(player.config.data / "files")
    with player.database.reading() as session:
        names = session.scalars(select(StoredFile.sha256).distinct().order_by(StoredFile.sha256)).all()
    altered, shortened, lost = (store.path(name) for name in names[:3])
    altered.write_bytes(altered.read_bytes()[:-1] + b"?")
    shortened.write_bytes(shortened.read_bytes()[:-1])
    lost.unlink()
    an_old_file(store.path("0" * 64))
    an_old_file(store.root / "incoming" / "unfinished")
    said = " ".join(violation.what for violation in found(player, files_are_whole))
    for words in ("other bytes", "its row says", "no bytes", "no row names it", "never finished"):
        assert words in said


def test_a_checkpoint_finds_that_yesterday_was_put_back(county_at: NewCounty) -> None:
    player, later = county_at("supplied"), county_at("accepted")
    with later.database.reading() as session:
        checkpoint = make_checkpoint(session, signing_key(player.config), later.now)
    assert found(player, chains_hold) == []
    said = [violation.what for violation in found(player, chains_hold, checkpoints=[checkpoint])]
    assert any("链尾被截或库被还原" in words for words in said), said
