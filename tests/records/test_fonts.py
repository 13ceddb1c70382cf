"""Fonts: a font for every character, or a refusal."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from workflow_app.records.fonts import FontSet, load_fonts
from workflow_app.records.typefaces import FILES, FOLDER, Role, Typefaces

RARE = "𬭎镕喆玥珺祎赟堃"


def test_rare_characters_of_names_have_a_glyph() -> None:
    assert load_fonts().missing_glyphs(f"{RARE}〔2026〕①№㎡") == set()


def test_a_character_that_no_font_has_is_named() -> None:
    assert load_fonts().missing_glyphs("李𪚥☑\n同意") == {"𪚥", "☑"}
    with pytest.raises(LookupError, match=r"U\+2A6A5"):
        load_fonts().font_for("fang", "𪚥")


def test_the_body_font_gives_way_character_by_character() -> None:
    fonts = load_fonts()
    roles = [fonts.font_for("fang", c).split("-")[0] for c in "局镕7"]
    assert roles == ["fang", "rare", "song"]


def test_a_bureaus_own_font_comes_first_and_the_shipped_ones_fill_its_gaps(tmp_path: Path) -> None:
    shutil.copy(FOLDER / FILES["kai"], tmp_path / FILES["title"])
    own = FontSet(tmp_path)
    shipped = load_fonts()
    assert own.font_for("title", "青") != shipped.font_for("title", "青")
    assert own.font_for("hei", "青") == shipped.font_for("hei", "青")
    assert own.missing_glyphs(RARE) == set()
    assert own.version != shipped.version


@pytest.mark.parametrize("role", FILES)
def test_what_is_said_of_a_font_is_what_it_draws(role: Role) -> None:
    """The process that issues documents reads the characters by itself; the drawing library is what draws them."""
    fonts = load_fonts()
    drawn = fonts.face(next(name for name in fonts.files if name.startswith(role))).charToGlyph
    codes = {max(0, code + step) for code in drawn for step in (-1, 0, 1)}
    assert [code for code in codes if fonts.covers(role, chr(code)) != bool(drawn.get(code))] == []


def test_one_who_does_not_draw_names_the_same_fonts(tmp_path: Path) -> None:
    shutil.copy(FOLDER / FILES["hei"], tmp_path)
    for override in (None, tmp_path):
        assert Typefaces(override).version == load_fonts(override).version


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"x" * 9, "buffer"), (b"\0\1\0\0\0\1" + b"\0" * 6 + b"cmap" + b"\0" * 12, "no TrueType outlines")],
    ids=["cut off", "no outlines"],
)
def test_a_file_that_is_no_font_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / FILES["hei"]).write_bytes(content)
    with pytest.raises(ValueError, match=rf"hei\.ttf: .*{says}"):
        Typefaces(tmp_path)


def test_a_character_without_a_glyph_inside_of_a_run_is_not_had(tmp_path: Path) -> None:
    """Licensed fonts of one part of the characters have runs with gaps: an empty box would be drawn there."""
    segments = [(0x4E00, 0x4E03, 0, 6), (0x5000, 0x5002, 0x10000 - 0x5001, 0), (0xFFFF, 0xFFFF, 1, 0)]
    columns = list(zip(*segments, strict=True))
    first, last, delta, offset = (struct.pack(">3H", *column) for column in columns)
    body = struct.pack(">4H", 6, 0, 0, 0) + last + b"\0\0" + first + delta + offset + struct.pack(">4H", 5, 0, 6, 7)
    (tmp_path / FILES["fang"]).write_bytes(_font(struct.pack(">3H", 4, 14 + len(body), 0) + body))
    own = Typefaces(tmp_path)
    assert [own.covers("fang", chr(code)) for code in range(0x4E00, 0x4E04)] == [True, False, True, True]
    assert [own.covers("fang", chr(code)) for code in range(0x5000, 0x5003)] == [True, False, True]
    assert not own.covers("fang", "\uffff")


def test_a_table_of_characters_that_is_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / FILES["fang"]).write_bytes(_font(struct.pack(">5H", 6, 10, 0, 0x4E00, 0)))
    with pytest.raises(ValueError, match=r"fang\.ttf: .*format 6"):
        Typefaces(tmp_path)


def _font(characters: bytes) -> bytes:
    """A font of nothing but outlines and one Unicode table of characters."""
    cmap = struct.pack(">HHHHL", 0, 1, 3, 1, 12) + characters
    head = struct.pack(">LHHHH", 0x00010000, 2, 0, 0, 0)
    tables = struct.pack(">4sLLL4sLLL", b"cmap", 0, 44, len(cmap), b"glyf", 0, 44 + len(cmap), 0)
    return head + tables + cmap


def test_every_font_has_its_licence_beside_it() -> None:
    readme = (FOLDER / "README.md").read_text()
    assert all(name in readme for name in FILES.values())
    licences = {path.name for path in (FOLDER / "licences").iterdir()}
    assert licences == {name for name in licences if name in readme}
    assert len(licences) == 5
