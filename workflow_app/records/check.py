"""Faults of record templates, found before anything is published: parts, notation, the names that they speak of.

What cannot be known beforehand (whether an optional field was filled in, the amounts of a bureau's policy) is found and
refused when the record is issued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from workflow_app.definitions.faults import Fault
from workflow_app.definitions.loading import load, read_yaml
from workflow_app.definitions.record_text import RecordText, RecordUse
from workflow_app.directory.kinds import CODES
from workflow_app.records import words
from workflow_app.records.case_data import EACH, FILTERS
from workflow_app.records.closed import environment
from workflow_app.records.names import Names
from workflow_app.records.template import BlockTemplate, RecordTemplate, TableTemplate
from workflow_app.text import Text

MAX_KIND = 40
"""Characters of the name of a record's kind: as many as its column holds."""

Where = tuple[str | int, ...]
"""The path of a string in the file: ``("blocks", 3, "paragraph")``."""


@dataclass(frozen=True)
class _String:
    """One string of a template: where it stands, whether it is an expression, and what its rows are, if it has any."""

    where: Where
    text: str
    is_expression: bool = False
    each: str | None = None  # the expression whose items are ``row``
    in_rows: bool = False  # ``row`` and ``number`` are known


def template_faults(record: RecordText) -> Iterator[Fault]:
    """Every fault of one record template, with its line."""
    template, found = load(record.text, record.file, RecordTemplate)
    yield from found
    if template is None:
        return
    _, lines, _ = read_yaml(record.text, record.file)
    for string, message in _Check(record, template).faults():
        line = next((lines[string[:n]] for n in range(len(string), -1, -1) if string[:n] in lines), None)
        yield Fault(record.file, record.owner, "record_words", message, line)


def _strings(template: RecordTemplate) -> Iterator[_String]:
    yield from (_String(("title", n), text) for n, text in enumerate(template.title))
    yield from (_String(("attachments", n), text) for n, text in enumerate(template.attachments))
    yield from (_String((key,), text) for key in ("to", "about", "cc") if (text := getattr(template, key)) is not None)
    yield from (_String(("signatories", n, "name"), side.name) for n, side in enumerate(template.signatories))
    for number, block in enumerate(template.blocks):
        yield from _of_block(("blocks", number), block)
    if template.receipt:
        yield from _of_table(("receipt",), template.receipt)


def _of_block(where: Where, block: BlockTemplate) -> Iterator[_String]:
    for key in ("when", "each"):
        if (text := getattr(block, key)) is not None:
            yield _String((*where, key), text, is_expression=True)
    for key in ("heading", "lead", "paragraph"):
        if text := getattr(block, key):
            yield _String((*where, key), text, each=block.each, in_rows=True)
    if block.table:
        yield from _of_table((*where, "table"), block.table)


def _of_table(where: Where, table: TableTemplate) -> Iterator[_String]:
    if table.each is not None:
        yield _String((*where, "each"), table.each, is_expression=True)
    yield from (_String((*where, "row", n), text, each=table.each, in_rows=True) for n, text in enumerate(table.row))
    for number, row in enumerate(table.rows):
        yield from (_String((*where, "rows", number, n), text) for n, text in enumerate(row))


class _Check:
    """One template of one process."""

    def __init__(self, record: RecordText, template: RecordTemplate) -> None:
        self.record, self.template = record, template
        nothing: Mapping[str, Callable[..., object]] = dict.fromkeys((*FILTERS, "label"), str)
        self.env = environment(nothing)

    def faults(self) -> Iterator[tuple[Where, Text]]:
        if len(self.record.file.rpartition("/")[2]) > MAX_KIND + len(".yaml"):
            yield (), Text("文书种类的名称最多{most}个字符", most=MAX_KIND)
        if self.template.about is None and any(EACH in use.args for use in self.record.uses):
            yield (), Text("逐份出具的文书须写明每份是关于谁的（about），台账据此找到它")
        for string in _strings(self.template):
            tree = words.parsed(self.env, string.text, expression=string.is_expression)
            if isinstance(tree, Text):
                yield string.where, tree
                continue
            refused = list(words.faults(tree, self.env.filters))
            found = refused or [*self._names(string, tree), *self._filters(tree)]
            yield from ((string.where, message) for message in found)

    def _names(self, string: _String, tree: nodes.Node) -> list[Text]:
        """The names of a string that the process does not have, wherever it issues the record; each once."""
        rows = words.parsed(self.env, string.each, expression=True) if string.each else None
        if isinstance(rows, Text):
            return []  # told where the expression stands
        uses: tuple[RecordUse | None, ...] = self.record.uses or (None,)
        each = (Names(self.record, use, rows, in_rows=string.in_rows).faults(tree) for use in uses)
        return list(dict.fromkeys(message for found in each for message in found))

    def _filters(self, tree: nodes.Node) -> Iterator[Text]:
        for found in tree.find_all(nodes.Filter):
            if found.name == "label" and not self.template.labels:
                yield Text("模板用到“label”，没有写明各选项怎样称呼（labels）")
            if found.name == "code":
                known = [a.value for a in found.args if isinstance(a, nodes.Const)]
                if len(known) != 1 or known[0] not in CODES:
                    yield Text("没有名为“{name}”的属性", name="、".join(map(str, known)))
