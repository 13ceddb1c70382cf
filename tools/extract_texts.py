"""Collect every user text of the program into ``workflow_app/translations/en.po``: ``python -m tools.extract_texts``.

A message id is the Chinese text itself. Translations that are there are kept, texts that are gone are dropped, and new
ones get an empty translation, which a test then names.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from workflow_app import errors

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "workflow_app" / "translations" / "en.po"

REFUSALS = [name for name, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.WorkflowError)]
KEYWORDS = {**dict.fromkeys(("_", "gettext", "Text", "__init__", *REFUSALS), 0), "Right": 1}
"""Calls that take a text, and which of their arguments it is; ``__init__`` is that of a refusal's own class."""


CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Characters and full-width punctuation; what has none of them, such as ``{name}``, reads alike in both languages."""


def texts() -> dict[str, set[str]]:
    """Every text of the program, and the files that say it."""
    found: dict[str, set[str]] = {}
    modules = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "workflow_app").rglob("*.py"))}
    shared = {name: n for tree in modules.values() for name, n in _takers(tree) if not name.startswith("_")}
    for path, tree in modules.items():
        _collect(found, path, _in_python(tree, {**KEYWORDS, **shared, **dict(_takers(tree))}))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        _collect(found, path, _in_template(path))
    return found


def _takers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions that make a message of a text that is handed to them as ``msgid``, and which argument that is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg != "self"]
            if "msgid" in names:
                yield node.name, names.index("msgid")


def _in_python(tree: ast.Module, keywords: Mapping[str, int]) -> Iterator[str]:
    # Read from the syntax tree: the extractor of Babel misses a text within the arguments of another one.
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            position = keywords.get(_name(node.func), len(node.args))
            yield from _strings(node.args[position : position + 1])
        elif isinstance(node, ast.FunctionDef):
            yield from _defaults(node)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _strings(expressions: Sequence[ast.expr]) -> Iterator[str]:
    """The text, or both of ``"…" if … else "…"``."""
    for node in expressions:
        if isinstance(node, ast.IfExp):
            yield from _strings([node.body, node.orelse])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _defaults(function: ast.FunctionDef) -> Iterator[str]:
    """What a refusal says when it is raised without words: the default of a parameter named ``msgid``."""
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    for name, default in zip(reversed(names), reversed(function.args.defaults), strict=False):
        if name == "msgid":
            yield from _strings([default])


def _in_template(path: Path) -> Iterator[str]:
    for _line, message, _comments, _context in extract_from_file("jinja2", path, {"_": None, "gettext": None}):
        yield message if isinstance(message, str) else message[0]


def _collect(found: dict[str, set[str]], path: Path, messages: Iterator[str]) -> None:
    for message in filter(CHINESE.search, messages):
        found.setdefault(message, set()).add(path.relative_to(ROOT).as_posix())


def english() -> dict[str, str]:
    """The translations that are there."""
    if not ENGLISH.exists():
        return {}
    with ENGLISH.open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source, locale="en") if m.id and m.string}


def main() -> int:
    """Rewrite the file of translations; the exit code tells whether any is missing."""
    known, catalogue = english(), Catalog(locale="en")
    for msgid, paths in texts().items():
        catalogue.add(msgid, known.get(msgid, ""), locations=[(p, 0) for p in sorted(paths)])
    ENGLISH.parent.mkdir(exist_ok=True)
    with ENGLISH.open("wb") as target:
        write_po(target, catalogue, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    missing = sum(1 for m in catalogue if m.id and not m.string)
    sys.stdout.write(f"{len(catalogue)} texts, {missing} without English\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
