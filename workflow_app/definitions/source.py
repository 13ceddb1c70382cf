"""All texts that make up one process: drawings, form files and record templates, read from the content folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from workflow_app.columns import canonical_json, digest
from workflow_app.content import content_root
from workflow_app.definitions.faults import Fault
from workflow_app.text import Text

MAX_DRAWING_BYTES = 2_000_000
MAX_TEXT_BYTES = 1_000_000
MAX_CALLED = 40
"""Shared drawings that one process may call."""
_CALLED = re.compile(r"""\bcalledElement\s*=\s*["']([a-z][a-z0-9_]*)["']""")
_SLUG = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Source:
    """The texts of one process. ``records`` is keyed by path below ``templates/records``: ``shared/refusal.yaml``.

    ``unread`` holds a fault for every file that is missing, too large or not a text; its text is then empty.
    """

    slug: str
    drawing: str
    form: str
    shared: Mapping[str, str] = field(default_factory=dict)
    shared_forms: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Fault, ...] = ()

    def to_bundle(self) -> dict[str, Any]:
        """What a published version stores: every source text, so that it never needs the content folder again."""
        return {
            "slug": self.slug,
            "drawing": self.drawing,
            "shared": dict(self.shared),
            "form": self.form,
            "shared_forms": dict(self.shared_forms),
            "records": dict(self.records),
        }

    @classmethod
    def from_bundle(cls, bundle: Mapping[str, Any]) -> Source:
        """The inverse of :meth:`to_bundle`."""
        return cls(**bundle)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the bundle. It holds every input of the expansion, so that a change of a shared drawing makes
        a new version of each process that uses it, and anybody can recompute it from the stored row alone."""
        return digest(canonical_json(self.to_bundle()))

    @property
    def drawing_file(self) -> str:
        """The path of the drawing below the content root."""
        return f"bpmn/{self.slug}.bpmn"

    @property
    def form_file(self) -> str:
        """The path of the form file below the content root."""
        return f"forms/{self.slug}.yaml"


def slugs(root: Path | None = None) -> tuple[str, ...]:
    """Every process that has a drawing or a form file, in alphabetical order."""
    root = root or content_root()
    found = {p.stem for p in (root / "bpmn").glob("*.bpmn")} | {p.stem for p in (root / "forms").glob("*.yaml")}
    return tuple(sorted(slug for slug in found if _SLUG.fullmatch(slug)))


def read_source(slug: str, root: Path | None = None) -> Source:
    """Read the texts of a process. Never raises for what is in the files: see ``Source.unread``."""
    root = root or content_root()
    unread: list[Fault] = []

    def read(path: str, limit: int) -> str:
        text, fault = read_text(root, path, limit)
        if fault:
            unread.append(fault)
        return text

    if not _SLUG.fullmatch(slug):
        message = Text("流程代号只能用小写字母、数字和连字符，不超过40个：{slug}", slug=slug)
        fault = Fault(f"bpmn/{slug}.bpmn", "", "slug", message)
        return Source(slug, "", "", unread=(fault,))
    drawing = read(f"bpmn/{slug}.bpmn", MAX_DRAWING_BYTES)
    form = read(f"forms/{slug}.yaml", MAX_TEXT_BYTES)
    called = sorted(set(_CALLED.findall(drawing)))
    if len(called) > MAX_CALLED:
        message = Text("流程图调用了{count}个共用流程图，最多{limit}个", count=len(called), limit=MAX_CALLED)
        unread.append(Fault(f"bpmn/{slug}.bpmn", "", "too_many_calls", message))
        called = []
    shared = {name: read(f"bpmn/shared/{name}.bpmn", MAX_DRAWING_BYTES) for name in called}
    shared_forms = {name: read(f"forms/shared/{name}.yaml", MAX_TEXT_BYTES) for name in called}
    folders = {folder: sorted((root / "templates/records" / folder).glob("*.yaml")) for folder in (slug, "shared")}
    own = {f"{slug}/{p.name}": read(f"templates/records/{slug}/{p.name}", MAX_TEXT_BYTES) for p in folders[slug]}
    common = {p.stem: p for p in folders["shared"]}
    records = dict(own)
    for kind in _named(common, (form, *shared_forms.values(), *own.values()), root):
        records[f"shared/{kind}.yaml"] = read(f"templates/records/shared/{kind}.yaml", MAX_TEXT_BYTES)
    return Source(slug, drawing, form, shared, shared_forms, records, tuple(unread))


def _named(common: Mapping[str, Path], texts: tuple[str, ...], root: Path) -> list[str]:
    """The shared templates that any of the texts names, and those named by these in turn: no change of a template
    that a process cannot reach makes a new version of it."""
    found: list[str] = []
    pending = list(texts)
    while pending:
        words = set(re.findall(r"[A-Za-z0-9_]+", pending.pop()))
        for kind in sorted(words & common.keys() - set(found)):
            found.append(kind)
            pending.append(read_text(root, f"templates/records/shared/{kind}.yaml", MAX_TEXT_BYTES)[0])
    return sorted(found)


def read_text(root: Path, path: str, limit: int) -> tuple[str, Fault | None]:
    """The text of a file below the root; empty, with the fault, if it is missing, too large or not UTF-8 text."""

    def fault(code: str, msgid: str, **args: Any) -> tuple[str, Fault]:
        return "", Fault(path, "", code, Text(msgid, **args))

    if (root / path).exists() and not (root / path).is_file():
        return fault("unreadable", "不是普通文件，无法读取")
    try:
        with (root / path).open("rb") as handle:
            content = handle.read(limit + 1)
    except FileNotFoundError:
        return fault("missing_file", "缺少文件")
    except OSError as reason:
        return fault("unreadable", "文件无法读取：{reason}", reason=reason.strerror or type(reason).__name__)
    if len(content) > limit:
        return fault("oversized", "文件超过{limit}字节", limit=limit)
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return fault("not_text", "文件不是UTF-8编码的文本")
