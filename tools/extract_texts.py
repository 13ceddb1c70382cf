"""Collect every user text of the program into ``workflow_app/translations/en.po``: ``python -m tools.extract_texts``.

A message id is the Chinese text itself. Translations that are there are kept, texts that are gone are dropped, and new
ones get an empty translation, which a test then names.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from workflow_app import errors

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "workflow_app" / "translations" / "en.po"

REFUSALS = [name for name, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.WorkflowError)]
KEYWORDS = {**dict.fromkeys(("_", "gettext", "Text", *REFUSALS)), "Right": (2,)}
"""Calls whose first argument is a text; of a Right it is the second."""


def texts() -> dict[str, set[str]]:
    """Every text of the program, and the files that say it."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "workflow_app").rglob("*.py")):
        _collect(found, path, [*_calls("python", path), *_defaults(path)])
    for path in sorted((ROOT / "templates").rglob("*.html")):
        _collect(found, path, _calls("jinja2", path))
    return found


def _calls(method: str, path: Path) -> Iterator[str]:
    for _line, message, _comments, _context in extract_from_file(method, path, KEYWORDS):
        yield message if isinstance(message, str) else message[0]


def _defaults(path: Path) -> Iterator[str]:
    """Texts that are said when a refusal is raised without words: defaults of parameters named ``msgid``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            for name, default in zip(reversed(names), reversed(node.args.defaults), strict=False):
                if name == "msgid" and isinstance(default, ast.Constant):
                    yield str(default.value)


def _collect(found: dict[str, set[str]], path: Path, messages: Iterator[str] | list[str]) -> None:
    for message in messages:
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
