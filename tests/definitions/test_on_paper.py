"""An answer that came on paper: the paper is asked for once, also where the form asks for a letter."""

from __future__ import annotations

import pytest

from workflow_app.definitions.on_paper import SCAN, on_paper
from workflow_app.definitions.schema_fields import Evidence, Label
from workflow_app.definitions.source import read_source
from workflow_app.definitions.version import load_version


@pytest.mark.parametrize("decision", ["offer", "decline"])
def test_the_letter_of_an_outside_bureau_is_what_came_on_paper(decision: str) -> None:
    """It is asked for whether the bureau agrees or declines; online only one that agrees has to upload it."""
    online = load_version(read_source("pairing"), 1).form("outside_reply")
    paper = on_paper(online)
    assert {line.key: line.show_if for line in online.evidence} == {"reply": {"decision": ("offer",)}}
    asked = [line.key for line in paper.evidence if decision in line.show_if.get("decision", (decision,))]
    assert asked == ["reply"]
    assert paper.evidence[0].types == ("pdf", "ofd", "jpg", "png")


def test_a_form_without_a_letter_asks_for_the_scan() -> None:
    form = load_version(read_source("pairing"), 1).form("outside_reply")
    other = Evidence(key="minutes", label=Label(zh="会议记录", en="Minutes"))
    paper = on_paper(form.model_copy(update={"evidence": (other,)}))
    assert [line.key for line in paper.evidence] == ["minutes", SCAN]
