"""Reading the Containerfile, and doing what it says without a container engine.

``make container-check`` does so where there is no engine; where there is one, :mod:`tools.try_container` builds the
image and runs it. The steps of the build run in a folder of their own, with only the files that are copied there; then
the entry point is started with the environment of the image, and asked whether it is ready. What this cannot show is
the image itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 90


@dataclass(frozen=True)
class Instruction:
    """One line of a Containerfile, continued lines joined: ``RUN``, and what follows."""

    word: str
    rest: str


def read(path: Path = ROOT / "Containerfile") -> list[list[Instruction]]:
    """The stages, each with its instructions; what stands before the first is left out."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    stages: list[list[Instruction]] = []
    for line in joined:
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stages.append([])
        if stages:
            stages[-1].append(Instruction(word, rest))
    return stages


def environment(stage: list[Instruction]) -> Mapping[str, str]:
    """The variables that a stage sets."""
    settings = " ".join(step.rest for step in stage if step.word == "ENV")
    return dict(pair.split("=", 1) for pair in settings.split())


def command(stage: list[Instruction]) -> list[str]:
    """What a container runs: the entry point with its default arguments."""
    said = {step.word: json.loads(step.rest) for step in stage if step.word in {"ENTRYPOINT", "CMD"}}
    return [*said["ENTRYPOINT"], *said["CMD"]]


def health_check(stage: list[Instruction]) -> list[str]:
    """What an engine runs in a container to learn whether it can take work."""
    (said,) = (step.rest for step in stage if step.word == "HEALTHCHECK")
    return [str(word) for word in json.loads(said.partition("CMD ")[2])]


def main() -> None:
    """Follow the Containerfile, start what it starts, and wait until that is ready."""
    build, image = read()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _build(build, place)
        _start(image, place)
    sys.stdout.write("the steps of the Containerfile were followed, and what it starts is ready\n")


def _build(stage: list[Instruction], place: Path) -> None:
    source = place / "src"
    source.mkdir()
    for step in stage:
        if step.word == "COPY":
            *names, _ = step.rest.split()
            for name in names:
                _copy(name, source)
        elif step.word == "RUN":
            # What an engine would lend to the step, pip finds here in this machine's own settings.
            said = re.sub(r"--mount=\S+\s+", "", step.rest)
            run = re.sub(r"/(?:opt|tmp)/", lambda found: f"{place}{found[0]}", said)
            subprocess.run(["sh", "-ec", run], cwd=source, check=True)  # noqa: S603, S607 - our own build


def _copy(name: str, source: Path) -> None:
    origin = ROOT / name
    if origin.is_dir():
        shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(origin, source)


def _start(stage: list[Instruction], place: Path) -> None:
    settings = environment(stage)
    programs = place / "opt" / "workflow-app" / "bin"
    path = f"{programs}:{os.environ['PATH']}"
    # The address and the data folder are this machine's; every other setting is the image's.
    own = {
        "WORKFLOW_APP_DATA": f"{place}/data",
        "WORKFLOW_APP_BASE_URL": "https://banjian.example.gov.cn",
        "PATH": path,
    }
    variables = {**settings, **own, "WORKFLOW_APP_HOST": "127.0.0.1", "WORKFLOW_APP_PORT": "8766"}
    name, *arguments = command(stage)
    program = str(programs / name)
    subprocess.run([program, "upgrade"], env=variables, cwd=place, check=True)  # noqa: S603 - our own program
    for said in (arguments, ["worker"]):
        process = subprocess.Popen([program, *said], env=variables, cwd=place)  # noqa: S603 - our own program
        try:
            if said is arguments:
                _wait_until_ready("http://127.0.0.1:8766/readyz")
            else:
                time.sleep(3)
                if process.poll() is not None:
                    raise SystemExit("the worker has ended")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(WAIT_SECONDS)


def _wait_until_ready(address: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError as refused:
            raise SystemExit(refused.read().decode()) from refused
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


if __name__ == "__main__":
    main()
