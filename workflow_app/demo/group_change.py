"""Changes of the group of worked case E1: 石桥村小学 asks in March 2027 to leave (worked case E3), and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from workflow_app.calendar.terms import next_school_year_start
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CHIEF, CLERK, EXPERTS, GROUP, LEAD, MEMBERS, OFFICER, SECRETARY, SECTIONS
from workflow_app.demo.player import Player

CLERKS = {
    LEAD: CLERK,
    "柳溪镇中心小学": "yangfan",
    "石桥村小学": "shilei",
    "城关第二小学": "majun",
    "东岭镇中心小学": "xieyun",
    "枫林初级中学": "duanyu",
    "柳溪中学": "qinsong",
}
"""Who answers for which school."""
DECIDED_WITHIN = timedelta(days=28)
"""Twenty working days, if there is no holiday in them."""


@dataclass
class Change:
    """One change of a group on its way, filed on a day; the steps follow each other by working days from there."""

    player: Player
    kind: str
    schools: Sequence[str]
    applicant: str
    filed_on: date
    more: dict[str, Any] = field(default_factory=dict)
    case_id: int = 0
    lead: str = LEAD
    group: str = GROUP

    def day(self, days: int, hour: str = "09:00") -> None:
        """Go to a day, counted in calendar days from the filing."""
        self.player.at(f"{self.filed_on + timedelta(days=days)} {hour}")

    def do(self, username: str, element: str, answers: dict[str, Any]) -> None:
        """Take a step of the case."""
        self.player.do(username, self.case_id, element, answers)

    def application(self) -> dict[str, Any]:
        """What is filed."""
        request = self.player.upload(CLERKS[self.applicant], self.case_id, "请示.pdf", sample_pdf("关于集团变动的请示"))
        return {
            "kind": self.kind,
            "lead_school": self.player.organisation(self.lead),
            "group_name": self.group,
            "schools": [self.player.organisation(school) for school in self.schools],
            "cause": "voluntary",
            "reason": "经过集团培育，学校教学常规和教师队伍已具备独立办学的条件。",
            "effective_on": str(next_school_year_start(self.filed_on + DECIDED_WITHIN)),
            "transition_staff": "本学年交流教师期满后返回原校，新学年起按需另行安排。",
            "transition_pupils": "在校学生学籍和就读不变，升学按现行政策执行。",
            "transition_funds": "本学年集团经费按预算执行完毕，结余按来源退回。",
            "transition_assets": "集团统一配置的设备留给使用学校，办理登记手续。",
            "transition_courses": "共享课程使用到本学年末，新学年由各校自行开设。",
            "transition_signs": "新学年开始之日起停用集团标识，更换校牌。",
            "evidence": {"request": [request]},
            **self.more,
        }

    def file(self) -> int:
        """Start the case and file it; its id."""
        self.day(0)
        self.case_id = self.player.start(CLERKS[self.applicant], "group-membership")
        self.do(CLERKS[self.applicant], "apply", self.application())
        return self.case_id

    def accept(self, days: int = 1) -> None:
        """Accepted: the clock starts, and stands while the council and the schools are heard."""
        self.day(days)
        self.do(OFFICER, "accept_review", {"decision": "accept", "opinion": "材料齐全，予以受理。"})

    def hear_council(self, days: int = 3, decision: str = "support") -> None:
        """The council votes: five members, all present."""
        self.day(days)
        clerk = CLERKS[self.lead]
        minutes = self.player.upload(clerk, self.case_id, "理事会纪要.pdf", sample_pdf("理事会会议纪要"))
        yes = 4 if decision == "support" else 1
        self.do(
            clerk,
            "council",
            {
                "held_on": str(self.filed_on + timedelta(days=days)),
                "members": 5,
                "present": 5,
                "in_favour": yes,
                "against": 5 - yes,
                "decision": decision,
                "opinion": "经集团理事会讨论表决，形成本意见。",
                "evidence": {"minutes": [minutes]},
            },
        )

    def hear_schools(self, days: int = 4, decision: str = "agree") -> None:
        """Each school concerned states its will."""
        self.day(days)
        for school in self.schools:
            self.state(school, decision)

    def state(self, school: str, decision: str = "agree") -> None:
        """One school states its will, with the resolution of its staff congress."""
        clerk = CLERKS[school]
        resolution = self.player.upload(clerk, self.case_id, "教代会决议.pdf", sample_pdf("教代会决议"))
        answers = {"decision": decision, "opinion": "经教代会讨论形成本意见。"}
        self.do(clerk, "statement", {**answers, "evidence": {"congress_resolution": [resolution]}})

    def review(self, days: int = 7) -> None:
        """First review, and the four sections."""
        self.day(days)
        answers = {"decision": "agree", "opinion": "符合变动条件，过渡方案可行。"}
        self.do(OFFICER, "first_review", answers)
        for section in SECTIONS:
            self.do(section, "sections_opinions", {"decision": "agree", "opinion": "无不同意见。"})

    def assess(self, days: int = 8, scores: Sequence[str] = ("88", "85", "90")) -> None:
        """Three experts assess."""
        self.day(days)
        day = str(self.filed_on + timedelta(days=days))
        experts = [self.player.person(name) for _, name, _ in EXPERTS]
        self.do(OFFICER, "arrange_assessment", {"experts": experts, "from": day, "to": day, "site_plan": "实地查看。"})
        for (username, _, _), score in zip(EXPERTS, scores, strict=True):
            self.do(username, "assessment", {"score": score, "opinion": "理由充分，过渡方案可行。"})

    def publish(self, days: int = 9, until: int = 17) -> None:
        """Posted for five working days; no objection."""
        self.day(days)
        contact = {"places": ["website"], "contact": "基础教育科 0873-1234567"}
        self.do(OFFICER, "notice_post", contact)
        self.day(until)
        self.do(OFFICER, "notice_result", {"decision": "none", "opinion": "公示期满，未收到异议。"})

    def decide(self, days: int = 18, decision: str = "approve", **more: Any) -> None:
        """The committee: 7 members, 6 present, 6 in favour of its decision."""
        self.day(days)
        vote = {"held_on": str(self.player.now.date()), "members": 7, "present": 6, "in_favour": 6}
        self.do(SECRETARY, "committee", {**vote, "decision": decision, **more})

    def issue(self, days: int = 21, call: str = "approval") -> None:
        """Drafted, checked, signed, numbered, sealed and delivered on one day."""
        self.day(days)
        agree = {"decision": "agree"}
        self.do(OFFICER, f"{call}_draft", {})
        self.do(CHIEF, f"{call}_review", {**agree, "opinion": "同意，送法制审核。"})
        self.do("wusiyuan", f"{call}_legal", {**agree, "opinion": "依据充分，程序合法，同意。"})
        self.do("zhengguodong", f"{call}_sign", {**agree, "opinion": "同意印发。"})
        today = str(self.player.now.date())
        self.do("hewen", f"{call}_seal", {"sealed_on": today, "copies": 8})
        delivered = {"delivered_on": today, "method": "in_person", "received_by": "林晓"}
        self.do("hewen", f"{call}_deliver", delivered)

    def hear(self, council: str = "support", schools: str = "agree") -> None:
        """Filed and accepted; the council and the schools are heard."""
        self.file()
        self.accept()
        self.hear_council(decision=council)
        self.hear_schools(decision=schools)

    def play(self) -> int:
        """The whole way to the register; the id of the case."""
        self.hear()
        self.review()
        self.assess()
        self.publish()
        self.decide()
        self.issue()
        return self.case_id


def leaving(player: Player, filed_on: date = date(2027, 3, 8)) -> Change:
    """石桥村小学 asks to leave (worked case E3)."""
    return Change(player, "leave", [MEMBERS[1]], MEMBERS[1], filed_on)


def joining(
    player: Player, filed_on: date, school: str = "城关第二小学", *, lead: str = LEAD, group: str = GROUP
) -> Change:
    """A school is to join, as the lead school asks."""
    reason = "发挥集团办学优势，扩大优质资源覆盖面。"
    plans = {
        "transition_staff": "新学年起纳入集团教师交流。",
        "transition_pupils": "学籍和招生范围不变。",
        "transition_funds": "新学年起列入集团预算。",
        "transition_assets": "权属不变，设施按章程共享。",
        "transition_courses": "暑期完成教学计划和进度衔接。",
        "transition_signs": "新学年开始之日起加挂集团校牌。",
    }
    more = {"cause": "layout", "reason": reason, **plans}
    return Change(player, "join", [school], lead, filed_on, more, lead=lead, group=group)


def for_all(player: Player, kind: str, filed_on: date, **more: Any) -> Change:
    """The lead school asks for another type, or for dissolution, which every member is heard on."""
    return Change(player, kind, MEMBERS, LEAD, filed_on, {"cause": "layout", **more})
