"""One step in another process of the operating system, for the dry run: nothing may hide in the memory of this one.

Run as a module it reads the step as JSON from standard input and writes what it brought about to standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from workflow_app.columns import canonical_json
from workflow_app.definitions.source import Source
from workflow_app.definitions.version import load_version
from workflow_app.engine import Advance, complete

TIMEOUT_SECONDS = 60


def same_in_fresh_process(
    source: Source, state: bytes, task: str, facts: Mapping[str, Mapping[str, Any]], advance: Advance
) -> bool:
    """Whether completing a step elsewhere, from nothing but the stored texts and state, brings about the same."""
    step = {"bundle": source.to_bundle(), "state": state.hex(), "task": task, "facts": facts}
    done = subprocess.run(
        [sys.executable, "-m", "workflow_app.definitions.fresh_process"],
        input=canonical_json(step),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        encoding="utf-8",
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return done.returncode == 0 and done.stdout == _told(advance)


def _told(advance: Advance) -> str:
    """What the step brought about, without the ids of engine tasks that it made: those are new every time."""
    return canonical_json(
        {
            "opened": sorted(advance.opened.values()),
            "closed": sorted(advance.closed),
            "operations": sorted(advance.operations.values()),
            "armed": sorted(advance.armed.values()),
            "disarmed": sorted(advance.disarmed),
            "reached": list(advance.reached),
            "outcome": advance.outcome,
        }
    )


def main() -> None:
    """Complete the step that standard input describes."""
    step = json.load(sys.stdin)
    version = load_version(Source.from_bundle(step["bundle"]), 1)
    sys.stdout.write(_told(complete(version.spec, bytes.fromhex(step["state"]), step["task"], step["facts"])))


if __name__ == "__main__":
    main()
