"""Mentoring and support teaching in the demonstration: agreements, a studio, a batch of support teachers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from workflow_app.cases.models import Case
from workflow_app.demo.evidence import sample_pdf
from workflow_app.demo.formation import CLERK, LEAD, MEMBERS
from workflow_app.demo.player import Player

OFFICER, CHIEF = "wangyue", "chengyue"
"""人事科 经办 and 科长."""
MENTOR_HEAD = "gaoyuan"
"""The head of the mentor's school, who confirms for the mentor."""
WEAK, WEAK_CLERK = MEMBERS[0], "yangfan"
"""The school whose teachers learn, and to which support teachers are sent."""
BATCH = "2026—2027学年支教（第一批）"

PEOPLE = (("文静", "T260109", "数学"), ("陈默", "T260102", "语文"), ("梁镕", "T260104", "英语"))
"""Support teachers of the first batch: name, staff number, subject."""


def evidence(player: Player, clerk: str, case_id: int, **titles: str) -> dict[str, list[int]]:
    """One sample file for each line of evidence."""
    return {key: [player.upload(clerk, case_id, f"{title}.pdf", sample_pdf(title))] for key, title in titles.items()}


def apprentice(player: Player, name: str, number: str, **more: Any) -> dict[str, Any]:
    """A line of an application."""
    return {"name": name, "teacher_no": number, "school": player.organisation(WEAK), "role": "apprentice", **more}


def application(player: Player, case_id: int, **changed: Any) -> dict[str, Any]:
    """林栀 of the lead school takes two teachers of 柳溪镇中心小学 for the school year 2026–27."""
    return {
        "kind": "mentor",
        "mentor": "林栀",
        "mentor_no": "T260101",
        "mentor_school": player.organisation(LEAD),
        "mentor_title": "senior",
        "mentor_level": "county",
        "subject_leader": False,
        "mentor_ethics": "clear",
        "subject": "小学语文",
        "apprentices": [apprentice(player, "黎喆", "T260105"), apprentice(player, "彭赟", "T260106")],
        "goals": "一年内独立承担公开课，所教班级语文学业水平达到全县平均水平。",
        "heard_per_term": 20,
        "shown_per_term": 4,
        "guided_per_term": 10,
        "start": "2026-09-01",
        "end": "2027-07-10",
        "review_on": "2027-07-05",
        "evidence": evidence(player, WEAK_CLERK, case_id, signed="师徒结对协议（签字）"),
        **changed,
    }


def studio(player: Player) -> list[dict[str, Any]]:
    """The people of a studio: five members and three trainees of each (1×5×3)."""
    found = []
    for m in range(1, 6):
        found.append(apprentice(player, f"成员{'甲乙丙丁戊'[m - 1]}", f"T2701{m}0", role="member", level="county"))
        found += [
            apprentice(player, f"学员{'甲乙丙丁戊'[m - 1]}{t}", f"T2701{m}{t}", role="trainee", member_no=f"T2701{m}0")
            for t in range(1, 4)
        ]
    return found


def file_mentoring(player: Player, **changed: Any) -> int:
    """The school of the apprentices applies; the id of the case."""
    case_id = player.start(WEAK_CLERK, "mentoring")
    player.do(WEAK_CLERK, case_id, "apply", application(player, case_id, **changed))
    return case_id


def confirm_mentoring(player: Player, case_id: int) -> None:
    """The mentor agrees, and so does the mentor's school."""
    consent = evidence(player, MENTOR_HEAD, case_id, consent="师傅确认书")
    player.do(MENTOR_HEAD, case_id, "confirm", {"decision": "agree", "opinion": "师傅本人同意。", "evidence": consent})


def approve_mentoring(player: Player, case_id: int) -> None:
    """The section approves; the agreement is issued and entered."""
    player.do(OFFICER, case_id, "check", {"decision": "approve", "opinion": "符合规定，同意结对。"})


def log_term(player: Player, case_id: int, *, heard: int = 22, shown: int = 4, guided: int = 12) -> None:
    """What was done in a term is logged."""
    done = {"heard": heard, "shown": shown, "guided": guided, "summary": "按协议完成本学期任务。"}
    player.do(WEAK_CLERK, case_id, "term_log", {"decision": "log", **done})


def nomination(
    player: Player, case_id: int, people: Sequence[tuple[str, str, str]] = PEOPLE, **changed: Any
) -> Mapping[str, Any]:
    """The lead school nominates support teachers for 柳溪镇中心小学."""
    return {
        "batch": BATCH,
        "host": player.organisation(WEAK),
        "from": "2026-09-01",
        "to": "2027-07-10",
        "people": [
            {
                "name": name,
                "teacher_no": number,
                "subject": subject,
                "title": "first",
                "post": f"{subject}教师",
                "load": 14,
            }
            for name, number, subject in people
        ],
        "benefits": ["title", "welfare"],
        "benefit_terms": "支教期间工资福利不变，发放交通补贴；支教经历在职称评聘中同等条件下优先。",
        "evidence": evidence(player, CLERK, case_id, forms="支教报名表"),
        **changed,
    }


def nominate(player: Player, **changed: Any) -> int:
    """A batch is handed in; the id of the case."""
    case_id = player.start(CLERK, "support-teachers")
    player.do(CLERK, case_id, "nominate", nomination(player, case_id, **changed))
    return case_id


def approve_batch(player: Player, case_id: int, withdrawn: Sequence[tuple[str, str]] = ()) -> None:
    """The section approves, and the school confirms whom it sends."""
    player.do(OFFICER, case_id, "check", {"decision": "approve", "opinion": "人选符合要求，同意派出。"})
    rows = [{"teacher_no": number, "name": name, "reason": "因病不能参加"} for name, number in withdrawn]
    player.do(CLERK, case_id, "confirm", {"decision": "go", **({"withdrawn": rows} if rows else {})})


def dispatch(player: Player, case_id: int) -> None:
    """The letter of dispatch is drafted, checked, signed, sealed and delivered."""
    agree: Mapping[str, Any] = {"decision": "agree"}
    player.do(OFFICER, case_id, "dispatch_draft", {})
    player.do(CHIEF, case_id, "dispatch_review", {**agree, "opinion": "同意，送法制审核。"})
    player.do("wusiyuan", case_id, "dispatch_legal", {**agree, "opinion": "依据充分，程序合法，同意。"})
    player.do("zhengguodong", case_id, "dispatch_sign", {**agree, "opinion": "同意印发。"})
    player.do("hewen", case_id, "dispatch_seal", {"sealed_on": str(player.now.date()), "copies": 6})
    delivered = {"delivered_on": str(player.now.date()), "method": "system", "received_by": "杨帆"}
    player.do("hewen", case_id, "dispatch_deliver", delivered)


def report_arrival(
    player: Player,
    case_id: int,
    *,
    on: str = "2026-09-01",
    people: Sequence[tuple[str, str, str]] = PEOPLE,
    absent: Sequence[str] = (),
) -> None:
    """The host confirms who has reported for duty; some may not have come."""
    rows: list[dict[str, Any]] = []
    for name, number, _ in people:
        come = {"arrived": True, "arrived_on": on} if name not in absent else {"arrived": False, "remark": "因病未到"}
        rows.append({"teacher_no": number, "name": name, **come})
    reasons = {"support.arrivals_agree": "由派出学校另行办理。"} if absent else {}
    player.do(WEAK_CLERK, case_id, "arrival", {"people": rows, "reasons": reasons})


def return_early(player: Player, case_id: int, name: str, number: str, on: str) -> None:
    """The school reports an early return, and the section accepts it."""
    row = {"teacher_no": number, "name": name, "returned_on": on, "reason": "家庭原因返回"}
    player.do(CLERK, case_id, "service", {"people": [row]})
    player.do(OFFICER, case_id, "return_check", {"decision": "accept", "opinion": "情况属实。"})


def appraise(
    player: Player,
    case_id: int,
    grades: Mapping[str, str],
    people: Sequence[tuple[str, str, str]] = PEOPLE,
    **changed: Any,
) -> None:
    """Both schools appraise, and the section settles the grades: staff number -> grade."""
    names = {number: name for name, number, _ in people}
    rows = [
        {"teacher_no": number, "name": names[number], "grade": grade, "remark": "完成支教任务。"}
        for number, grade in grades.items()
    ]
    player.do(CLERK, case_id, "home_appraisal", {"people": rows})
    player.do(WEAK_CLERK, case_id, "host_appraisal", {"people": rows})
    player.do(OFFICER, case_id, "conclude", {"people": rows, **changed})


def play(player: Player) -> None:
    """June 2026, for the coming school year: an agreement, one that waits for its mentor, a batch to be sent."""
    player.at("2026-06-10 14:00")
    case_id = file_mentoring(player)
    confirm_mentoring(player, case_id)
    batch_id = nominate(player)
    player.at("2026-06-11 09:00")
    approve_mentoring(player, case_id)
    approve_batch(player, batch_id)
    player.at("2026-06-12 09:00")
    dispatch(player, batch_id)
    file_mentoring(
        player,
        mentor="许南",
        mentor_no="T260103",
        subject="小学数学",
        apprentices=[apprentice(player, "郭𬭎", "T260108")],
    )


def arrive(player: Player) -> None:
    """The host confirms who has arrived, in autumn."""
    with player.database.reading() as session:
        batches = select(Case.id).where(Case.slug == "support-teachers").order_by(Case.id.desc())
        case_id = session.scalars(batches.limit(1)).one()
    report_arrival(player, case_id)
