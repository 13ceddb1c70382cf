"""The Containerfile: small, without root, without secrets, hashed, and with everything that the wheel is made of."""

from __future__ import annotations

import re
import tomllib

from tests.packaging.conftest import ROOT
from tools.containerfile import command, environment, read
from workflow_app.cli import cli
from workflow_app.config import from_environment
from workflow_app.startup import problems

BUILD, IMAGE = read()


def test_the_image_is_not_run_by_root_and_writes_its_volume_alone() -> None:
    words = {step.word: step.rest for step in IMAGE}
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", words["USER"])
    assert words["VOLUME"] == environment(IMAGE)["WORKFLOW_APP_DATA"] == "/data"
    assert words["USER"] in words["RUN"]
    assert environment(IMAGE)["PYTHONDONTWRITEBYTECODE"] == "1"
    assert "/readyz" in words["HEALTHCHECK"]


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
