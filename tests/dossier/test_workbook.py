"""What a spreadsheet holds, read by another library than the one that writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from workflow_app.dossier.tables import Amount, Cell, Row, Table, Value
from workflow_app.dossier.workbook import LONGEST_TEXT, Origin, write_workbook
from workflow_app.errors import InvalidError
from workflow_app.languages import translator
from workflow_app.text import Text

AT = datetime(2026, 4, 8, 1, 30, tzinfo=UTC)
ORIGIN = Origin(Text("{count}所", count=1), "李敏", AT)
CHINESE, ENGLISH = translator("zh"), translator("en")


def written(*rows: Row, columns: Sequence[Text] = (Text("学校"),), of: str = "", english: bool = False) -> bytes:
    """A workbook with these rows."""
    table = Table("members", Text("成员校"), columns, rows, 1, of)
    return write_workbook(table, ORIGIN, ENGLISH if english else CHINESE)


def sheet_of(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    """The one sheet of a workbook, as Excel shows it."""
    book = openpyxl.load_workbook(BytesIO(content))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


@pytest.mark.parametrize(
    ("value", "kept", "kind", "number_format"),
    [
        ("青禾县第一中学", "青禾县第一中学", "s", "General"),
        (Text("加入"), "加入", "s", "General"),
        (3, 3, "n", "General"),
        (Decimal("12.50"), 12.5, "n", "General"),
        (Amount(4, Text("{count}人", count=4)), 4, "n", "General"),
        (date(2026, 9, 1), datetime.fromisoformat("2026-09-01"), "d", "yyyy-mm-dd"),
        (AT, datetime.fromisoformat("2026-04-08 09:30"), "d", "yyyy-mm-dd hh:mm"),
        (date(1900, 2, 28), "1900-02-28", "s", "General"),
        (None, None, "n", "General"),
        ("", None, "n", "General"),
    ],
    ids=["name", "text", "number", "decimal", "amount", "day", "moment", "day-before-excel", "nothing", "empty"],
)
def test_a_value_keeps_its_kind(value: Value, kept: object, kind: str, number_format: str) -> None:
    cell = sheet_of(written([value]))["A4"]
    assert (cell.value, cell.data_type, cell.number_format) == (kept, kind, number_format)


@pytest.mark.parametrize(
    "begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "http://x"]
)
def test_what_looks_like_a_formula_or_a_link_is_a_text(begin: str) -> None:
    cell = sheet_of(written([begin]))["A4"]
    assert unescape(cell.value) == begin
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert bool(cell.quotePrefix) == (begin != "http://x"), "edited in Excel it must stay a text as well"


def test_signs_that_xml_does_not_know_come_back_as_they_were() -> None:
    said = "a\x01b<&>\U00020000"
    assert unescape(sheet_of(written([said]))["A4"].value) == said


def test_the_sheet_says_what_it_is_and_its_headings_stay_in_view() -> None:
    content = written(["甲校", 1], ["乙校", 2], columns=(Text("学校"), Text("身份")), of="甲集团")
    sheet = sheet_of(content)
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["甲集团 成员校", None],
        ["1所", None],
        ["学校", "身份"],
        ["甲校", 1],
        ["乙校", 2],
    ]
    assert sheet.title == "甲集团 成员校"
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:B5"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet["A3"].font.bold
    assert openpyxl.load_workbook(BytesIO(content)).properties.creator == "李敏"


def test_in_english_the_headings_are_english_and_names_stay() -> None:
    sheet = sheet_of(written(["甲校", Text("龙头校")], columns=(Text("学校"), Text("身份")), english=True))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        ["School", "Role"],
        ["甲校", "Lead school"],
    ]


@pytest.mark.parametrize(
    ("value", "width"), [("短", 10), ("青" * 10, 22), ("青" * 100, 48)], ids=["short", "ten", "long"]
)
def test_a_column_is_as_wide_as_what_it_holds_within_bounds(value: str, width: int) -> None:
    # Excel adds the margin of its font, less than one character, to the width that was asked for.
    assert sheet_of(written([value])).column_dimensions["A"].width == pytest.approx(width, abs=1)


def test_a_name_of_a_sheet_has_no_sign_that_excel_refuses() -> None:
    assert sheet_of(written(of="甲/乙[丙]:*?\\" + "丁" * 40)).title == "甲 乙 丙" + " " * 5 + "丁" * 21


def test_a_void_value_is_struck_out() -> None:
    sheet = sheet_of(written([Cell("甲校", is_void=True)], ["乙校"]))
    assert [sheet["A4"].font.strike, sheet["A5"].font.strike] == [True, None]


def test_a_text_that_a_cell_cannot_hold_is_refused() -> None:
    assert sheet_of(written(["长" * LONGEST_TEXT]))["A4"].value == "长" * LONGEST_TEXT
    with pytest.raises(InvalidError, match="“学校”一栏有超过32767字的内容"):
        written(["长" * (LONGEST_TEXT + 1)])


def test_the_same_table_gives_the_same_bytes() -> None:
    assert written(["甲校"]) == written(["甲校"])


def test_a_row_with_a_cell_too_many_is_no_table() -> None:
    with pytest.raises(ValueError, match="members: a row has more or fewer cells"):
        written(["甲校", "乙校"])
