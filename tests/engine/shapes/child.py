"""The engine in another process, which has no live workflow: it gets a drawing, a state and an act, and says what came
of it. ``python -m tests.engine.shapes.child`` answers one line of JSON with one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from workflow_app.engine import Advance, Specification, complete, expand, fire, load, return_to, send

CALLS = {"complete": complete, "fire": fire, "send": send, "return_to": return_to}


class Child:
    """One other process. ``once``: it ends with its first answer, so that not even the parsed drawing is left of it."""

    def __init__(self, *, once: bool = False) -> None:
        self._once, self._process = once, self._start()

    def __call__(
        self, kind: str, spec: Specification, state: bytes, target: str, facts: Mapping[str, Mapping[str, Any]]
    ) -> Advance:
        """One act of the engine, done there."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        request = {
            "drawing": spec.expanded.xml.decode(),
            "kind": kind,
            "state": state.hex(),
            "target": target,
            "facts": facts,
        }
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, "the other process has died"
        if self._once:
            self.close()
            self._process = self._start()
        answer = json.loads(line)
        tuples = {name: tuple(value) for name, value in answer.items() if isinstance(value, list)}
        return Advance(**{**answer, **tuples, "state": bytes.fromhex(answer["state"])})

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        assert self._process.returncode == 0

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-m", "tests.engine.shapes.child"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@lru_cache(maxsize=4)
def _specification(drawing: str) -> Specification:
    return load(expand(drawing.encode(), {}))


def main() -> None:
    """Answer until there are no more questions."""
    for line in sys.stdin:
        request = json.loads(line)
        advance = CALLS[request["kind"]](
            _specification(request["drawing"]),
            bytes.fromhex(request["state"]),
            request["target"],
            request["facts"],
        )
        answer = {**asdict(advance), "state": advance.state.hex()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
