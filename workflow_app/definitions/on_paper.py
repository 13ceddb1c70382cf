"""The form of an outside organisation's answer that came on paper: the same, with its receipt and its scan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.act import Actor
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Evidence, Field, Label
from workflow_app.definitions.version import ProcessVersion

RECEIVED_ON, RECEIVED_BY, SCAN = "paper_received_on", "paper_received_by", "paper_scan"

_FIELDS = (
    Field(key=RECEIVED_ON, type="date", label=Label(zh="收到日期", en="Received on"), required=True, max=0),
    Field(key=RECEIVED_BY, type="text", label=Label(zh="收件人", en="Received by"), required=True, max=20),
)
_SCAN = Evidence(
    key=SCAN, label=Label(zh="纸质答复扫描件", en="Scan of the paper answer"), types=("pdf", "ofd", "jpg", "png")
)


def form_for(actor: Actor, process: ProcessVersion, element: str) -> TaskForm:
    """The form that an actor fills in."""
    form = process.form(element)
    return on_paper(form) if actor.is_standing_in else form


def form_hash(actor: Actor, process: ProcessVersion) -> str:
    """What names the forms of a version for an actor: those on paper are forms of their own."""
    return f"{process.content_hash}+paper" if actor.is_standing_in else process.content_hash


def on_paper(form: TaskForm) -> TaskForm:
    """A form as the handler fills it in from paper.

    Where the form asks for the letter of the organisation, that is what came on paper, and no other scan is asked for.
    """
    evidence = tuple(_came_on_paper(line) if line.letter else line for line in form.evidence)
    if not any(line.letter for line in evidence):
        evidence = (*evidence, _SCAN)
    return form.model_copy(update={"fields": (*form.fields, *_FIELDS), "evidence": evidence})


def _came_on_paper(letter: Evidence) -> Evidence:
    """A refusal on paper is a letter as well; it may be scanned in any way in which other paper may."""
    types = tuple(dict.fromkeys((*letter.types, *_SCAN.types)))
    return letter.model_copy(update={"required": True, "show_if": {}, "types": types})


def as_answered(form: TaskForm, answers: Mapping[str, Any]) -> TaskForm:
    """A form as it was when these answers were given: on paper, if they say when the paper was received."""
    return on_paper(form) if RECEIVED_ON in answers else form
