"""Fonts: a font for every character, or a refusal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workflow_app.records.fonts import FILES, FOLDER, FontSet, load_fonts

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


def test_every_font_has_its_licence_beside_it() -> None:
    readme = (FOLDER / "README.md").read_text()
    assert all(name in readme for name in FILES.values())
    licences = {path.name for path in (FOLDER / "licences").iterdir()}
    assert licences == {name for name in licences if name in readme}
    assert len(licences) == 5
