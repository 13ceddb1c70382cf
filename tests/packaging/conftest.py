"""The wheel, built once, and an environment that holds it alone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """What a command prints; its errors are shown if it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A Python environment outside of the checkout, and the folder in which its commands run."""

    folder: Path
    work: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def run(self, *command: str) -> str:
        """What one of its commands prints, with the data in the working folder and nothing of ours in the settings."""
        environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environment["WORKFLOW_APP_DATA"] = str(self.work / "data")
        return run(self.folder / "bin" / command[0], *command[1:], cwd=self.work, env=environment)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built as ``make wheel`` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", str(folder), str(ROOT)),
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel in it, and with the dependencies of this one, which are the locked ones.

    They are lent by a path: files that a path names are imported, but the link to the checkout that lies among them
    is not followed. The checkout is out of reach.
    """
    folder = tmp_path_factory.mktemp("installed")
    environment = Environment(folder / "venv", folder / "work")
    environment.work.mkdir()
    run(sys.executable, "-m", "venv", "--without-pip", str(environment.folder))
    run(
        *(sys.executable, "-m", "pip", "--python", environment.python, "install", "--quiet"),
        *("--no-index", "--no-deps", wheel),
    )
    packages = environment.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    (Path(packages) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment
