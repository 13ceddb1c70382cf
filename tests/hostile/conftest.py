"""The seed stands at the end of every run, so that a failure can be repeated."""

from __future__ import annotations

import pytest

from tests.hostile import fuzz


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say from which seed how many cases were run; with several test processes each counts for itself."""
    cases = "".join(f", {number} {kind}" for kind, number in sorted(fuzz.ran.items()))
    terminalreporter.write_line(f"hostile input: WORKFLOW_APP_FUZZ_SEED={fuzz.SEED}{cases}")
