"""Previews of pictures: for whom the picture itself is, sent so that it can do nothing, and refused calmly."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.county import NewCounty
from tests.files.samples import flood_png, image
from tests.web.site import app_of, signed_in_there
from workflow_app.demo.evidence import sample_pdf


def test_a_preview_goes_to_whom_the_picture_is_shown(county_at: NewCounty) -> None:
    player = county_at("empty")
    case_id = player.start("linxiao", "group-formation")
    files = [("现场.jpg", image("JPEG", (900, 600))), ("空白.png", flood_png(500, 500)), ("表.pdf", sample_pdf("表"))]
    photo, hollow, paper = (player.upload("linxiao", case_id, name, data) for name, data in files)
    app = app_of(player)
    clerk, stranger = signed_in_there(app, "linxiao"), signed_in_there(app, "majun")
    answer = clerk.get(f"/files/{photo}?view=small")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert Image.open(BytesIO(answer.data)).size == (480, 320)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == "inline"
    for number in (hollow, paper, 99):
        assert clerk.get(f"/files/{number}?view=small").status_code == 404
    assert stranger.get(f"/files/{photo}?view=small").status_code == 404
