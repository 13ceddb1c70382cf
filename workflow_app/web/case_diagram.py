"""The diagram of a case: the drawing of its version, coloured by how far it is; shared steps opened on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow_app.cases.models import Case
from workflow_app.cases.pages import CasePage, DueLine
from workflow_app.definitions.diagram_case import Language, mapped_status, names
from workflow_app.definitions.diagram_svg import diagram_svg
from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import version
from workflow_app.definitions.version import ProcessVersion
from workflow_app.errors import NotFoundError
from workflow_app.text import Text
from workflow_app.web import i18n


@dataclass(frozen=True)
class Diagram:
    """A picture, what it is called, and the shared steps in it that may be opened."""

    svg: str
    title: Label
    calls: Sequence[tuple[str, Label]]


def case_diagram(session: Session, page: CasePage, call: str | None = None) -> Diagram:
    """The drawing of a case's own version; with ``call`` the shared drawing behind that step.

    Raises:
        NotFoundError: the drawing has no such step.
    """
    process = version(session, session.get_one(Case, page.case_id).version_id)
    calls = process.expanded.calls
    if call is not None and call not in calls:
        raise NotFoundError
    language: Language = "en" if i18n.current_locale() == "en" else "zh"
    title = process.head.title if call is None else _call_label(process, call)
    steps = "、".join(i18n.label(one.step) for one in page.waiting)
    words = Text("{title}流程图，当前环节：{steps}", title=i18n.label(title), steps=steps or i18n.text(Text("无")))
    svg = diagram_svg(
        process.drawings[process.slug if call is None else calls[call]],
        status=mapped_status(
            process, done=page.done_elements, active=page.open_elements, late=page.late_elements, call=call
        ),
        labels=names(process, language, call),
        badges={element: i18n.text(words) for element, words in badges(process, page, call).items()},
        title=i18n.text(words),
    )
    return Diagram(svg, title, [] if call else [(name, _call_label(process, name)) for name in calls])


def _call_label(process: ProcessVersion, call: str) -> Label:
    """A call by the name that its author wrote: one shared drawing may stand in a process twice."""
    shared = process.label_of(call)
    return Label(zh=process.graph.names.get(call, shared.zh), en=shared.en)


def badges(process: ProcessVersion, page: CasePage, call: str | None) -> dict[str, Text]:
    """How long each open step has left, on the step as it is drawn; of several within one step the most urgent."""
    found: dict[str, DueLine] = {}
    for one in page.waiting:
        origin = process.expanded.origin.get(one.element)
        if one.due is None or (call is not None and (origin is None or origin[0] != call)):
            continue
        shown = one.element if origin is None else origin[0] if call is None else origin[2]
        if shown not in found or one.due.working_days_left < found[shown].working_days_left:
            found[shown] = one.due
    return {element: _left(due) for element, due in found.items()}


def _left(due: DueLine) -> Text:
    if due.colour == "late" and due.working_days_left == 0:
        return Text("已超期")  # Lapsed on a day off: no working day has passed since.
    if due.colour == "late":
        return Text("超期{days}天", days=-due.working_days_left)
    return Text("剩{days}天", days=due.working_days_left)
