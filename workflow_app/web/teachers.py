"""台账 of teachers: mentoring and support teaching, as of any day. A school sees what it takes part in itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, render_template, request

from workflow_app.act import Actor
from workflow_app.definitions.answers_display import masked
from workflow_app.directory.rights import has_right, organisations_of, sees_whole_bureau
from workflow_app.errors import InvalidError
from workflow_app.registers.teacher_codes import TITLES
from workflow_app.registers.teacher_lists import PAGE, agreements, services
from workflow_app.text import Text
from workflow_app.typed import plain_day
from workflow_app.web.request import asked_number, current_actor, reading, today

blueprint = Blueprint("teachers", __name__, url_prefix="/registers")

KINDS: Mapping[str, Text] = {"mentor": Text("师徒结对"), "studio": Text("名师工作室")}
STATES: Mapping[str, Text] = {"running": Text("结对中"), "reviewed": Text("已考核"), "ended_early": Text("提前终止")}
RESULTS: Mapping[str, Text] = {
    "passed": Text("合格"),
    "failed": Text("不合格"),
    "ended_early": Text("提前终止"),
    "excellent": Text("优秀"),
    "qualified": Text("合格"),
    "returned_early": Text("提前返回"),
}


@blueprint.get("/mentoring")
def mentoring() -> str:
    """师徒结对台账: agreements with their apprentices, the terms' work and the results, as of a day."""
    actor, day, before = current_actor(), _day(), asked_number("before")
    with reading() as session:
        found = agreements(session, actor.bureau_id, day, within=_within(actor), before=before)
        lines, more = found[:PAGE], found[PAGE - 1].row.id if len(found) > PAGE else None
        return render_template("registers/mentoring.html", lines=lines, kinds=KINDS, **_words(actor, day, before, more))


@blueprint.get("/support")
def support() -> str:
    """支教人员台账: who serves or served where, for how many teaching months, with what result, as of a day."""
    actor, day, before = current_actor(), _day(), asked_number("before")
    with reading() as session:
        found = services(session, actor.bureau_id, day, within=_within(actor), before=before)
        lines, more = found[:PAGE], found[PAGE - 1].row.id if len(found) > PAGE else None
        return render_template("registers/support.html", lines=lines, **_words(actor, day, before, more))


def _within(actor: Actor) -> frozenset[int] | None:
    """The organisations whose lines a person sees; None: those of the whole bureau."""
    whole = has_right(actor, "reveal_personal") or sees_whole_bureau(actor)
    return None if whole else organisations_of(actor)


def _day() -> date:
    """The day that was asked for; today if none was.

    Raises:
        InvalidError: it is not a date.
    """
    asked = request.args.get("on", "").strip()
    if not asked:
        return today()
    day = plain_day(asked)
    if day is None:
        raise InvalidError("“{asked}”不是有效的日期，请按“2026-09-01”的格式填写。", asked=asked[:40])
    return day


def _words(actor: Actor, day: date, before: int | None, more: int | None) -> dict[str, object]:
    # Whoever sees the whole bureau without handling cases reads names and staff numbers masked (个人信息保护法6条).
    reveals = has_right(actor, "reveal_personal") or not sees_whole_bureau(actor)
    return {
        "day": day,
        "today": today(),
        "before": before,
        "more": more,
        "states": STATES,
        "results": RESULTS,
        "titles": TITLES,
        "personal": str if reveals else masked,
    }
