"""Build the image and run it as docs/operations.md says (``make container-check``).

Podman or docker does it, whichever answers; where neither does, the steps of the Containerfile are followed without an
engine (:mod:`tools.containerfile`). What is particular to a machine comes from its environment:

``CONTAINER_BASE``
    the image with Python to build on, instead of the one that the Containerfile names;
``CONTAINER_BUILD``
    further options of the build, for instance ``--volume`` of a mirror's settings and certificate;
``CONTAINER_RUN``
    further options of every container.

The containers have no network: pages are asked from inside, PostgreSQL is reached by a socket.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from tests.postgres import running_server
from tools import containerfile

ROOT = Path(__file__).resolve().parent.parent
PROBE = (Path(__file__).parent / "container_probe.py").read_text()
TAG = "localhost/workflow-app:trial"
READY_SECONDS, ENDING_SECONDS = 90, 40
BUREAU = ("--code", "trial", "--name", "青禾县教育体育局", "--county", "青禾县", "--document-word", "青教体")
PUBLIC = {"WORKFLOW_APP_BASE_URL": "https://banjian.example.gov.cn"}
HERE = {
    "WORKFLOW_APP_DEMO": "1",
    "WORKFLOW_APP_HOST": "127.0.0.1",
    "WORKFLOW_APP_BASE_URL": "http://127.0.0.1:8000",
    "WORKFLOW_APP_SECURE_COOKIES": "0",
    "WORKFLOW_APP_TRUSTED_PROXIES": "0",
}
"""The demonstration, whose passwords are public, is for the container itself alone."""


def main() -> None:
    """Try the image with the engine of this machine, or follow the Containerfile without one."""
    name = next(filter(_answers, ("podman", "docker")), None)
    if name is None:
        _tell("neither podman nor docker answers: the image is not built, its Containerfile is only followed")
        containerfile.main()
        return
    engine = Engine(name)
    engine.build()
    with engine.volume() as volume:
        _serve(engine, [*volume, *_settings(PUBLIC)], "SQLite")
    with engine.volume() as volume, _postgres() as outside:
        _serve(engine, [*volume, *_settings(PUBLIC), *outside], "PostgreSQL outside")
    with engine.volume() as volume:
        _draw(engine, [*volume, *_settings(HERE)])


def _answers(name: str) -> bool:
    if shutil.which(name) is None:
        return False
    return subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0  # noqa: S603 - the engine


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _settings(variables: dict[str, str]) -> list[str]:
    return [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]


@dataclass(frozen=True)
class Engine:
    """Podman or docker, which understand the same words but for a few."""

    name: str

    @property
    def is_podman(self) -> bool:
        """Whether it makes images without a health check, and read-only containers with further places to write."""
        return self.name == "podman"

    def say(self, *words: str, given: str | None = None) -> str:
        """What the engine answers; what went wrong is shown."""
        done = subprocess.run(  # noqa: S603 - the engine
            [self.name, *words], input=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{self.name} {shlex.join(words)}\n{done.stdout}\n{done.stderr}")
        return done.stdout.strip()

    def build(self) -> None:
        """Build the image; its size and base are told."""
        base = os.environ.get("CONTAINER_BASE")
        command = [
            *(self.name, "build", "--tag", TAG, "--file", "Containerfile"),
            *(("--format", "docker") if self.is_podman else ()),
            *(("--build-arg", f"PYTHON={base}") if base else ()),
            *shlex.split(os.environ.get("CONTAINER_BUILD", "")),
            ".",
        ]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - the engine
        size = int(self.say("image", "inspect", "--format", "{{.Size}}", TAG))
        _tell(f"built on {base or 'the base that the Containerfile names'}: {size / 1e6:.0f} MB")

    def health_check(self) -> list[str]:
        """The command that the image names for it; an image without one is a fault of the build."""
        (image,) = json.loads(self.say("image", "inspect", TAG))
        check = image.get("Healthcheck") or image["Config"].get("Healthcheck")
        if check is None:
            raise SystemExit("the image has no health check")
        return [str(word) for word in check["Test"][1:]]

    @contextmanager
    def volume(self) -> Iterator[list[str]]:
        """A fresh volume for the data, as an option of a container; it is removed with all that it holds."""
        name = f"workflow-trial-{secrets.token_hex(4)}"
        self.say("volume", "create", name)
        try:
            yield ["--volume", f"{name}:/data"]
        finally:
            self.say("volume", "rm", "--force", name)

    def _command(self, *options: str) -> list[str]:
        return [
            *("run", "--init", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--network", "none"),  # noqa: S108
            *(("--read-only-tmpfs=false",) if self.is_podman else ()),
            *shlex.split(os.environ.get("CONTAINER_RUN", "")),
            *options,
            TAG,
        ]

    def ask(self, options: list[str], *question: str) -> str:
        """What the probe answers in a container of its own, in which nothing else runs."""
        python = ("--interactive", "--rm", "--entrypoint", "python")
        return self.say(*self._command(*python, *options), "-", *question, given=PROBE)

    def once(self, options: list[str], *words: str) -> str:
        """What one command of the product prints in a container of its own."""
        return self.say(*self._command("--rm", *options), *words)

    @contextmanager
    def running(self, options: list[str], *words: str) -> Iterator[str]:
        """A container in the background; it is removed in the end, whatever has become of it."""
        container = self.say(*self._command("--detach", *options), *words)
        try:
            yield container
        except SystemExit:
            subprocess.run([self.name, "logs", container], check=False)  # noqa: S603 - the engine
            raise
        finally:
            self.say("rm", "--force", container)

    def probe(self, container: str, *question: str) -> str:
        """What the probe answers from inside."""
        return self.say("exec", "--interactive", container, "python", "-", *question, given=PROBE)

    def end(self, container: str) -> None:
        """SIGTERM ends it, by itself, in good order and in time."""
        began = time.monotonic()
        self.say("stop", "--time", str(ENDING_SECONDS), container)
        code = self.say("inspect", "--format", "{{.State.ExitCode}}", container)
        if code != "0" or time.monotonic() - began > ENDING_SECONDS:
            raise SystemExit(f"SIGTERM did not end the container in good order: exit code {code}")


def _serve(engine: Engine, options: list[str], database: str) -> None:
    """A new bureau: set up, served by two containers on one volume, ended, and started again with all it had."""
    engine.once(options, "upgrade")
    told = engine.once(options, "bureau", "create", *BUREAU, "--profile", "003")
    (first,) = (line.split()[-2:] for line in told.splitlines() if "trial-system" in line)
    with engine.running(options) as web, engine.running([*options, "--no-healthcheck"], "worker") as worker:
        _wait_until_healthy(engine, web)
        _tell(f"{database}: the image's health check passes; {engine.probe(web, 'pages')}")
        for container in (web, worker):
            found = engine.probe(container, "leftovers")
        _tell(f"{database}: {found}")
        cookie = engine.probe(web, "sign_in", *first)
        _wait_until_sound(engine, worker)
        _tell(f"{database}: doctor finds no fault and a worker at work")
        for container in (web, worker):
            engine.end(container)
            engine.say("start", container)
        _wait_until_healthy(engine, web)
        _tell(f"{database}: SIGTERM ended both in good order; started again, {engine.probe(web, 'visit', cookie)}")
        engine.say("exec", web, "workflow-app", "audit", "verify", "--files")


def _draw(engine: Engine, options: list[str]) -> None:
    """The demonstration's documents wait for a worker; a container draws them with what the image has."""
    engine.once(options, "demo", "load")
    _tell(f"demonstration: {engine.ask(options, 'forget_drawings')}")
    with engine.running([*options, "--no-healthcheck"], "worker") as worker:
        _tell(f"demonstration: {engine.probe(worker, 'documents')}")
        engine.end(worker)


def _wait_until_healthy(engine: Engine, container: str) -> None:
    check, until = engine.health_check(), time.monotonic() + READY_SECONDS
    while True:
        with suppress(SystemExit):
            engine.say("exec", container, *check)
            return
        if time.monotonic() > until:
            raise SystemExit(f"the health check {check} does not pass within {READY_SECONDS} s")
        time.sleep(1)


def _wait_until_sound(engine: Engine, container: str) -> None:
    """The worker's first hourly jobs are done a moment after its start."""
    until = time.monotonic() + READY_SECONDS
    while True:
        report = json.loads(engine.say("exec", container, "workflow-app", "doctor", "--json", "--lang", "en"))
        if report["sound"] and report["findings"]["worker"]["state"] == "fine":
            return
        if time.monotonic() > until:
            raise SystemExit(json.dumps(report, indent=1))
        time.sleep(1)


@contextmanager
def _postgres() -> Iterator[list[str]]:
    """A server of its own outside of the container, with the role and database of docs/operations.md; the options."""
    with running_server() as server:
        folder = server.partition("host=")[2]
        with create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("CREATE ROLE workflow LOGIN"))
            connection.execute(text("CREATE DATABASE workflow OWNER workflow ENCODING 'UTF8' TEMPLATE template0"))
        # The container's user is nobody on this machine, and goes through the folder to the socket.
        Path(folder).chmod(0o755)
        address = "postgresql+psycopg://workflow@/workflow?host=/postgres"
        yield ["--volume", f"{folder}:/postgres", *_settings({"WORKFLOW_APP_DATABASE_URL": address})]


if __name__ == "__main__":
    main()
