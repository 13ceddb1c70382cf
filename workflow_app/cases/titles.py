"""Titles of cases: the pattern of the form file filled from the first answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from workflow_app.definitions.schema import Head

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\}")
_LONGEST = 200


def case_title(head: Head, elements: Collection[str], answers: Mapping[str, Any]) -> str | None:
    """``组建{apply.group_name}`` filled in; None while the pattern speaks of a step that was not answered here."""
    places = _PLACE.findall(head.case_title)
    if not places or any(element not in elements or not answers.get(key) for element, key in places):
        return None
    return _PLACE.sub(lambda m: str(answers[m.group(2)]), head.case_title)[:_LONGEST]
