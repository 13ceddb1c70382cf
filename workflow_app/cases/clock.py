"""The case clock (办理时限): starts at acceptance, stops while the form file says so, ends with the decision issued."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from workflow_app.calendar.clocks import CaseClock
from workflow_app.cases.work import Work


def after_answer(work: Work, element: str, decision: str | None) -> None:
    """Start the clock when the accepting step decides to accept. A second acceptance does not start it anew."""
    rule = work.version.head.clock
    if rule is None or element != rule.starts or decision != rule.on or work.case.clock is not None:
        return
    started = _start_day(work, rule.deemed, rule.starts)
    work.case.accepted_on = started
    work.set_clock(CaseClock(parameter=rule.parameter, budget=work.policy.integer(rule.parameter), started=started))
    work.log(
        "clock_started",
        f"case:{work.case.id}",
        {
            "day": str(started),
            "parameter": rule.parameter,
            "budget": work.policy.integer(rule.parameter),
            "due_on": str(work.case.due_on),
        },
    )


def _start_day(work: Work, deemed: str | None, element: str) -> date:
    """Today; or the day of filing where the applicant was not told within the period (行政许可法32条).

    What counts is the first answer, be it the acceptance or a supplement notice. Deemed acceptance only fixes the day
    on which the clock starts; it decides nothing.
    """
    filed = work.case.filed_on
    told = next(a.at_date for a in work.submissions() if a.element == element)
    if deemed and filed and told > work.policy.due(work.calendar, deemed, filed):
        return filed
    return work.act.today


def after_advance(work: Work, opened: Collection[str], closed: Collection[str]) -> None:
    """Stop, resume or end the clock by the elements that were opened and closed in one step of the engine.

    What is stored is the element: pages say the reason in the words of the pinned version, in the reader's language.
    """
    rule, clock = work.version.head.clock, work.clock
    if rule is None or clock is None or clock.ended:
        return
    today = work.act.today
    for element in closed:
        if element in rule.stops:
            clock = clock.resume(today, element)
            _log(work, clock, "clock_resumed", {"element": element})
        if element in rule.ends:
            clock = clock.finish(today)
            work.log("clock_ended", f"case:{work.case.id}", {"day": str(today)})
    for element in opened:
        if element in rule.stops:
            clock = clock.stop(today, element)
            _log(work, clock, "clock_stopped", {"element": element})
    if clock != work.clock:
        work.set_clock(clock)


def _log(work: Work, clock: CaseClock, kind: str, body: Mapping[str, str]) -> None:
    due_on = str(clock.due(work.calendar))
    work.log(kind, f"case:{work.case.id}", {"day": str(work.act.today), "due_on": due_on, **body})
