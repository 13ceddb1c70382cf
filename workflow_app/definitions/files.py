"""From a path that somebody names to the processes that it belongs to, for the check at the command line."""

from __future__ import annotations

from pathlib import Path

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.loading import load, read_yaml
from workflow_app.definitions.schema import SharedForms
from workflow_app.definitions.source import MAX_DRAWING_BYTES, Source, read_source, read_text, slugs
from workflow_app.engine import DrawingRefused, drawing_faults, expand
from workflow_app.text import Text

_FOLDERS = {".bpmn": "bpmn", ".yaml": "forms"}


def sources_of_file(path: Path) -> tuple[list[Source], list[Fault]]:
    """The processes that a file is part of, and what can be said of the file without them.

    A shared file belongs to every process that uses it. Any file may be given; one that is neither a drawing nor a form
    file nor a record template is itself the fault.
    """
    path = path.absolute()
    if path.parent.parent.name == "records" and path.parent.parent.parent.name == "templates":
        return _sources_of_record(path)
    folder = _FOLDERS.get(path.suffix)
    if path.suffix == ".dmn":
        reason = Text("不支持决策表（DMN）：走哪条路写在网关的条件里，数额写在政策参数里")
        return [], [Fault(path.name, "", "decision_table", reason)]
    if folder is None:
        return [], [Fault(path.name, "", "not_content", Text("不是流程图（.bpmn）、表单文件或文书模板（.yaml）"))]
    if path.parent.name == folder:
        return [read_source(path.stem, path.parent.parent)], []
    if path.parent.name == "shared" and path.parent.parent.name == folder:
        root = path.parent.parent.parent
        sources = [source for slug in slugs(root) if path.stem in (source := read_source(slug, root)).shared]
        return sources, _faults_alone(root, path.relative_to(root).as_posix())
    return [], _faults_alone(path.parent, path.name)


def _sources_of_record(path: Path) -> tuple[list[Source], list[Fault]]:
    """The processes that may issue a record: its own, or, of a shared one, each that names it."""
    root, name = path.parent.parent.parent.parent, f"{path.parent.name}/{path.name}"
    mine = slugs(root) if path.parent.name == "shared" else (path.parent.name,)
    sources = [source for slug in mine if name in (source := read_source(slug, root)).records]
    return sources, [] if sources else _faults_alone(root, path.relative_to(root).as_posix())


def _faults_alone(root: Path, name: str) -> list[Fault]:
    text, fault = read_text(root, name, MAX_DRAWING_BYTES)
    if fault:
        return [fault]
    if name.endswith(".yaml"):
        return load(text, name, SharedForms)[1] if name.startswith("forms/shared/") else read_yaml(text, name)[2]
    try:
        found = drawing_faults(expand(text.encode(), {}))
    except DrawingRefused as refused:
        found = refused.faults
    return [Fault(name, f.element, f.code, f.message) for f in found]
