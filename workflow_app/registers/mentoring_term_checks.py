"""Checks on an agreement of mentoring that runs: the work of a term, the review of each apprentice (P2)."""

from __future__ import annotations

from workflow_app.definitions.case_view import CheckContext
from workflow_app.policy.finding import Figures, Finding
from workflow_app.registers.mentoring import APPLY, taught_in
from workflow_app.registers.teacher_codes import numbers_in, rows_of
from workflow_app.text import Text, listed

_PRACTICE = "通行做法"


def term_tasks(context: CheckContext) -> Finding:
    """mentoring.term_tasks: what was done in the term is held against what was agreed for each term."""
    name, done, agreed = "mentoring.term_tasks", context.answers, context.case.answers(APPLY)
    if done.get("decision") == "end" or any(done.get(key) is None for key in ("heard", "shown", "guided")):
        return Finding(name, "clear", Text("本次不登记学期任务。"), _PRACTICE)
    labels = {"heard": Text("听课"), "shown": Text("示范课"), "guided": Text("指导")}
    figures: Figures = {
        label: Text("{done}／约定{agreed}", done=done[key], agreed=agreed.get(f"{key}_per_term", 0))
        for key, label in labels.items()
    }
    short = [label for key, label in labels.items() if int(done[key]) < int(agreed.get(f"{key}_per_term") or 0)]
    if short:
        message = Text("本学期{tasks}少于协议约定。", tasks=listed(short))
        return Finding(name, "advice", message, _PRACTICE, figures, (), "heard")
    return Finding(name, "clear", Text("本学期任务达到协议约定。"), _PRACTICE, figures)


def everyone_reviewed(context: CheckContext) -> Finding:
    """mentoring.everyone_reviewed: a result for each apprentice of the agreement, and for nobody else."""
    name = "mentoring.everyone_reviewed"
    key = "results" if "results" in context.answers else "reports"
    given = numbers_in(rows_of(context.answers, key))
    wanted = [person.teacher_no for person in taught_in(context.case.answers(APPLY))]
    if not given or context.answers.get("decision") == "return":
        return Finding(name, "clear", Text("请逐人填写。"), _PRACTICE, {}, (), key)
    if sorted(given) != sorted(wanted):
        message = Text("应逐人填写协议中的全部徒弟，每人一行：{numbers}。", numbers=listed(wanted))
        return Finding(name, "error", message, _PRACTICE, {}, (), key)
    return Finding(name, "clear", Text("已逐人填写。"), _PRACTICE)
