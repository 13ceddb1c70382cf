"""The documents of a process: what issues them, and each template checked for every place that issues it."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.merge import fact_keys_of
from workflow_app.definitions.record_text import RecordText, RecordUse
from workflow_app.definitions.subject import Subject


def faults(subject: Subject) -> Iterator[Fault]:
    """Faults of issuing operations and of the words of documents.

    What the templates of a catalogue are is known to the room that fills them.
    """
    yield from _issuing(subject)
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


def _issuing(subject: Subject) -> Iterator[Fault]:
    records = subject.source.records
    for element, operation in subject.merged.operations.items():
        kind = operation.args.get("record")
        if kind is None:
            continue
        if not {f"{subject.source.slug}/{kind}.yaml", f"shared/{kind}.yaml"} & records.keys():
            owner = _who_says(subject, element, "record")
            yield subject.fault(owner, "record_missing", "没有文书模板“{name}”", name=kind)
        each = operation.args.get("each")
        if each is not None and not _is_list_of_facts(subject, element, each):
            owner = _who_says(subject, element, "each")
            yield subject.fault(
                owner, "record_each", "逐份出具的名单（each）须写成“系统操作.名单”，没有“{name}”", name=each
            )


def _who_says(subject: Subject, element: str, argument: str) -> str:
    """The element whose form gives an operation's argument: of a copy of a shared drawing often its call."""
    call = subject.expanded.origin.get(element, ("",))[0]
    return call if call and argument in subject.forms.calls[call].args else element


def _is_list_of_facts(subject: Subject, element: str, each: object) -> bool:
    """Whether it is spelt ``<operation>.<fact>``, of another operation; its facts are known when it has run."""
    owner, _, fact = str(each).partition(".")
    return fact.isidentifier() and owner != element and owner in subject.merged.operations


def _uses(subject: Subject, path: str) -> Iterator[RecordUse]:
    """The service tasks that issue the template at a path; a template of the process goes before a shared one."""
    folder, _, name = path.partition("/")
    kind = name.removesuffix(".yaml")
    if folder == "shared" and f"{subject.source.slug}/{name}" in subject.source.records:
        return
    for element, operation in subject.merged.operations.items():
        if operation.args.get("record") == kind:
            yield RecordUse(element, operation.args)
