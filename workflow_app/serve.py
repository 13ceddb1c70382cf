"""Serving: gunicorn for the pages and one worker process beside it; both end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

from workflow_app.config import Config

THREADS = 4
ENDING_SECONDS = 30

MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(256 * 1024),
    "PYTHONNODEBUGRANGES": "1",
}
"""What the processes are told, each for the memory of one. Threads that run one at a time need no pool each: 6 MB. A
large block, such as a font while it is read, is given back whole, however large the one before it was: 4 MB where
documents are drawn. A traceback names its lines without pointing at the words in them: 0.7 MB."""


def serve(config: Config, *, web_processes: int, with_worker: bool = True) -> None:
    """Serve until interrupted. The worker is a process of its own, so that a slow job never holds up a page; it may
    also run elsewhere."""
    commands = [gunicorn(config, web_processes)]
    if with_worker:
        commands.append([sys.executable, "-m", "workflow_app", "worker"])
    processes = [subprocess.Popen(command, env={**MEMORY, **os.environ}) for command in commands]  # noqa: S603 - our own programs, settings as arguments
    # Being told to end is the same as Ctrl+C at the terminal.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            processes[0].wait()
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=ENDING_SECONDS)


def gunicorn(config: Config, web_processes: int) -> list[str]:
    """The command that serves ``workflow_app.wsgi``."""
    return [
        *(sys.executable, "-m", "gunicorn", "workflow_app.wsgi:app"),
        *("--bind", f"{config.host}:{config.port}"),
        *("--workers", str(web_processes)),
        *("--worker-class", "gthread"),
        *("--threads", str(THREADS)),
        # A browser that keeps its connection keeps its process, however busy that is, while the other one rests: each
        # request is taken by whoever has time. What a new connection costs is for the reverse proxy to save.
        *("--keep-alive", "0"),
        *("--log-level", "warning"),
    ]
