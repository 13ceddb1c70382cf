"""Lock every dependency, with the hashes of all its files: ``make lock`` after any change of a pin in pyproject.toml.

The three files are made from ``pyproject.toml`` alone, hold for every Python and platform that the project runs on, and
name no index, so that an installation takes the files from wherever its own machine is told to, and checks them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
HEADER = "# Made by `make lock` from pyproject.toml; do not edit. Install with: pip install --require-hashes -r\n"


def main() -> None:
    """Write ``requirements/build.txt``, ``runtime.txt`` and ``dev.txt``; versions that need not change stay."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    LOCKS.mkdir(exist_ok=True)
    runtime = project["project"]["dependencies"]
    _lock("build.txt", project["build-system"]["requires"])
    _lock("runtime.txt", runtime)
    _lock("dev.txt", [*runtime, *project["project"]["optional-dependencies"]["dev"]], within="runtime.txt")


def _lock(name: str, wanted: list[str], within: str | None = None) -> None:
    """Resolve ``wanted`` and what it needs; ``within`` names a file whose versions must be taken over."""
    target = LOCKS / name
    constraints = ["--constraint", str(LOCKS / within)] if within else []
    subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--output-file", str(target)),
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *constraints,
        ],
        input="\n".join(wanted),
        text=True,
        check=True,
        env=_environment(),
    )
    target.write_text(HEADER + target.read_text())


def _environment() -> dict[str, str]:
    """The mirror that pip is told to use serves the resolver too."""
    mirror = os.environ.get("PIP_INDEX_URL")
    return {**({"UV_DEFAULT_INDEX": mirror} if mirror else {}), **os.environ}


if __name__ == "__main__":
    main()
