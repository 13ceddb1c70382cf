"""Everything the template of a task's page needs, from the draft or from what was just typed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.gates import GateHolders, gate_holders
from workflow_app.cases.pages import TaskPage
from workflow_app.cases.task_page import task_findings, task_page
from workflow_app.clock import local_date
from workflow_app.definitions.answers import Answers, mentioned, well_formed
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema_fields import Evidence
from workflow_app.errors import Problem
from workflow_app.text import Text
from workflow_app.web import i18n
from workflow_app.web.forms.build import AnswersForm, RowsField, Slot, compiled
from workflow_app.web.forms.choices import Choices, load_choices
from workflow_app.web.forms.fields import FilesField, ReferenceField
from workflow_app.web.forms.seen import check_groups, mentioned_in, seen


@dataclass(frozen=True)
class SlotView:
    """One line of the evidence checklist as the page shows it."""

    line: Evidence
    field: FilesField
    title: str
    done: bool


def task_view(
    session: Session,
    actor: Actor,
    task_id: int,
    now: datetime,
    *,
    typed: Answers | None = None,
    problems: Sequence[Problem] = (),
    key: str | None = None,
) -> dict[str, Any]:
    """The template's values. ``typed`` and ``problems`` are given when answers were refused; ``key`` stays the same
    for as long as nothing was written, so that a repeated click is one act.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: as :func:`task_page` does.
    """
    page = task_page(session, actor, task_id, now)
    answers = page.answers if typed is None else typed
    findings = page.findings
    if typed is not None:
        sound = well_formed(page.form, answers, today=local_date(now))
        findings = task_findings(session, actor, task_id, sound, now)
    wanted = mentioned(page.form, answers) | mentioned_in(page.earlier)
    choices = load_choices(session, actor.bureau_id, page.form, wanted, page.case.case_id, local_date(now))
    holders = gate_holders(session, actor, task_id, findings, now)
    return page_values(page, choices, answers, actor, findings=findings, holders=holders, problems=problems, key=key)


def page_values(
    page: TaskPage,
    choices: Choices,
    answers: Answers,
    actor: Actor,
    *,
    findings: Sequence[Any],
    holders: Mapping[str, GateHolders],
    problems: Sequence[Problem] = (),
    key: str | None = None,
) -> dict[str, Any]:
    """The same from values that have been read already."""
    form = AnswersForm.fill(compiled(page.content_hash, page.element, i18n.current_locale(), page.form), answers)
    form.show_problems(problems, i18n.marked_text)
    return {
        "page": page,
        "task_id": page.task_id,
        "answers_form": form,
        "choices": choices,
        "figures": page.figures,
        "slots": [slot_view(slot, form, choices) for slot in form.slots],
        "check_groups": check_groups(findings, holders, form.remarks, problems),
        "earlier": seen(page.earlier, choices.names, actor),
        "asks_opinion": page.form.opinion != "none" or any(d.opinion_required for d in page.form.decisions),
        "idempotency_key": key or secrets.token_urlsafe(18),
    }


def slot_view(slot: Slot, form: AnswersForm, choices: Choices) -> SlotView:
    """A line of the checklist; for a row it names the row: 石桥村小学的教代会决议."""
    title = i18n.label(slot.line.label)
    if slot.row is not None:
        row = _row_name(slot.line.per or "", slot.row, form, choices)
        title = i18n.marked_text(Text("{row}的{label}", row=row, label=labelled(slot.line.label)))
    return SlotView(slot.line, slot.field, title, done=bool(slot.field.chosen))


def _row_name(key: str, number: int, form: AnswersForm, choices: Choices) -> str | Text:
    table = form.base[key]
    assert isinstance(table, RowsField)
    for column in table.rows[number].fields:
        if isinstance(column, ReferenceField) and column.spec is not None and column.chosen:
            return dict(choices.of(column.spec, column.chosen))[column.chosen[0]]
        if column.kind == "text" and column.shown:
            return column.shown
    return Text("第{number}行", number=number + 1)
