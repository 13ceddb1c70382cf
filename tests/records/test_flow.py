"""How documents fill pages: what is kept together, what is repeated, where a signature may stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.records.samples import document, paragraphs, printed
from workflow_app.records import page
from workflow_app.records.document import Attachment
from workflow_app.records.flow import Flow, Strip, gap, keep_ending
from workflow_app.records.fonts import load_fonts
from workflow_app.records.sheet import Sheet

Placed = list[tuple[int, str]]


def placed(strips: list[tuple[str, Strip]]) -> Placed:
    """The page number of each named strip, as drawn."""
    seen: Placed = []
    sheet = Sheet(load_fonts(), title="t", author="a", subject="s", made_on=date(2026, 5, 13))

    def drawn(name: str, strip: Strip) -> Strip:
        header = drawn(f"{name} header", strip.header) if strip.header else None
        return replace(strip, draw=lambda s, _y: seen.append((s.number, name)), header=header)

    flow = Flow(sheet, lambda _: None)
    flow.place([drawn(name, strip) if strip.draw else strip for name, strip in strips])
    flow.end()
    return seen


def band(share: float, *, keep: bool = False, header: Strip | None = None, starts_page: bool = False) -> Strip:
    """A strip that takes a share of a page."""
    return Strip(share * page.TEXT_HEIGHT, lambda _s, _y: None, keep, header, starts_page)


def test_strips_fill_a_page_to_its_end() -> None:
    assert placed([(str(n), band(1 / 22)) for n in range(23)])[-2:] == [(1, "21"), (2, "22")]


def test_a_heading_goes_with_its_text() -> None:
    strips = [("text", band(0.9)), ("heading", band(0.05, keep=True)), ("body", band(0.1))]
    assert placed(strips) == [(1, "text"), (2, "heading"), (2, "body")]


def test_of_a_group_taller_than_a_page_the_end_is_kept_together() -> None:
    strips = [(str(n), band(0.3, keep=True)) for n in range(4)]
    assert [number for number, _ in placed(strips)] == [1, 2, 2, 2]


def test_a_strip_as_tall_as_a_page_takes_one() -> None:
    assert placed([("one", band(0.1)), ("tall", band(1.0)), ("two", band(0.1))]) == [
        (1, "one"),
        (2, "tall"),
        (3, "two"),
    ]


def test_a_gap_is_left_out_at_the_top_of_a_page() -> None:
    strips = [("one", band(0.95)), ("gap", gap(0.1 * page.TEXT_HEIGHT)), ("two", band(1.0))]
    assert placed(strips) == [(1, "one"), (2, "two")]


def test_the_header_of_a_table_returns_on_each_page() -> None:
    header = band(0.1)
    rows = [(f"row{n}", band(0.3, header=header)) for n in range(5)]
    assert placed([("header", replace(header, keep=True)), *rows]) == [
        (1, "header"),
        (1, "row0"),
        (1, "row1"),
        (1, "row2"),
        (2, "row3 header"),
        (2, "row3"),
        (2, "row4"),
    ]


def test_an_annex_begins_a_page() -> None:
    assert placed([("text", band(0.1)), ("annex", band(0.1, starts_page=True))]) == [(1, "text"), (2, "annex")]


def test_keep_ending_counts_what_is_drawn() -> None:
    kept = keep_ending([band(0.1), band(0.1), gap(3.0), band(0.1)], 2)
    assert [s.keep for s in kept] == [False, True, True, True]


@pytest.mark.parametrize("attachments", [(), (Attachment(title="章程要点"),)])
@pytest.mark.parametrize("count", range(1, 12))
def test_a_signature_never_stands_alone(count: int, attachments: tuple[Attachment, ...]) -> None:
    texts = printed(document(blocks=paragraphs(count), attachments=attachments)).texts
    (with_date,) = [text for text in texts if "青禾县教育体育局2026年5月13日" in text]
    before = with_date.split("青禾县教育体育局2026年5月13日")[0]
    assert len(before) >= 20
