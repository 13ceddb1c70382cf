"""Where the drawings, forms and templates lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def content_root() -> Path:
    """The folder that holds ``bpmn/``, ``forms/`` and ``templates/``.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for candidate in (_PACKAGE / "_content", _PACKAGE.parent):
        if (candidate / "bpmn").is_dir() and (candidate / "forms").is_dir():
            return candidate
    raise FileNotFoundError("the drawings and forms are missing from this installation")
