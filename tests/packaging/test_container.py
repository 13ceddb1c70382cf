"""The Containerfile: small, without root, without secrets, hashed, and with everything that the wheel is made of."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.packaging.conftest import ROOT
from tools.containerfile import command, environment, health_check, read
from workflow_app.cli import cli
from workflow_app.config import from_environment
from workflow_app.serve import MEMORY
from workflow_app.startup import problems

BUILD, IMAGE = read()


def test_the_image_is_not_run_by_root_and_writes_its_volume_alone() -> None:
    words = {step.word: step.rest for step in IMAGE}
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", words["USER"])
    assert words["VOLUME"] == environment(IMAGE)["WORKFLOW_APP_DATA"] == "/data"
    assert words["USER"] in words["RUN"]
    assert environment(IMAGE)["PYTHONDONTWRITEBYTECODE"] == "1"
    assert "/readyz" in words["HEALTHCHECK"]


def test_a_worker_of_its_own_takes_no_more_memory_than_one_beside_the_pages() -> None:
    assert environment(IMAGE).items() >= MEMORY.items()


def test_every_download_is_hashed() -> None:
    installs = [part for step in BUILD if step.word == "RUN" for part in step.rest.split("&&") if "pip install" in part]
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or "--no-index --no-deps" in install
    assert not [
        step for step in (*BUILD, *IMAGE) if step.word == "ADD" or "://" in step.rest.replace("http://127.", "")
    ]


def test_the_image_holds_no_secret() -> None:
    assert not [name for name in environment(IMAGE) if re.search("KEY|SECRET|PASSWORD|TOKEN|DATABASE_URL", name)]
    ignored = (ROOT / ".containerignore").read_text().splitlines()
    assert next(line for line in ignored if not line.startswith("#")) == "*"
    copied = {name for step in BUILD if step.word == "COPY" for name in step.rest.split()[:-1]}
    admitted = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert {name.rstrip("/") for name in copied} == admitted
    # What a machine lends to pip is lent as a secret, and not to the stage that becomes the image.
    lent = [mount for step in BUILD for mount in re.findall(r"--mount=(\S+)", step.rest)]
    assert set(lent) == {"type=secret,id=pip.conf", "type=secret,id=pip.pem"}
    assert not [step for step in IMAGE if "--mount" in step.rest]


def test_what_has_built_the_image_does_not_stay_in_it() -> None:
    assert BUILD[-1].rest.endswith("uninstall --quiet --yes pip setuptools")
    assert [step.rest for step in IMAGE if step.word == "COPY"] == ["--from=build /opt/workflow-app /opt/workflow-app"]


class _Answering(BaseHTTPRequestHandler):
    """A product that is ready, or not."""

    status = 200

    def do_GET(self) -> None:
        """Answer as ``/readyz`` does."""
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)], ids=["ready", "not ready"])
def test_the_health_check_asks_the_port_that_is_set(status: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Answering, "status", status)
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        program, *arguments = health_check(IMAGE)
        variables = {"WORKFLOW_APP_PORT": str(server.server_port)}
        asked = subprocess.run([sys.executable, *arguments], env=variables, capture_output=True, check=False)
        server.shutdown()
        thread.join()
    assert (program, asked.returncode) == ("python", code)


def test_all_that_the_wheel_is_made_of_is_copied() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = {name.rstrip("/") for step in BUILD if step.word == "COPY" for name in step.rest.split()[:-1]}
    assert copied >= {
        *wheel["packages"],
        *wheel["force-include"],
        "requirements",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    }


def test_the_commands_exist_and_their_settings_are_safe() -> None:
    program, name, *options = command(IMAGE)
    assert program == "workflow-app"
    served = cli.commands[name]
    known = {spelling for parameter in served.params for spelling in parameter.opts}
    assert set(options) <= known
    assert "worker" in cli.commands
    settings = {**environment(IMAGE), "WORKFLOW_APP_BASE_URL": "https://banjian.example.gov.cn"}
    unsafe = problems(from_environment({**settings, "WORKFLOW_APP_DATA": "/tmp"}), {})  # noqa: S108 - only looked at
    assert unsafe == []
