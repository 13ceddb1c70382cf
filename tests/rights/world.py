"""The world in which rights are tried: the county with cases at several stations, and a second bureau beside it.

For each kind of reader there is a case of their own that waits for them; there is a closed case, the draft of a school
with which nobody of theirs has to do, and everything once more in another bureau.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from tests.county import acting, rows
from tests.rights.neighbours import Ids, copied_record, directory_ids, neighbour_bureau, owed
from tests.rights.pairs import corrigible, pairing
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Incident, Task
from workflow_app.demo import formation
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.player import Player
from workflow_app.files.models import StoredFile
from workflow_app.policy.proposals import propose
from workflow_app.records.models import IssuedRecord
from workflow_app.registers.models import EducationGroup, MembershipEntry

PEOPLE: Mapping[str, str | None] = {
    "school_clerk": "jiangxin",
    "school_head": "heming",
    "section_officer": "limin",
    "section_chief": "zhoumin",
    "committee_secretary": "qiankun",
    "deputy_director": "zhengguodong",
    "office_clerk": "hewen",
    "expert": "fangrui",
    "auditor": "hancheng",
    "system_admin": "qiushi",
    "security_admin": "luoning",
    "audit_admin": "shenqing",
    "anonymous": None,
}
"""The columns of the table, and who stands for each."""

E1 = 1
CLERK, SCHOOL, MEMBER = "jiangxin", "青禾县第二小学", "白鹭湾小学"
STRANGER, OTHER_SCHOOL, OTHER_MEMBER = "majun", "城关第二小学", "东岭镇中心小学"
NOBODYS = 99_999_999
"""An id that nothing has."""

STATIONS: Mapping[str, tuple[str, str]] = {
    "school_clerk": ("draft", "apply"),
    "school_head": ("draft", "apply"),
    "section_chief": ("review", "approval_review"),
    "committee_secretary": ("committee", "committee"),
    "deputy_director": ("sign", "approval_sign"),
    "office_clerk": ("seal", "approval_seal"),
    "expert": ("panel", "assessment"),
}
"""The case that is a position's own, and the step that is open there; for all others it is one newly filed."""
FILED = ("filed", "accept_review")


@dataclass(frozen=True)
class World:
    """The county, and what each relation leads to: by kind of object, under ``own`` and ``closed`` by position too."""

    player: Player
    own: Mapping[str, Ids]
    closed: Mapping[str, Ids]
    other_school: Ids
    other_bureau: Ids

    def find(self, relation: str, position: str, kind: str) -> int:
        """The id of the object of a kind that stands in a relation to a position."""
        if relation == "nobodys":
            return NOBODYS
        if relation in {"own", "closed"}:
            by_position: Mapping[str, Ids] = getattr(self, relation)
            return by_position[position][kind]
        ids: Ids = getattr(self, relation)
        return ids[kind]


def build(player: Player) -> World:
    """Play the county on from the moment at which the experts of E1 have answered."""
    stations = _played(player)
    withdrawn = _withdrawn(player)
    strangers = player.start(STRANGER, "group-formation")
    player.upload(STRANGER, strangers, "方案.pdf", sample_pdf("方案"))
    player.upload(CLERK, stations["draft"], "方案.pdf", sample_pdf("方案"))
    player.work_until(player.now)
    directory = directory_ids(player)
    player_school, stranger_school = player.organisation(SCHOOL), player.organisation(OTHER_SCHOOL)
    panel = _task(player, stations["panel"], "assessment")
    group = rows(player, select(EducationGroup))[0].id
    entry = rows(player, select(MembershipEntry).where(MembershipEntry.role == "member"))[0].id
    with player.database.writing() as session:
        act = Act(session, system_actor(1), player.now)
        duty, done = (owed(act, player_school, done=is_done) for is_done in (False, True))
        strange_duty = owed(act, stranger_school)
    incident, settled = (_incident(player, 1, stations["filed"], is_closed=is_closed) for is_closed in (False, True))
    common = {
        "duty": duty,
        "incident": incident,
        "panel": panel,
        "seat": 3,
        "expert": player.person("彭舟"),
        "group": group,
        "entry": entry,
        **corrigible(player, 1, group, player_school),
        "pairing": pairing(player, 1, player_school, player.organisation(OTHER_MEMBER)),
        "record": _record(player, stations["panel"]),
        "proposal": _proposal(player),
    }
    own = {
        position: {**common, **directory["own"], **_case(player, stations[name], element)}
        for position in PEOPLE
        for name, element in [STATIONS.get(position, FILED)]
    }
    done_with = {
        **common,
        **directory["closed"],
        "duty": done,
        "incident": settled,
        "panel": _task(player, E1, "assessment"),
    }
    of_school = {**done_with, **_case(player, withdrawn, "supplement_supply")}
    of_bureau = {**done_with, **_case(player, E1, "charter_check")}
    closed = {position: of_school if position.startswith("school_") else of_bureau for position in PEOPLE}
    task = _case(player, strangers, "apply")
    foreign = {**directory["other_school"], **task, "panel": task["task"], "seat": 1}
    foreign["duty"] = strange_duty
    foreign["pairing"] = pairing(player, 1, stranger_school, player.organisation(OTHER_MEMBER))
    foreign["record"] = copied_record(player, player.now, common["record"], 1, strangers)
    foreign["incident"] = _incident(player, 1, strangers)
    neighbour = neighbour_bureau(player, common["record"], group, entry)
    of_neighbours = pairing(player, 2, neighbour["organisation"], neighbour["organisation"])
    neighbour |= corrigible(player, 2, neighbour["group"], neighbour["organisation"])
    beyond = {**neighbour, "pairing": of_neighbours, "incident": _incident(player, 2, neighbour["case"])}
    return World(player, own, closed, foreign, beyond)


def _proposal(player: Player) -> int:
    """A change of an amount that waits for a leader of the bureau."""
    with acting(player, "wusiyuan") as act:
        return propose(act, "experts_min", "5", "依据", act.today + timedelta(days=30), "理由").id


def _incident(player: Player, bureau_id: int, case_id: int, *, is_closed: bool = False) -> int:
    with player.database.writing() as session:
        incident = Incident(
            bureau_id=bureau_id,
            case_id=case_id,
            kind="case_stuck",
            detail="the state cannot be read",
            opened_at=player.now,
            closed_at=player.now if is_closed else None,
        )
        session.add(incident)
        session.flush()
        return incident.id


def _played(player: Player) -> dict[str, int]:
    names = ("panel", "committee", "review", "sign", "seal")
    stations = {name: _file(player, f"青禾县第二小学第{n}教育集团") for n, name in enumerate(names, 1)}
    experts = {"score": "83", "opinion": "建议同意组建。"}
    for name, case_id in stations.items():
        formation.accept(player, case_id)
        formation.review(player, case_id)
        formation.arrange(player, case_id, "2026-04-24", "2026-04-24")
        for username, *_ in formation.EXPERTS if name != "panel" else ():
            player.do(username, case_id, "assessment", experts)
    going_on = [E1, *(stations[name] for name in names[1:])]
    for case_id in going_on:
        formation.publish(player, case_id)
    for case_id in going_on:
        formation.no_objection(player, case_id)
    for case_id in going_on:
        if case_id != stations["committee"]:
            formation.decide(player, case_id)
    for name, taken in (("review", 0), ("sign", 2), ("seal", 3)):
        _issue(player, stations[name], taken)
    formation.issue(player, E1)
    formation.file_charter(player, E1)
    stations["filed"] = _file(player, "城关第二小学教育集团", STRANGER, OTHER_SCHOOL, OTHER_MEMBER)
    stations["draft"] = player.start(CLERK, "group-formation")
    return stations


def _issue(player: Player, case_id: int, taken: int) -> None:
    """Draft the reply and let the first few agree to it."""
    player.do(formation.OFFICER, case_id, "approval_draft", {})
    for username, element in (("zhoumin", "review"), ("wusiyuan", "legal"), ("zhengguodong", "sign"))[:taken]:
        player.do(username, case_id, f"approval_{element}", {"decision": "agree", "opinion": "同意。"})


def _file(player: Player, name: str, clerk: str = CLERK, lead: str = SCHOOL, member: str = MEMBER) -> int:
    """A cooperative group: a school may be in several, where a second close-knit one would be stopped."""
    case_id = player.start(clerk, "group-formation")
    answers = formation.application(player, case_id, clerk=clerk, name=name, lead=lead, members=(member,))
    cooperative = {key: value for key, value in answers.items() if key not in {"exec_heads", "powers"}}
    player.do(clerk, case_id, "apply", {**cooperative, "group_type": "cooperative"})
    return case_id


def _withdrawn(player: Player) -> int:
    """Filed, returned for a supplement, withdrawn: there is a record and a closed task."""
    case_id = _file(player, "青禾县第二小学教育集团")
    item = {"item": "白鹭湾小学教代会决议", "reason": "扫描件缺少签字页", "basis": "003·A2二(一)2"}
    player.do(formation.OFFICER, case_id, "accept_review", {"decision": "return", "opinion": "", "items": [item]})
    player.withdraw(CLERK, case_id, "另行申报")
    return case_id


def _case(player: Player, case_id: int, element: str) -> dict[str, int]:
    """A case with a task of it, its oldest file, and its newest record if it has one."""
    files = rows(player, select(StoredFile).where(StoredFile.owner == f"case:{case_id}").order_by(StoredFile.id))
    found = {"case": case_id, "task": _task(player, case_id, element)}
    if files:
        found["file"] = files[0].id
    if rows(player, select(IssuedRecord).where(IssuedRecord.case_id == case_id)):
        found["record"] = _record(player, case_id)
    return found


def _task(player: Player, case_id: int, element: str) -> int:
    query = select(Task).where(Task.case_id == case_id, Task.element == element).order_by(Task.id.desc())
    return rows(player, query)[0].id


def _record(player: Player, case_id: int) -> int:
    """The oldest record of a case, which is a letter to the school."""
    return rows(player, select(IssuedRecord).where(IssuedRecord.case_id == case_id).order_by(IssuedRecord.id))[0].id
