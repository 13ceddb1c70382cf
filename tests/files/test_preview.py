"""Previews: small, upright, without what the camera wrote beside the picture; and nothing but a refusal of the rest."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.files.samples import PDF, flood_jpg, flood_png, image
from workflow_app.errors import NotFoundError
from workflow_app.files import preview
from workflow_app.files.preview import LONGEST_SIDE, make_preview

ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825


def photograph(kind: str = "JPEG") -> bytes:
    """A picture as a telephone stores it: lying on its side, with the device and the place beside it."""
    picture = Image.new("RGB", (1200, 600), "green")
    picture.paste("red", (0, 0, 300, 600))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Telephone"
    exif.get_ifd(PLACE)[2] = (24.0, 31.0, 52.0)
    out = BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_is_shown_small_and_upright_without_its_place(kind: str) -> None:
    data = photograph(kind)
    assert b"Telephone" in data
    small = make_preview(BytesIO(data))
    assert b"Telephone" not in small
    assert b"Exif" not in small
    with Image.open(BytesIO(small)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (LONGEST_SIDE // 2, LONGEST_SIDE))
        assert not shown.getexif()
        (red, green, _), below = shown.getpixel((120, 20)), shown.getpixel((120, 400))  # type: ignore[misc]
    assert red > green, "what lay on the left stands above"
    assert below[1] > below[0]  # type: ignore[index]


def test_what_is_transparent_stands_on_paper() -> None:
    out = BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(make_preview(out))) as shown:
        assert (shown.size, shown.getpixel((5, 5))) == ((30, 20), (255, 255, 255))


DAMAGED = {
    "empty": b"",
    "PDF": PDF,
    "GIF": b"GIF89a" + bytes(40),
    "cut PNG": image("PNG", (300, 300))[:120],
    "cut JPEG": image("JPEG", (300, 300))[:200],
    "no pixels": flood_png(400, 400),
    "huge PNG": flood_png(65_000, 65_000),
    "huge JPEG": flood_jpg(),
    "wide PNG": flood_png(2**31 - 1, 1),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_what_is_no_sound_picture_has_no_preview(what: str) -> None:
    with pytest.raises(NotFoundError):
        make_preview(BytesIO(DAMAGED[what]))


def test_a_picture_too_large_to_be_unpacked_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_PIXELS", 99)
    assert make_preview(BytesIO(image("PNG", (11, 9))))
    with pytest.raises(NotFoundError):
        make_preview(BytesIO(image("PNG", (10, 10))))
