"""The look of documents against GB/T 9704-2012, measured in the finished PDF."""

from __future__ import annotations

from datetime import date

import pytest

from tests.records.samples import Printed, Word, document, paragraphs, printed
from workflow_app.records import page
from workflow_app.records.document import Attachment, Column, Signatory, Table
from workflow_app.records.fonts import load_fonts
from workflow_app.records.page import MM
from workflow_app.records.press import Press
from workflow_app.records.typeset import Typesetter

IMPRINT = {"cc": "柳溪镇中心小学、石桥村小学", "printer": "青禾县教育体育局办公室", "printed_on": date(2026, 5, 13)}


def last(result: Printed, number: int, text: str) -> Word:
    """The last piece of body text on a page that begins with a text."""
    return next(w for w in reversed(result.words(number)) if w.text.startswith(text) and w.size == 16)


def rules(result: Printed, number: int) -> list[tuple[float, float, float]]:
    """The horizontal rules of a page: left end, right end, height."""
    found: list[tuple[float, float, float]] = []
    start = (0.0, 0.0)
    for operands, operator in result.operations(number):
        if operator == b"m":
            start = (float(operands[0]), float(operands[1]))
        elif operator == b"l" and float(operands[1]) == start[1] and float(operands[0]) - start[0] > 100 * MM:
            found.append((start[0], float(operands[0]), start[1]))
    return found


def test_the_page_is_a4_and_the_type_area_156_by_225_mm() -> None:
    box = printed(document()).reader.pages[0].mediabox
    assert (float(box.width) / MM, float(box.height) / MM) == pytest.approx((210, 297), abs=0.01)
    margins = (page.LEFT / MM, page.TOP / MM, page.BOTTOM / MM)
    type_area = (page.PITCH * 28 / MM, page.LINE * 22 / MM)
    assert margins == pytest.approx((28, 37, 35))
    assert type_area == pytest.approx((156, 225))


def test_the_red_head() -> None:
    result = printed(document())
    words = result.words(1)
    mark = next(w for w in words if "文件" in w.text)
    number = next(w for w in words if w.text.startswith("青教体复") and w.size == 16)
    (rule,) = rules(result, 1)
    assert mark.y + mark.size * 0.86 == pytest.approx(page.TOP_EDGE - 35 * MM, abs=1)
    assert number.y - rule[2] == pytest.approx(4 * MM, abs=0.1)
    assert (rule[1] - rule[0]) / MM == pytest.approx(156)
    assert mark.y - number.y == pytest.approx(2 * page.LINE + 16)
    title = next(w for w in words if w.size == 22)
    assert rule[2] - title.y == pytest.approx(2 * page.LINE + 22 * 0.86, abs=1)


def test_a_long_name_is_narrowed_to_the_type_area() -> None:
    result = printed(document(issuer="青禾哈尼族彝族傣族自治县教育体育和科学技术局"))
    mark = next(w for w in result.words(1) if "文件" in w.text)
    assert mark.size == 38
    assert mark.x >= page.LEFT - 0.1
    assert any(operator == b"Tz" and float(operands[0]) < 100 for operands, operator in result.operations(1))


def test_page_numbers_stand_outside_on_both_sides_of_the_sheet() -> None:
    result = printed(document(blocks=paragraphs(20)))
    odd = next(w for w in result.words(1) if w.text.startswith("—"))
    even = next(w for w in result.words(2) if w.text.startswith("—"))
    assert even.x == pytest.approx(page.LEFT + page.PITCH)
    assert odd.x + 3 * 14 == pytest.approx(page.RIGHT_EDGE - page.PITCH, abs=14)
    assert odd.y == even.y == pytest.approx(page.BOTTOM - 7 * MM - 10)
    assert "—1—" in result.texts[0]
    assert "—2—" in result.texts[1]


def test_a_document_of_three_pages_has_its_imprint_on_the_even_last_side() -> None:
    result = printed(document(blocks=paragraphs(20), **IMPRINT))
    assert len(result.texts) == 4
    assert [("抄送" in text) for text in result.texts] == [False, False, False, True]
    assert "此件" not in result.texts[3]


def test_an_imprint_without_room_goes_to_the_next_even_side_and_neither_it_nor_the_blank_one_is_numbered() -> None:
    many = {**IMPRINT, "cc": "、".join(f"柳溪镇第{n}小学" for n in range(1, 50))}
    result = printed(document(blocks=paragraphs(8), **many))
    assert [("抄送" in text) for text in result.texts] == [False, False, False, True]
    assert [f"—{n}—" in text for n, text in enumerate(result.texts, 1)] == [True, True, False, False]
    assert "核验码" in result.texts[2]
    assert max(y for _, _, y in rules(result, 4)) < page.TOP_EDGE


def test_the_imprint_ends_on_the_lower_edge_of_the_type_area() -> None:
    result = printed(document(blocks=paragraphs(8), **IMPRINT))
    assert len(result.texts) == 2
    heights = sorted(y for _, _, y in rules(result, 2))
    assert heights[0] == pytest.approx(page.BOTTOM)
    assert len(heights) == 3
    assert "抄送：柳溪镇中心小学、石桥村小学。" in result.texts[1]
    assert "石桥村小学。。" not in result.texts[1]
    assert "青禾县教育体育局办公室2026年5月13日印发" in result.texts[1]


def test_the_signature_stands_four_characters_from_the_right_with_the_name_centred_over_it() -> None:
    result = printed(document(issuer="青禾县教育局"))
    day, name = last(result, 1, "2026"), last(result, 1, "青禾县教育局")
    assert name.y - day.y == pytest.approx(page.LINE, abs=0.01)
    date_end = page.RIGHT_EDGE - 4 * page.PITCH
    width = Typesetter(load_fonts(), 16, 16).width("2026年5月13日")
    assert day.x + width == pytest.approx(date_end, abs=0.01)
    assert name.x + 3 * 16 == pytest.approx((day.x + date_end) / 2, abs=0.5)


def test_an_unsealed_document_has_its_date_two_characters_after_the_name() -> None:
    result = printed(document(sealed=False))
    day, name = last(result, 1, "2026"), last(result, 1, "青禾县教育体育局")
    assert name.y - day.y == pytest.approx(page.LINE, abs=0.01)
    assert day.x - name.x == pytest.approx(2 * page.PITCH, abs=0.01)
    assert name.x + 8 * 16 == pytest.approx(page.RIGHT_EDGE - 2 * page.PITCH, abs=1)


def test_an_agreement_is_signed_by_its_parties_side_by_side_and_not_by_the_bureau() -> None:
    sides = (Signatory(role="甲方", name="白鹭湾小学"), Signatory(role="乙方", name="青禾县实验小学"))
    result = printed(document(layout="plain", sealed=False, signatories=sides, title=("结对帮扶协议书",)))
    first, second = last(result, 1, "白鹭湾小学"), last(result, 1, "青禾县实验小学")
    assert first.y == pytest.approx(second.y)
    assert second.x - first.x == pytest.approx(page.TEXT_WIDTH / 2)
    days = [word for word in result.words(1) if word.text.startswith("日期：")]
    assert {round(first.y - day.y) for day in days} == {round(4 * page.LINE)}, "room for two seals, on one level"
    assert not [word for word in result.words(1) if word.text.startswith("青禾县教育体育局")]
    assert "2026年5月13日" not in result.texts[0], "each side dates it by hand"


def test_parties_with_long_names_sign_on_one_level_and_never_apart_from_the_last_words() -> None:
    long = "青禾哈尼族彝族傣族自治县教育体育和科学技术局第一实验小学"
    sides = tuple(
        Signatory(role=role, name=name) for role, name in (("甲方", long), ("乙方", "石桥村小学"), ("丙方", long))
    )
    result = printed(document(layout="plain", sealed=False, signatories=sides, blocks=paragraphs(9)))
    assert "丙方（盖章）" in result.texts[-1]
    signs = [word for word in result.words(2) if word.text == "签字："]
    assert signs[0].y == pytest.approx(signs[1].y)
    assert "第9条" in result.texts[1]


def test_the_seal_leaves_no_text_behind_and_is_drawn_only_where_one_is_provided() -> None:
    content = document()
    sealed, bare = printed(content), printed(content, Press(base_url="https://qinghe.example.cn"))
    assert sealed.texts == bare.texts
    assert "样章" not in "".join(sealed.texts)
    curves = [sum(operator == b"c" for _, operator in result.operations(1)) for result in (sealed, bare)]
    assert curves[0] > 100
    assert curves[1] == 0


def test_text_can_be_copied_as_it_was_written() -> None:
    name = "𬭎镕喆、玥珺、祎赟堃"
    result = printed(document(blocks=(*paragraphs(1), *document().blocks), recipient=f"青禾县实验小学{name}"))
    whole = "".join(result.texts)
    assert name in whole
    assert "青教体复〔2026〕12号" in whole
    assert "青禾县教育体育局关于同意组建青禾县实验小学教育集团的批复" in whole
    assert "核验码7Q2K9-D4XYZ-ABCDE" in whole


def test_attachments_are_listed_and_drawn_on_pages_of_their_own() -> None:
    table = Table(columns=(Column(title="学校", width=1),), rows=(("石桥村小学",),))
    result = printed(
        document(attachments=(Attachment(title="成员校名单", blocks=(table,)), Attachment(title="章程要点")))
    )
    assert "附件：1.成员校名单2.章程要点" in result.texts[1]
    assert result.texts[2].startswith("附件1成员校名单学校石桥村小学")
    assert len(result.texts) == 3


def test_a_single_attachment_has_no_number() -> None:
    assert "附件：成员校名单" in "".join(printed(document(attachments=(Attachment(title="成员校名单"),))).texts)


def test_a_plain_paper_names_its_issuer_over_the_title() -> None:
    content = document(layout="plain", title=("补正告知书",), number="青教体补〔2026〕3号")
    result = printed(content)
    assert result.texts[0].startswith("青禾县教育体育局补正告知书青教体补〔2026〕3号青禾县实验小学：")
    assert rules(result, 1) == []


def test_every_font_is_embedded() -> None:
    result = printed(document())
    fonts = [f.get_object() for f in result.reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    assert all("/FontFile2" in f["/FontDescriptor"] for f in fonts)
