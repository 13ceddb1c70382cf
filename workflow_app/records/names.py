"""The names that a record template speaks of, held against the process: elements, fields, parties, arguments."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

from workflow_app.definitions.record_text import RecordText, RecordUse
from workflow_app.definitions.schema import TaskForm
from workflow_app.records.case_data import CASE_PARTS, EACH, LINE, VARIABLES, copy_of
from workflow_app.text import Text

_ALWAYS_ANSWERED = frozenset({"decision", "opinion", "evidence"})

Parts = tuple[str | None, ...]
"""``a.apply.group_name``, beginning with a name that the record offers; None where a part is known only when issued."""


class Names:
    """What one string of a template may name where one service task issues it."""

    def __init__(self, record: RecordText, use: RecordUse | None, rows: nodes.Node | None, *, in_rows: bool) -> None:
        """``rows`` is the tree of the expression whose items are ``row``; ``in_rows``: row and number are known."""
        self._record, self._use = record, use
        self._known = VARIABLES | {"row", "number"} if in_rows else VARIABLES
        if use is None or EACH in use.args:
            self._known |= {LINE}
        self._row_keys = self._keys_of_rows(rows) if rows is not None else None

    def faults(self, tree: nodes.Node) -> Iterator[Text]:
        """Every name in a tree that the process does not have."""
        loops = [loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)]
        self._known |= {*loops, "loop"} if loops else frozenset()
        pending = [tree]
        while pending:
            node = pending.pop(0)
            if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
                if node.node.name == "party":
                    yield from self._party(node)
                if node.node.name == "figure":
                    yield from self._figure(node)
                pending = [*node.args, *pending]
            elif parts := self._parts(node):
                if not self._exists(parts):
                    yield Text("模板用到“{name}”，本流程没有这一内容", name=".".join(p or "…" for p in parts))
            else:
                pending = [*node.iter_child_nodes(), *pending]

    def _parts(self, node: nodes.Node) -> Parts:
        """The path that a tree names; empty if it names none."""
        match node:
            case nodes.Name(name=name):
                return (name,)
            case nodes.Getattr(node=inner, attr=name):
                return (*before, name) if (before := self._parts(inner)) else ()
            case nodes.Getitem(node=inner, arg=argument):
                return (*before, self._value(argument)) if (before := self._parts(inner)) else ()
            case nodes.Call(node=nodes.Getattr(node=inner), args=[argument]):
                return (*before, self._value(argument)) if (before := self._parts(inner)) else ()
        return ()

    def _value(self, node: nodes.Node) -> str | None:
        """The text that an argument stands for: itself, or the argument of the service task that it names."""
        if isinstance(node, nodes.Const):
            return str(node.value)
        parts = self._parts(node)
        if self._use is not None and len(parts) == 2 and parts[0] == "args":
            return str(self._use.args.get(parts[1] or "", ""))
        return None

    def _party(self, call: nodes.Call) -> Iterator[Text]:
        name = self._value(call.args[0]) if call.args else ""
        if name is not None and name not in self._record.parties:
            yield Text("没有“{party}”这个当事方（{place}）", party=name, place="party")

    def _figure(self, call: nodes.Call) -> Iterator[Text]:
        name = self._value(call.args[0]) if call.args else ""
        if name is not None and name not in self._record.figures:
            yield Text("没有名为“{name}”的数据项", name=name)

    def _exists(self, parts: Parts) -> bool:
        root, rest = parts[0], parts[1:]
        if root not in self._known:
            return False
        if not rest or rest[0] is None:
            return True
        match root:
            case "a" | "panel":
                return self._is_answered(rest[0], rest[1:])
            case "near":
                return self._use is None or self._is_answered(copy_of(self._use.element) + rest[0], rest[1:])
            case "facts":
                return rest[0] in self._record.operations or self._is_fact(rest[0], rest[1:])
            case "case":
                return rest[0] in CASE_PARTS
            case "args":
                return self._use is None or rest[0] in self._use.args
            case "row":
                return self._row_keys is None or rest[0] in self._row_keys
        return True

    def _is_answered(self, element: str, rest: Parts) -> bool:
        form = self._record.forms.get(element)
        return form is not None and (not rest or rest[0] is None or rest[0] in _keys(form))

    def _is_fact(self, element: str, rest: Parts) -> bool:
        facts = self._record.facts.get(element)
        return facts is not None and (not rest or rest[0] is None or rest[0] in facts)

    def _keys_of_rows(self, rows: nodes.Node) -> frozenset[str] | None:
        """The keys of one item of a list; None where they are not known beforehand."""
        rows = rows.left if isinstance(rows, nodes.Or) else rows  # a.file.actions or []
        match self._parts(rows):
            case ("panel", str(element)) if form := self._record.forms.get(element):
                return _keys(form) | {"on", "by"}
            case ("a", str(element), str(key)) if form := self._record.forms.get(element):
                columns = [field.columns for field in form.fields if field.key == key]
                return frozenset(column.key for column in columns[0]) if columns else None
        return None


def _keys(form: TaskForm) -> frozenset[str]:
    return frozenset(field.key for field in form.fields) | _ALWAYS_ANSWERED
