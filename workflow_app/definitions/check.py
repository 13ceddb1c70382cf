"""Every fault of a definition, each with its file, element and reason. Nothing here raises for what a file holds."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.definitions import (
    check_elements,
    check_forms,
    check_invited,
    check_process,
    check_records,
    check_routes,
)
from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.faults import Fault
from workflow_app.definitions.loading import load
from workflow_app.definitions.schema import ProcessForms, SharedForms
from workflow_app.definitions.source import Source
from workflow_app.definitions.subject import Subject
from workflow_app.engine import DrawingRefused, Expanded, drawing_faults, expand, ids_of


def faults(source: Source, catalogue: Catalogue) -> list[Fault]:
    """All faults of a process. Where a file cannot be read, what depends on it is not judged."""
    found = list(source.unread)
    unread = {fault.file for fault in found}
    forms = None
    if source.form_file not in unread:
        forms, new = load(source.form, source.form_file, ProcessForms)
        found += new
    shared: dict[str, SharedForms] = {}
    for name, text in source.shared_forms.items():
        if (file := f"forms/shared/{name}.yaml") not in unread:
            loaded, new = load(text, file, SharedForms)
            found += new
            if loaded:
                shared[name] = loaded
    alone, faulty = _shared_drawings(source, unread)
    found += faulty
    expanded: Expanded | None = None
    if source.drawing_file not in unread:
        expanded, new = _drawing(source, alone, sound=not faulty)
        found += new
    if expanded is None or forms is None or found:
        return _once(found)
    subject = Subject(source, forms, shared, expanded, alone, catalogue)
    for check in (check_elements, check_process, check_invited, check_forms, check_routes, check_records):
        found += check.faults(subject)
    return _once(found)


def _shared_drawings(source: Source, unread: set[str]) -> tuple[dict[str, Expanded], list[Fault]]:
    alone: dict[str, Expanded] = {}
    found: list[Fault] = []
    for name, text in source.shared.items():
        if (file := f"bpmn/shared/{name}.bpmn") in unread:
            continue
        try:
            alone[name] = expand(text.encode(), {})
        except DrawingRefused as refused:
            found += [Fault(file, f.element, f.code, f.message) for f in refused.faults]
        else:
            found += [Fault(file, f.element, f.code, f.message) for f in drawing_faults(alone[name])]
    return alone, found


def _drawing(source: Source, alone: Mapping[str, Expanded], *, sound: bool) -> tuple[Expanded | None, list[Fault]]:
    """The expanded drawing, and its own faults. Those inside a copy were found in the shared drawing itself.

    Where all of these are ``sound``, the expansion alone brings them about: ids collide, conditions grow too long.
    """
    try:
        expanded = expand(source.drawing.encode(), {name: source.shared[name].encode() for name in alone})
    except DrawingRefused as refused:
        return None, [Fault(source.drawing_file, f.element, f.code, f.message) for f in refused.faults]
    # A call whose drawing could not be read stays a call; the fault of the shared drawing says why.
    consequences = set() if len(alone) == len(source.shared) else {"called_process", "unknown_element"}
    written = {"", *ids_of(source.drawing.encode())}
    found = [
        Fault(source.drawing_file, f.element, f.code, f.message)
        for f in drawing_faults(expanded)
        if (sound or f.element in written) and f.code not in consequences
    ]
    return expanded, found


def _once(found: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(found))
