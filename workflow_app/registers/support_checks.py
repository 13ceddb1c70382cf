"""Checks on batches of support teachers (P2): the people of each list, the host, the length, the final grades."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.finding import Figures, Finding
from workflow_app.policy.parameters import load_policy
from workflow_app.registers.schools import schools_at
from workflow_app.registers.support import (
    NOMINATE,
    Row,
    arrived,
    awaited,
    months_by_policy,
    sent,
    serving,
    serving_elsewhere,
)
from workflow_app.registers.teacher_codes import number_of, numbers_in, repeated, rows_of
from workflow_app.text import Text, day_text, listed, one_after_another

_PRACTICE = "通行做法"
_RURAL = "000·四(十三)"
GRADES = ("failed", "qualified", "excellent")
"""The final grades, the lowest first."""


def nomination_agrees(context: CheckContext) -> Finding:
    """support.nomination_agrees: everybody once, another school as host, an end after the beginning."""
    name, answers = "support.nomination_agrees", _nomination(context)
    faults, field = [], "people"
    if twice := repeated(numbers_in(rows_of(answers, "people"))):
        faults.append(Text("工号{numbers}重复", numbers=listed(twice)))
    if answers.get("host") == context.case.applicant_id:
        faults.append(Text("受援学校不能是本校"))
        field = "host"
    period = _period(answers)
    if period is not None and period[1] <= period[0]:
        faults.append(Text("结束日期应晚于开始日期"))
        field = "to"
    if faults:
        message = Text("{faults}，请核对。", faults=one_after_another(faults))
        return Finding(name, "error", message, _PRACTICE, {}, (), field)
    return Finding(name, "clear", Text("名单无重复，起止日期相符。"), _PRACTICE)


def host_counts(context: CheckContext) -> Finding:
    """support.host_counts (D24): service at a rural or weak school is what a title evaluation asks for."""
    name, host_id = "support.host_counts", _nomination(context).get("host")
    found = schools_at(context.act.session, context.act.bureau_id, [host_id], context.act.today) if host_id else []
    if not found:
        return Finding(name, "clear", Text("请选择受援学校。"), _RURAL)
    host = found[0]
    figures: Figures = {Text("城乡"): host.label("location"), Text("办学水平"): host.label("level")}
    if host.value("location") == "rural" or host.value("level") == "weak":
        return Finding(name, "clear", Text("受援学校是农村或薄弱学校。"), _RURAL, figures)
    message = Text("受援学校不是农村或薄弱学校，任教经历不能作为评聘高级职称的农村任教经历。")
    return Finding(name, "advice", message, _RURAL, figures, (), "host")


def long_enough(context: CheckContext) -> Finding:
    """support.long_enough: a batch whose teaching months cannot earn a proof is pointed out before it is sent."""
    name = "support.long_enough"
    policy = load_policy(context.act.session, context.act.bureau_id, context.act.today)
    used = (policy.used("support_proof_months"), policy.used("support_month_days"))
    period = _period(_nomination(context))
    if period is None or period[1] <= period[0]:
        return Finding(name, "clear", Text("请填写起止日期。"), used[0].clause)
    months, least = months_by_policy(policy, *period), policy.integer("support_proof_months")
    figures: Figures = {Text("任教月数"): str(months), Text("至少"): str(least)}
    if months < least:
        message = Text(
            "本批支教任教{months}个月，不足{least}个月，期满不能出具任教经历证明。", months=months, least=least
        )
        return Finding(name, "advice", message, used[0].clause, figures, used, "to")
    return Finding(name, "clear", Text("本批支教任教{months}个月。", months=months), used[0].clause, figures, used)


def not_elsewhere(context: CheckContext) -> Finding:
    """support.not_elsewhere: who already serves in another batch in the same time is pointed out."""
    name, answers = "support.not_elsewhere", _nomination(context)
    people, period = rows_of(answers, "people"), _period(answers)
    if period is None or not people:
        return Finding(name, "clear", Text("请填写人员和起止日期。"), _PRACTICE)
    act = context.act
    taken = serving_elsewhere(act.session, act.bureau_id, numbers_in(people), *period, but_case=context.case.case_id)
    if taken:
        names = [
            Text("{name}（{batch}）", name=str(row.get("name") or ""), batch=taken[number_of(row["teacher_no"])])
            for row in people
            if number_of(row["teacher_no"]) in taken
        ]
        message = Text("下列人员同一时期已在支教：{names}。", names=listed(names))
        return Finding(name, "advice", message, _PRACTICE, {}, (), "people")
    return Finding(name, "clear", Text("人员同一时期没有其他支教任务。"), _PRACTICE)


def withdrawn_known(context: CheckContext) -> Finding:
    """support.withdrawn_known: who withdraws before the letter was nominated, and somebody is left to be sent."""
    name = "support.withdrawn_known"
    nominated = set(numbers_in(rows_of(context.case.answers(NOMINATE), "people")))
    withdrawn = numbers_in(rows_of(context.answers, "withdrawn"))
    if unknown := sorted(set(withdrawn) - nominated):
        message = Text("工号{numbers}不在推荐名单中，请核对。", numbers=listed(unknown))
        return Finding(name, "error", message, _PRACTICE, {}, (), "withdrawn")
    if context.answers.get("decision") == "go" and nominated <= set(withdrawn):
        message = Text("名单中已无人派出，请选择“取消本批”。")
        return Finding(name, "error", message, _PRACTICE, {}, (), "withdrawn")
    return Finding(name, "clear", Text("退出人员均在推荐名单中。"), _PRACTICE)


def arrivals_agree(context: CheckContext) -> Finding:
    """support.arrivals_agree: the host answers for everybody who was sent, on a day that has come."""
    name, rows = "support.arrivals_agree", rows_of(context.answers, "people")
    if fault := _not_all(name, rows, sent(context.case), Text("应逐人确认派出的全部人员，每人一行：{numbers}。")):
        return fault
    early = [str(row["name"]) for row in rows if row.get("arrived_on") and _day(row, "arrived_on") > context.act.today]
    if early:
        message = Text("报到日期不能晚于今天：{names}。", names=listed(early))
        return Finding(name, "error", message, _PRACTICE, {}, (), "people")
    absent = [str(row["name"]) for row in rows if row.get("arrived") is False]
    if absent:
        message = Text("下列人员未报到，由派出学校办理：{names}。", names=listed(absent))
        return Finding(name, "advice", message, _PRACTICE, {}, (), "people")
    return Finding(name, "clear", Text("派出人员均已报到。"), _PRACTICE)


def returns_agree(context: CheckContext) -> Finding:
    """support.returns_agree: who returns early was sent and has not returned before, on a day within the service."""
    name, rows = "support.returns_agree", rows_of(context.answers, "people")
    known = set(numbers_in(awaited(context.case)))
    numbers = numbers_in(rows)
    if unknown := sorted(set(numbers) - known) or repeated(numbers):
        message = Text("工号{numbers}不在支教人员名单中，或重复，请核对。", numbers=listed(unknown))
        return Finding(name, "error", message, _PRACTICE, {}, (), "people")
    here, last = arrived(context.case), date.fromisoformat(context.case.answers(NOMINATE)["to"])
    wrong = [
        str(row["name"])
        for row in rows
        if row.get("returned_on")
        and not here.get(number_of(row["teacher_no"]), date.min) <= _day(row, "returned_on") < last
    ]
    if wrong:
        message = Text("返回日期应在报到之后、{last}之前：{names}。", last=day_text(last), names=listed(wrong))
        return Finding(name, "error", message, _PRACTICE, {}, (), "people")
    return Finding(name, "clear", Text("返回人员均在支教人员名单中。"), _PRACTICE)


def everyone_graded(context: CheckContext) -> Finding:
    """support.everyone_graded: a grade for everybody who serves, and for nobody else."""
    name, rows = "support.everyone_graded", rows_of(context.answers, "people")
    fault = _not_all(name, rows, serving(context.case), Text("应逐人鉴定期满的全部人员，每人一行：{numbers}。"))
    return fault or Finding(name, "clear", Text("已逐人鉴定。"), _PRACTICE)


def grades_agree(context: CheckContext) -> Finding:
    """support.grades_agree: a final grade above what one of the two schools found is to be explained."""
    name = "support.grades_agree"
    given: dict[str, list[str]] = {}
    for element in ("home_appraisal", "host_appraisal"):
        for row in rows_of(context.case.answers(element), "people"):
            given.setdefault(number_of(row["teacher_no"]), []).append(str(row["grade"]))
    above = [
        str(row["name"])
        for row in rows_of(context.answers, "people")
        if row.get("grade") in GRADES
        and any(_rank(row["grade"]) > _rank(grade) for grade in given.get(number_of(row["teacher_no"]), ()))
    ]
    if above:
        message = Text("下列人员核定的等次高于学校鉴定：{names}。", names=listed(above))
        return Finding(name, "advice", message, _PRACTICE, {}, (), "people")
    return Finding(name, "clear", Text("核定的等次不高于两校鉴定。"), _PRACTICE)


def _not_all(name: str, rows: Sequence[Row], wanted: Sequence[Row], words: Text) -> Finding | None:
    """The fault of a list that does not name each of the wanted people once."""
    if sorted(numbers_in(rows)) == sorted(numbers_in(wanted)):
        return None
    message = Text(words.msgid, numbers=listed(numbers_in(wanted)) if wanted else Text("无"))
    return Finding(name, "error", message, _PRACTICE, {}, (), "people")


def _nomination(context: CheckContext) -> Row:
    return (
        context.answers if "people" in context.answers and "host" in context.answers else context.case.answers(NOMINATE)
    )


def _period(answers: Row) -> tuple[date, date] | None:
    first, last = answers.get("from"), answers.get("to")
    return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None


def _day(row: Row, key: str) -> date:
    return date.fromisoformat(row[key])


def _rank(grade: str) -> int:
    return GRADES.index(grade)
