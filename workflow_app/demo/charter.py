"""The charter of the group of worked case E1 amended: members heard clause by clause, a vote of the council, filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CLERK, MEMBERS, OFFICER
from workflow_app.demo.player import Player

MEMBER_CLERKS = ("yangfan", "shilei")
"""Who answers for 柳溪镇中心小学 and for 石桥村小学."""
LAWYER, LEADER = "wusiyuan", "zhengguodong"

CLAUSES: Sequence[tuple[str, str]] = (
    ("purpose", "集团坚持公益办学，促进城乡教育公平。"),
    ("philosophy", "集团坚持共建共享、各美其美的办学理念。"),
    ("organisation", "集团设理事会，由各校校长组成，理事长由龙头校校长担任。"),
    ("organisation", "理事会每学期召开一次会议，三分之二以上理事到会方可表决。"),
    ("management", "集团统筹教师交流，学生学籍由各校分别管理。"),
    ("research", "集团每月开展一次联合教研。"),
    ("safety", "集团设安全工作专班，各校校长为本校安全第一责任人。"),
    ("ideology", "集团党组织统一领导意识形态工作。"),
    ("rights", "各成员校享有平等的表决权，承担共享优质资源的义务。"),
    ("powers", "人事、财务由集团总校统筹，日常管理由执行校长负责。"),
)
"""The first text of the charter that is filed clause by clause."""

WANTED = "理事会每学期至少召开两次会议，三分之二以上理事到会方可表决。"
"""What 柳溪镇中心小学 wants the fourth clause to say, and what it then says."""

NEW_RIGHT = "成员校可以就涉及本校的事项提请理事会复议一次。"
FURTHER_REASON = "落实学年工作计划，增加到成员校的联合教研，明确复议程序。"

NOT_ADOPTED = {"adopted": False, "why_not": "联合教研频次与学年工作计划一致，不宜降低。"}


def rows(clauses: Sequence[tuple[str, str]] = CLAUSES) -> list[dict[str, str]]:
    """Clauses as the form takes them."""
    return [{"chapter": chapter, "text": text} for chapter, text in clauses]


def with_clause(number: int, text: str, clauses: Sequence[tuple[str, str]] = CLAUSES) -> list[tuple[str, str]]:
    """The same clauses with other words in one of them, counted from 1."""
    return [(chapter, text if n == number else words) for n, (chapter, words) in enumerate(clauses, 1)]


def draft(clauses: Sequence[tuple[str, str]] = CLAUSES, **changes: Any) -> dict[str, Any]:
    """What the lead school hands in."""
    reason = "集团章程以文件备案，现逐条登记，并明确理事会议事规则。"
    return {"kind": "amendment", "reason": reason, "clauses": rows(clauses), **changes}


def begin(player: Player, clauses: Sequence[tuple[str, str]] = CLAUSES, *, clerk: str = CLERK, **changes: Any) -> int:
    """Start the case and hand in a draft; its id."""
    case_id = player.start(clerk, "group-charter")
    player.do(clerk, case_id, "draft", draft(clauses, **changes))
    return case_id


def all_agree(player: Player, case_id: int, clerks: Sequence[str] = MEMBER_CLERKS) -> None:
    """The members answer that they have no remarks."""
    for clerk in clerks:
        player.do(clerk, case_id, "consult", {"decision": "agree"})


def hear(player: Player, case_id: int) -> None:
    """Both members have an opinion: one on the meetings of the council, one on the joint research."""
    first = {"clause": 4, "remark": "每学期一次会议太少，议事不及时。", "wanted": WANTED}
    second = {"clause": 6, "remark": "村小教师少，每月一次联合教研负担较重，建议每学期两次。"}
    for clerk, opinion in zip(MEMBER_CLERKS, (first, second), strict=True):
        player.do(clerk, case_id, "consult", {"decision": "opinions", "opinions": [opinion]})


def answer(player: Player, case_id: int) -> None:
    """The lead school adopts the first opinion, and says why it does not adopt the second."""
    replies = [
        {
            "school": player.organisation(MEMBERS[0]),
            "clause": 4,
            "remark": "每学期一次会议太少，议事不及时。",
            "adopted": True,
        },
        {
            "school": player.organisation(MEMBERS[1]),
            "clause": 6,
            "remark": "村小教师少，每月一次联合教研负担较重，建议每学期两次。",
            **NOT_ADOPTED,
        },
    ]
    player.do(CLERK, case_id, "respond", {**draft(with_clause(4, WANTED)), "replies": replies})


def vote(player: Player, case_id: int, *, clerk: str = CLERK, **changes: Any) -> None:
    """The council of nine: eight present, seven in favour."""
    sheet = player.upload(clerk, case_id, "表决稿（签字）.pdf", sample_pdf("章程表决稿"))
    held: Mapping[str, Any] = {"held_on": str(player.now.date()), "members": 9, "present": 8, "in_favour": 7}
    evidence = {"vote_sheet": [sheet]}
    player.do(clerk, case_id, "vote", {**held, "decision": "adopted", "evidence": evidence, **changes})


def send_back(player: Player, case_id: int, item: str, reason: str) -> None:
    """The section returns the charter with one item."""
    items = [{"item": item, "reason": reason}]
    player.do(OFFICER, case_id, "check", {"decision": "return", "items": items})


def check(player: Player, case_id: int) -> None:
    """The section and the legal officer find the charter in order."""
    player.do(OFFICER, case_id, "check", {"decision": "agree", "opinion": "内容完备，程序合规，送法制审核。"})
    player.do(LAWYER, case_id, "legal", {"decision": "agree", "opinion": "内容合法，程序合规，同意。"})


def approve(player: Player, case_id: int) -> None:
    """The deputy director approves; the next version is in the register."""
    player.do(LEADER, case_id, "decide", {"decision": "approve", "opinion": "同意核准备案。"})


def play(player: Player) -> int:
    """October 2026: version 2, the first that is filed clause by clause; the id of the case."""
    player.at("2026-10-12 09:30")
    case_id = begin(player)
    player.at("2026-10-19 15:10")
    hear(player, case_id)
    player.at("2026-10-21 10:00")
    answer(player, case_id)
    player.at("2026-10-23 16:30")
    vote(player, case_id)
    player.at("2026-10-26 10:20")
    check(player, case_id)
    player.at("2026-10-28 09:00")
    approve(player, case_id)
    return case_id


def play_on(player: Player) -> int:
    """A further amendment, which one member has answered and the other has not; the id of the case."""
    player.at("2026-10-29 09:00")
    text = with_clause(6, "集团每月开展两次联合教研，其中一次在成员校举行。", with_clause(4, WANTED))
    case_id = begin(player, [*text[:8], ("rights", NEW_RIGHT), *text[8:]], reason=FURTHER_REASON)
    player.at("2026-10-30 14:00")
    player.do(MEMBER_CLERKS[0], case_id, "consult", {"decision": "agree"})
    return case_id
