"""One text of clauses against another: what a reader is shown as added, deleted, changed and moved."""

from __future__ import annotations

import pytest

from workflow_app.definitions.clauses import Clause
from workflow_app.definitions.comparison import Comparison, Line, compare
from workflow_app.text import Text

PURPOSE = Clause("purpose", "集团坚持公益办学，促进教育公平。")
COUNCIL = Clause("organisation", "理事会每学期召开一次会议。")
TEACHERS = Clause("management", "龙头校统筹集团教师交流。")
SAFETY = Clause("safety", "集团设安全工作专班。")
OLD = (PURPOSE, COUNCIL, TEACHERS, SAFETY)


def redline(new: tuple[Clause, ...], old: tuple[Clause, ...] = OLD) -> Comparison:
    found = compare(old, new, Text("第1版"))
    for line in found.lines:
        # Nothing is lost and nothing invented: the pieces of each text are the text.
        assert "".join(p.text for p in line.pieces if p.mark != "added") == (line.old.text if line.old else "")
        assert "".join(p.text for p in line.pieces if p.mark != "deleted") == (line.new.text if line.new else "")
    assert [line.after for line in found.lines if line.after] == list(range(1, len(new) + 1))
    assert sorted(line.before for line in found.lines if line.before) == list(range(1, len(old) + 1))
    return found


def read(line: Line) -> str:
    signs = {"same": "{}", "added": "[+{}]", "deleted": "[-{}]"}
    return "".join(signs[piece.mark].format(piece.text) for piece in line.pieces)


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        (OLD, []),
        ((), [("删除", "原第一条"), ("删除", "原第二条"), ("删除", "原第三条"), ("删除", "原第四条")]),
        ((PURPOSE, TEACHERS, SAFETY), [("删除", "原第二条")]),
        ((*OLD, Clause("rights", "各成员校享有平等的表决权。")), [("新增", "第五条")]),
        ((PURPOSE, SAFETY, COUNCIL, TEACHERS), [("移动", "第二条（原第四条）")]),
        ((PURPOSE, COUNCIL, TEACHERS, Clause("ideology", SAFETY.text)), [("修改", "第四条")]),
        (
            (PURPOSE, Clause("safety", "集团设安全和食品卫生工作专班。"), COUNCIL, TEACHERS),
            [("移动并修改", "第二条（原第四条）")],
        ),
    ],
    ids=["same", "emptied", "deleted", "added", "moved", "other-chapter", "moved-and-changed"],
)
def test_what_became_of_each_clause_is_said_in_words(new: tuple[Clause, ...], changes: list[tuple[str, str]]) -> None:
    assert [(str(line.change), str(line.place)) for line in redline(new).changes] == changes


def test_a_clause_that_only_got_another_number_is_no_change() -> None:
    found = redline((COUNCIL, TEACHERS, SAFETY))
    assert [str(line.place) for line in found.lines if not line.is_changed] == [
        "第一条（原第二条）",
        "第二条（原第三条）",
        "第三条（原第四条）",
    ]


def test_within_a_clause_the_characters_are_compared() -> None:
    (changed,) = redline((PURPOSE, Clause("organisation", "理事会每学期至少召开两次会议。"), TEACHERS, SAFETY)).changes
    assert read(changed) == "理事会每学期[+至少]召开[-一][+两]次会议。"


def test_single_characters_between_changes_are_not_left_standing() -> None:
    (changed,) = redline(
        (Clause("safety", "每周二巡检一次校舍。"),), (Clause("safety", "每月五检查一次校舍。"),)
    ).changes
    assert read(changed) == "每[-月五检查][+周二巡检]一次校舍。"


def test_long_clauses_are_compared_by_phrases() -> None:
    phrases = [f"第{number}项工作由龙头校牵头落实，" for number in range(40)]
    old = Clause("management", "".join(phrases))
    new = Clause("management", "".join([*phrases[:7], "第七项由成员校落实，", *phrases[8:]]))
    (changed,) = redline((new,), (old,)).changes
    assert [(p.mark, p.text) for p in changed.pieces if p.mark != "same"] == [
        ("deleted", phrases[7]),
        ("added", "第七项由成员校落实，"),
    ]


def test_unlike_clauses_are_one_deleted_and_one_added() -> None:
    new = (PURPOSE, COUNCIL, TEACHERS, Clause("safety", "学校食堂实行校长陪餐制度。"))
    assert [(line.state, line.before, line.after) for line in redline(new).changes] == [
        ("deleted", 4, None),
        ("added", None, 4),
    ]


def test_the_counts_leave_out_what_does_not_occur() -> None:
    counts = redline((PURPOSE, TEACHERS, SAFETY)).counts
    assert [(str(words), count) for words, count in counts] == [("删除", 1), ("未变", 3)]


def test_a_first_text_is_all_new() -> None:
    assert {line.state for line in redline(OLD, ()).lines} == {"added"}
