"""Tables over pages."""

from __future__ import annotations

from collections.abc import Sequence

from tests.records.samples import document, printed
from workflow_app.records import page
from workflow_app.records.document import Column, Paragraph, RecordContent, Table

COLUMNS = (
    Column(title="序号", width=12, align="center"),
    Column(title="补正事项", width=60),
    Column(title="原因", width=84),
)


def notice(rows: Sequence[tuple[str, ...]], columns: tuple[Column, ...] = COLUMNS) -> RecordContent:
    """A working paper with a table."""
    blocks = (
        Paragraph(text="现一次告知如下："),
        Table(columns=columns, rows=tuple(rows)),
        Paragraph(text="特此告知。"),
    )
    return document(layout="plain", title=("补正告知书",), blocks=blocks)


def test_titles_return_on_every_page_and_each_row_is_drawn_once() -> None:
    rows = [(str(n), f"事项甲{n:02d}", "所附材料缺少学校公章，日期与会议记录不一致。") for n in range(1, 61)]
    texts = printed(notice(rows)).texts
    assert len(texts) > 4
    with_rows = [text for text in texts if "事项甲" in text]
    assert [text.count("补正事项") for text in with_rows] == [1] * len(with_rows)
    assert all("".join(texts).count(f"事项甲{n:02d}") == 1 for n in range(1, 61))


def test_a_row_taller_than_a_page_goes_on_over_the_next() -> None:
    reason = "".join(f"第{n}点：会议记录没有载明到会人数和表决结果；" for n in range(1, 120))
    result = printed(notice([("1", "教代会决议", reason), ("2", "法人证书", "已过期")]))
    whole = "".join(result.texts)
    assert len(result.texts) >= 3
    assert all(f"第{n}点" in whole for n in range(1, 120))
    cells = [word.y for n in range(1, len(result.texts) + 1) for word in result.words(n) if word.size == 12]
    assert min(cells) > page.BOTTOM


def test_a_table_without_titles_has_no_header() -> None:
    columns = (Column(width=40, align="center", label=True), Column(width=116))
    (text,) = printed(notice([("龙头校", "青禾县实验小学")], columns)).texts
    assert "龙头校青禾县实验小学" in text


def test_an_empty_cell_keeps_its_place() -> None:
    (text,) = printed(notice([("1", "", "缺页")])).texts
    assert "1缺页" in text
