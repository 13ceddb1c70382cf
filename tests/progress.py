"""A sign of life: a run of an hour says each minute how far it is."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

MINUTE = 60.0
"""Seconds between two lines."""


@contextmanager
def told_each_minute(words: Callable[[], str], say: Callable[[str], object], seconds: float = MINUTE) -> Iterator[None]:
    """While the block runs, ``words`` is asked each minute how far the run is, and ``say`` says it."""
    ended = threading.Event()

    def tell() -> None:
        minutes = 0
        while not ended.wait(seconds):
            minutes += 1
            say(f"  {minutes} min: {words()}")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


@contextmanager
def told_past_capture(config: pytest.Config, words: Callable[[], str]) -> Iterator[None]:
    """The same within a test run, to the standard error that pytest has put aside for the time of a test."""
    with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        terminal = os.fdopen(os.dup(2), "w")
    with terminal, told_each_minute(words, lambda line: print(f"\n{line}", file=terminal, flush=True)):
        yield
