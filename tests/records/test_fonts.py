"""Fonts: a font for every character, or a refusal."""

from __future__ import annotations

import shutil
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
    assert [code for code in codes if fonts.covers(role, chr(code)) != (code in drawn)] == []


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


def test_every_font_has_its_licence_beside_it() -> None:
    readme = (FOLDER / "README.md").read_text()
    assert all(name in readme for name in FILES.values())
    licences = {path.name for path in (FOLDER / "licences").iterdir()}
    assert licences == {name for name in licences if name in readme}
    assert len(licences) == 5
