"""Titles of cases: the pattern of the form file filled from the first answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from workflow_app.definitions.schema import Head
from workflow_app.definitions.schema_fields import Field

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\}")
_LONGEST = 200


def case_title(
    head: Head, elements: Collection[str], answers: Mapping[str, Any], fields: Sequence[Field] = ()
) -> str | None:
    """``组建{apply.group_name}`` filled in; None while the pattern speaks of a step that was not answered here.

    Of a choice among ``fields`` the title says the label, not the code.
    """
    places = _PLACE.findall(head.case_title)
    if not places or any(element not in elements or not answers.get(key) for element, key in places):
        return None
    labels = {(f.key, option.value): option.label.zh for f in fields for option in f.options}

    def said(place: re.Match[str]) -> str:
        answer = str(answers[place.group(2)])
        return labels.get((place.group(2), answer), answer)

    return _PLACE.sub(said, head.case_title)[:_LONGEST]
