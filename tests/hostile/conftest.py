"""The seed stands at the end of every run, so that a failure can be repeated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from tests.hostile import fuzz
from tests.progress import told_past_capture


@pytest.fixture(scope="session", autouse=True)
def signs_of_life(pytestconfig: pytest.Config) -> Iterator[None]:
    """A long run says each minute how far it is."""
    with told_past_capture(pytestconfig, fuzz.counted) if fuzz.TOTAL else nullcontext():
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say from which seed how many cases were run; with several test processes each counts for itself."""
    terminalreporter.write_line(f"hostile input: WORKFLOW_APP_FUZZ_SEED={fuzz.SEED}, {fuzz.counted()}")
