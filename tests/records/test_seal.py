"""Seals: a sample one that says so, a bureau's own image, or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.records.samples import document, printed
from workflow_app.config import from_environment
from workflow_app.records.fonts import load_fonts
from workflow_app.records.outlines import Outlines, Point, trace
from workflow_app.records.press import Press, press_of
from workflow_app.records.seals import MountedSeals, NoSeals, SampleSeals


def test_a_mounted_image_is_pressed_in_natural_size(tmp_path: Path) -> None:
    Image.new("RGBA", (200, 200), (230, 0, 18, 120)).save(tmp_path / "青禾县教育体育局.png")
    result = printed(document(), Press(seals=MountedSeals(tmp_path)))
    placements = [operands for operands, operator in result.operations(1) if operator == b"cm"]
    size = 42 * 72 / 25.4
    assert any(float(o[0]) == pytest.approx(size, abs=0.01) == float(o[3]) for o in placements)
    assert MountedSeals(tmp_path).seal_of("别的单位") is None


def test_only_the_demo_county_gets_sample_seals(tmp_path: Path) -> None:
    def seals(**settings: str) -> object:
        return press_of(from_environment({"WORKFLOW_APP_DATA": str(tmp_path), **settings})).seals

    assert isinstance(seals(WORKFLOW_APP_DEMO="1"), SampleSeals)
    assert isinstance(seals(), NoSeals)
    (tmp_path / "seals").mkdir()
    assert isinstance(seals(), MountedSeals)


@pytest.mark.parametrize("name", ["局", "青禾县教育体育局", "青禾哈尼族彝族傣族自治县教育体育和科学技术局"])
def test_a_sample_seal_takes_any_name(name: str) -> None:
    assert printed(document(issuer=name)).data != printed(document(issuer=name), Press()).data


def test_the_outline_of_a_character_fills_its_square() -> None:
    fonts = load_fonts()
    outlines = Outlines(fonts.face(fonts.font_for("title", "国")))
    points = [point for contour in outlines.contours("国") for point in contour]
    assert 0 <= min(p.x for p in points) < 0.2 * outlines.units
    assert 0.8 * outlines.units < max(p.x for p in points) <= outlines.units
    assert outlines.contours("　") == []


def test_a_contour_of_off_curve_points_closes_on_itself() -> None:
    square = [Point(0, 0, on=False), Point(2, 0, on=False), Point(2, 2, on=False), Point(0, 2, on=False)]
    moves: list[tuple[float, ...]] = []
    trace(square, lambda *a: moves.append(a), lambda *a: moves.append(a), lambda *a: moves.append(a))
    assert moves[0] == (1, 0)
    assert moves[-1][-2:] == (1, 0)
    assert len(moves) == 5
