"""Rules of a charter (D06), as tables at their exact thresholds: parts, members heard, answers, vote, voted text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.county import in_chinese
from tests.registers.conftest import County
from workflow_app.definitions.case_view import Answered
from workflow_app.definitions.clauses import clauses_in, text_hash
from workflow_app.errors import ConflictError, WorkflowError
from workflow_app.policy.profiles import read_profile
from workflow_app.registers.charters import CHAPTERS, file_charter_text, in_groups, settle_charter
from workflow_app.registers.charters_checks import (
    charter_answered,
    charter_as_voted,
    charter_chapters,
    charter_heard,
    charter_opinion,
    charter_vote,
)
from workflow_app.registers.models import CharterEntry

PARTS = tuple(CHAPTERS)
MEMBERS = ("柳溪镇中心小学", "石桥村小学")


def rows(*chapters: str) -> list[dict[str, str]]:
    return [{"chapter": chapter, "text": f"{chapter} {number}"} for number, chapter in enumerate(chapters)]


@pytest.fixture
def begun(county: County, founded: Callable[[], int]) -> County:
    """The group of E1 has begun; a draft with every part is handed in."""
    founded()
    county.on(date(2026, 9, 8))
    county.answer("draft", {"clauses": rows(*PARTS)})
    return county


def replied(county: County, school: str, *opinions: dict[str, Any]) -> None:
    """A member's answer."""
    answers = {"decision": "opinions" if opinions else "agree", "opinions": list(opinions)}
    ident = county.ids[school]
    county.given.append(Answered("consult", answers, None, None, "杨帆", ident, "school_clerk", county.act.today))


def adopted(county: County) -> None:
    """Both members heard, the text settled and voted on."""
    for school in MEMBERS:
        replied(county, school)
    county.facts["settle_text"] = dict(settle_charter(county.operating("settle_text")).facts)
    county.facts["vote"] = {"decision": "adopted"}
    county.answer("vote", {"held_on": "2026-09-08"})


@pytest.mark.parametrize("profile", ["003", "004"])
def test_every_part_that_policy_asks_for_is_a_chapter(profile: str) -> None:
    (parts,) = [p.value for p in read_profile(profile).parameters if p.key == "charter_parts"]
    assert set(parts.split(",")) <= set(CHAPTERS)


@pytest.mark.parametrize(
    ("chapters", "level", "said"),
    [
        (PARTS, "clear", "章程必备内容齐全"),
        (PARTS[::-1], "clear", "章程必备内容齐全"),
        ((*PARTS, "powers"), "clear", "章程必备内容齐全"),
        (PARTS[:-1], "error", "章程缺少必备内容：权责界限。"),
        (PARTS[2:], "error", "章程缺少必备内容：办学宗旨、办学理念。"),
        ((), "error", "章程缺少必备内容：办学宗旨、"),
        ((*PARTS, "purpose"), "error", "同一章的条文应当排在一起：办学宗旨。"),
    ],
    ids=["all", "any-order", "two-in-one", "one-missing", "two-missing", "none", "split"],
)
def test_the_parts_of_a_charter(begun: County, chapters: tuple[str, ...], level: str, said: str) -> None:
    found = charter_chapters(begun.answering("draft", {"clauses": rows(*chapters)}))
    assert (found.level, said in str(found.message)) == (level, True)
    assert found.clause == "003·A2二(二)2"


def test_who_leads_no_group_files_no_charter(county: County) -> None:
    found = charter_chapters(county.answering("draft", {"clauses": rows(*PARTS)}))
    assert (found.level, "不是任何教育集团的龙头校" in str(found.message)) == ("error", True)


@pytest.mark.parametrize(
    ("heard", "level", "share"),
    [((), "error", "0/2"), (MEMBERS[:1], "error", "1/2"), (MEMBERS, "clear", "2/2")],
)
def test_every_member_of_the_day_is_heard(begun: County, heard: tuple[str, ...], level: str, share: str) -> None:
    for school in heard:
        replied(begun, school)
    found = charter_heard(begun.answering("check", {}))
    assert (found.level, in_chinese(found.figures)) == (level, {"成员校意见": share})


@pytest.mark.parametrize(("clause", "level"), [(1, "clear"), (9, "clear"), (10, "error"), (0, "error")])
def test_an_opinion_is_about_a_clause_of_the_draft(begun: County, clause: int, level: str) -> None:
    found = charter_opinion(begun.answering("consult", {"opinions": [{"clause": clause, "remark": "建议修改"}]}))
    assert found.level == level


@pytest.mark.parametrize(
    ("replies", "level"),
    [
        ([(1, "改一")], "clear"),
        ([(1, "改一"), (1, "改一")], "clear"),
        ([], "error"),
        ([(2, "改一")], "error"),
        ([(1, "改一"), (2, "改二")], "error"),
    ],
    ids=["answered", "twice", "none", "other-clause", "invented"],
)
def test_every_opinion_is_answered_and_none_invented(begun: County, replies: list[tuple[int, str]], level: str) -> None:
    replied(begun, MEMBERS[0], {"clause": 1, "remark": "改一"})
    school = begun.ids[MEMBERS[0]]
    answers = {"replies": [{"school": school, "clause": n, "remark": words, "adopted": True} for n, words in replies]}
    assert charter_answered(begun.answering("respond", answers)).level == level


def test_a_later_answer_of_a_member_replaces_the_earlier_one(begun: County) -> None:
    replied(begun, MEMBERS[0], {"clause": 1, "remark": "改一"})
    replied(begun, MEMBERS[0])
    assert charter_answered(begun.answering("respond", {"replies": []})).level == "clear"


@pytest.mark.parametrize(
    ("members", "present", "in_favour", "decision", "problem"),
    [
        (9, 6, 5, "adopted", None),
        (9, 5, 5, "adopted", "未达到法定人数6人"),
        (9, 6, 4, "adopted", "未超过应到人数的半数"),
        (10, 7, 6, "adopted", None),
        (10, 6, 6, "adopted", "未达到法定人数7人"),
        (10, 7, 5, "adopted", "未超过应到人数的半数"),
        (10, 7, 5, "rejected", None),
        (10, 7, 6, "rejected", "与“未通过”不一致"),
        (9, 10, 5, "adopted", "实到人数不能多于应到"),
        (9, 7, 8, "adopted", "实到人数不能多于应到"),
    ],
)
def test_two_thirds_are_present_and_more_than_half_of_all_in_favour(
    begun: County, members: int, present: int, in_favour: int, decision: str, problem: str | None
) -> None:
    counts = {"members": members, "present": present, "in_favour": in_favour}
    found = charter_vote(begun.answering("vote", {**counts, "decision": decision, "held_on": "2026-09-08"}))
    assert found.level == ("error" if problem else "clear")
    assert (problem or "到会") in str(found.message)


@pytest.mark.parametrize(("days", "level"), [(0, "clear"), (1, "error")])
def test_a_vote_does_not_lie_ahead(begun: County, days: int, level: str) -> None:
    held = (begun.act.today + timedelta(days)).isoformat()
    counts = {"members": 9, "present": 9, "in_favour": 9, "decision": "adopted", "held_on": held}
    assert charter_vote(begun.answering("vote", counts)).level == level


def test_the_text_goes_to_those_not_heard_then_to_the_vote_then_to_the_check(begun: County) -> None:
    def following() -> str:
        facts = dict(settle_charter(begun.operating("settle_text")).facts)
        begun.facts["settle_text"] = facts
        return str(facts["next"])

    replied(begun, MEMBERS[0])
    assert following() == "consult"
    replied(begun, MEMBERS[1])
    assert following() == "vote"
    begun.facts["vote"] = {"decision": "rejected"}
    assert following() == "vote"
    begun.facts["vote"] = {"decision": "adopted"}
    assert following() == "check"
    begun.answer("draft", {"clauses": rows(*PARTS, "powers")})
    assert following() == "vote"


def test_what_was_changed_after_the_vote_is_neither_approved_nor_filed(begun: County) -> None:
    adopted(begun)
    assert charter_as_voted(begun.answering("check", {})).level == "clear"
    changed = rows(*PARTS, "powers")
    begun.answer("draft", {"clauses": changed})
    found = charter_as_voted(begun.answering("check", {}))
    assert (found.level, "请退回重新表决" in str(found.message)) == ("error", True)
    assert in_chinese(found.figures) == {
        "本次文本校验码": in_groups(text_hash(clauses_in(changed))),
        "表决文本校验码": in_groups(text_hash(clauses_in(rows(*PARTS)))),
    }
    with pytest.raises(ConflictError, match="与集团理事会表决通过的文本不一致"):
        file_charter_text(begun.operating("register"))


@pytest.mark.parametrize(
    ("asked", "effective"),
    [(None, date(2026, 9, 8)), ("2026-09-07", date(2026, 9, 8)), ("2026-09-09", date(2026, 9, 9))],
)
def test_a_charter_is_in_force_from_its_approval_or_the_later_day_asked_for(
    begun: County, asked: str | None, effective: date
) -> None:
    begun.answer("draft", {"clauses": rows(*PARTS), "effective_on": asked})
    adopted(begun)
    filed = file_charter_text(begun.operating("register"))
    assert filed.facts["version"] == 1
    with pytest.raises(ConflictError):
        file_charter_text(begun.operating("register"))
    assert begun.act.session.scalars(select(CharterEntry.effective_on)).all() == [effective]


def test_who_leads_no_group_any_more_has_nothing_filed(county: County) -> None:
    county.answer("draft", {"clauses": rows(*PARTS)})
    with pytest.raises(WorkflowError, match="没有由本校牵头的集团"):
        file_charter_text(county.operating("register"))
