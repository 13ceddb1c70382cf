"""The charter of a group in the register: any version, clause by clause, and what it changes against any other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.act import Actor
from workflow_app.cases.access import access_to
from workflow_app.cases.models import Case
from workflow_app.definitions.clauses import Clause, article, chapter, clauses_in
from workflow_app.errors import NotFoundError
from workflow_app.registers.charters import CHAPTERS, charters_of, compared, in_groups
from workflow_app.registers.models import CharterEntry, EducationGroup
from workflow_app.text import Text
from workflow_app.typed import whole_number
from workflow_app.web.request import current_actor, reading, today

blueprint = Blueprint("charters", __name__, url_prefix="/registers/groups")

Chapter = tuple[Text, str, list[tuple[Text, Clause]]]
"""A chapter: its number, its code, and its clauses with their numbers."""


@blueprint.get("/<int:group_id>/charter")
def show(group_id: int) -> str:
    """A version of a group's charter (``version``; the newest if none is named), set against another (``against``; the
    one before it if none is named).

    Raises:
        NotFoundError: there is no such group or no such version.
    """
    actor = current_actor()
    with reading() as session:
        group = session.scalar(
            select(EducationGroup).where(EducationGroup.bureau_id == actor.bureau_id, EducationGroup.id == group_id)
        )
        if group is None:
            raise NotFoundError
        versions = charters_of(session, actor.bureau_id, group_id)
        shown = _asked(versions, "version") or next(iter(versions), None)
        before = _asked(versions, "against") or _before(versions, shown)
        text = clauses_in(shown.clauses) if shown else ()
        return render_template(
            "registers/charter.html",
            group=group,
            versions=versions,
            shown=shown,
            before=before,
            code=in_groups(shown.text_hash or "") if shown else "",
            text_by_chapter=_by_chapter(text),
            chapters=CHAPTERS,
            comparison=compared(before, text) if text and before is not None and before is not shown else None,
            case=_visible_case(session, actor, shown.case_id) if shown else None,
            today=today(),
        )


def _asked(versions: Sequence[CharterEntry], name: str) -> CharterEntry | None:
    typed = request.args.get(name, "").strip()
    if not typed:
        return None
    found = next((entry for entry in versions if entry.version == whole_number(typed)), None)
    if found is None:
        raise NotFoundError
    return found


def _before(versions: Sequence[CharterEntry], shown: CharterEntry | None) -> CharterEntry | None:
    return next((entry for entry in versions if shown is not None and entry.version < shown.version), None)


def _by_chapter(text: Sequence[Clause]) -> list[Chapter]:
    numbered = [(article(number), clause) for number, clause in enumerate(text, 1)]
    runs = groupby(numbered, key=lambda pair: pair[1].chapter)
    return [(chapter(number), code, list(found)) for number, (code, found) in enumerate(runs, 1)]


def _visible_case(session: Session, actor: Actor, case_id: int) -> Case | None:
    """The case in which the version was filed, for those who may see it."""
    case = session.scalar(select(Case).where(Case.bureau_id == actor.bureau_id, Case.id == case_id))
    return case if case is not None and access_to(session, actor, case) is not None else None
