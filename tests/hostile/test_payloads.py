"""Stored scripts: what people type into any field stays text, on every page that shows it, and in every document."""

from __future__ import annotations

from io import BytesIO

import pytest
from markupsafe import escape
from pypdf import PdfReader
from sqlalchemy import select

from tests.county import NewCounty
from tests.hostile.fuzz import TOTAL, count
from tests.hostile.payloads import PAYLOADS, Poisoner, active_content
from tests.hostile.site import PEOPLE, Site
from workflow_app.demo import formation
from workflow_app.files.models import StoredFile
from workflow_app.files.store import FileStore
from workflow_app.records.models import RecordArtefact
from workflow_app.web import create_app

pytestmark = pytest.mark.sweep

READERS = (*PEOPLE, "zhoumin", "qiankun", "yangfan", "shenqing")
TURNS = range(len(PAYLOADS)) if TOTAL else (0,)


@pytest.mark.parametrize("turn", TURNS)
def test_what_is_typed_stays_text_everywhere(turn: int, county_at: NewCounty) -> None:
    county = county_at("empty")
    player = Poisoner(county.config, county.database, county.now, turn=turn)
    player.rename_everybody()
    case_id = formation.play(player)
    assert len(set(player.typed)) >= 2 * len(PAYLOADS)
    withdrawn = player.start("linxiao", "group-formation")
    player.do("linxiao", withdrawn, "apply", formation.application(player, withdrawn))
    player.withdraw("linxiao", withdrawn, player.payload(500))
    player.work_until(player.now)
    app = create_app(player.config, database=player.database, clock=lambda: player.now)
    site, shown = Site(player, app), ""
    for number, person in enumerate(READERS):
        site.client(person).set_cookie("language", ("zh", "en")[number % 2])
        for address, answer in site.pages(person, 2):
            count("pages with payloads")
            shown += answer.text
            assert answer.status_code in (200, 302), (person, address)  # the front door leads on
            assert active_content(answer.text) == [], (person, address)
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self';" in policy, address
            assert "unsafe" not in policy, address
    for payload in PAYLOADS:
        escaped = str(escape(payload))
        assert escaped in shown, f"no page shows {payload}"
    assert f"/cases/{case_id}" in shown
    _documents_hold_plain_text(player)


def _documents_hold_plain_text(player: Poisoner) -> None:
    """Every document of the county, read as a machine reads it: what looks like a tag stands there as it was typed."""
    store, words = FileStore(player.config.data / "files"), ""
    with player.database.reading() as session:
        rendered = select(StoredFile.sha256).join(RecordArtefact, RecordArtefact.file_id == StoredFile.id)
        files = session.scalars(rendered).all()
        names = session.scalars(select(StoredFile.name)).all()
    assert len(files) >= 7
    for sha256 in files:
        with store.open(sha256) as handle:
            data = handle.read()
        assert not any(word in data for word in (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile"))
        words += "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages)
        count("documents with payloads")
    told = [payload for payload in PAYLOADS if "".join(payload.split()) in words]
    assert len(told) == len(PAYLOADS), set(PAYLOADS) - set(told)
    assert not [name for name in names if any(sign in name for sign in '<>:"|?*/\\')]
