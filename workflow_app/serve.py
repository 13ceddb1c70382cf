"""Serving: gunicorn for the pages and one worker process beside it; both end together."""

from __future__ import annotations

import subprocess
import sys

from workflow_app.config import Config

THREADS = 4


def serve(config: Config, *, web_processes: int) -> None:
    """Serve until interrupted. The worker is a process of its own, so that a slow job never holds up a page."""
    worker = subprocess.Popen([sys.executable, "-m", "workflow_app", "worker"])
    try:
        subprocess.run([*gunicorn(config, web_processes)], check=False)  # noqa: S603 - the same
    except KeyboardInterrupt:
        pass  # The signal went to the whole group: gunicorn has ended by itself.
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def gunicorn(config: Config, web_processes: int) -> list[str]:
    """The command that serves ``workflow_app.wsgi``."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "workflow_app.wsgi:app",
        "--bind",
        f"{config.host}:{config.port}",
        "--workers",
        str(web_processes),
        "--worker-class",
        "gthread",
        "--threads",
        str(THREADS),
        "--log-level",
        "warning",
    ]
