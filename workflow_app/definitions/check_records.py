"""The record templates of a process, each checked for every place that issues it."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.merge import fact_keys_of
from workflow_app.definitions.record_text import RecordText, RecordUse
from workflow_app.definitions.subject import Subject


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults of the words of documents. What the templates of a catalogue are is known to the room that fills them."""
    if subject.catalogue.record_faults is None:
        return
    facts = {element: frozenset({*fact_keys_of(form), "decision"}) for element, form in subject.resolved.items()}
    for path, text in subject.source.records.items():
        uses = tuple(_uses(subject, path))
        yield from subject.catalogue.record_faults(
            RecordText(
                file=f"templates/records/{path}",
                text=text,
                uses=uses,
                owner=uses[0].element if uses else "",
                forms=subject.resolved,
                facts=facts,
                operations=frozenset(subject.merged.operations),
                parties=frozenset(subject.forms.process.parties),
                figures=frozenset(subject.catalogue.figures),
            )
        )


def _uses(subject: Subject, path: str) -> Iterator[RecordUse]:
    """The service tasks that issue the template at a path; a template of the process goes before a shared one."""
    folder, _, name = path.partition("/")
    kind = name.removesuffix(".yaml")
    if folder == "shared" and f"{subject.source.slug}/{name}" in subject.source.records:
        return
    for element, operation in subject.merged.operations.items():
        if operation.args.get("record") == kind:
            yield RecordUse(element, operation.args)
