"""What the cases of one process are numbered by is no other's: a number names one case, and its chain in the log."""

from __future__ import annotations

from collections import Counter

from tests.processes.test_drawings import shipped
from workflow_app.definitions.source import slugs


def test_no_two_processes_number_their_cases_alike() -> None:
    used = Counter(shipped(slug).head.number for slug in slugs())
    assert [number for number, processes in used.items() if processes > 1] == []
