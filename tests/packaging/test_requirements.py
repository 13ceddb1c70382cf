"""The locked requirements are what pyproject.toml asks for, whole, and nothing else is installed (G-33)."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.locked import Locked, read_lock

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "requirements"
PROJECT: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED: Mapping[str, list[str]] = {
    "build.txt": PROJECT["build-system"]["requires"],
    "runtime.txt": PROJECT["project"]["dependencies"],
    "dev.txt": PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"],
}
MACHINES = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
ENVIRONMENTS = [
    {
        "python_version": version,
        "python_full_version": f"{version}.1",
        "sys_platform": platform,
        "platform_system": system,
        "platform_machine": machine,
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for version, (platform, system, machine) in itertools.product(("3.11", "3.12", "3.13"), MACHINES)
]
"""Every Python and machine that the project runs on."""

Lock = Mapping[str, Locked]


@pytest.mark.parametrize("name", ASKED)
def test_every_pin_is_locked_at_its_version(name: str) -> None:
    lock = read_lock(LOCKS / name)
    pins = [Requirement(text) for text in ASKED[name]]
    asked = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}
    assert {key: lock[key].version if key in lock else None for key in asked} == asked, "run `make lock`"


@pytest.mark.parametrize("name", ASKED)
def test_a_lock_holds_whole_hashes_and_no_address(name: str) -> None:
    lock = read_lock(LOCKS / name)
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for entry in lock.values() for sha256 in entry.hashes)
    assert not re.search(r"://|--index|--find-links|--trusted", (LOCKS / name).read_text())


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_a_lock_holds_what_is_needed_and_nothing_else(name: str) -> None:
    lock = read_lock(LOCKS / name)
    needed: set[str] = set()
    for environment in ENVIRONMENTS:
        needed |= _closure(ASKED[name], lock, environment)
    # What only other platforms need may be there too: a lock serves all of them.
    assert {key for key, entry in lock.items() if any(map(entry.needed, ENVIRONMENTS))} == needed


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    runtime, dev = read_lock(LOCKS / "runtime.txt"), read_lock(LOCKS / "dev.txt")
    assert {key: dev[key] for key in runtime} == runtime
    installed = {key: metadata.version(key) for key, entry in dev.items() if entry.needed()}
    assert installed == {key: dev[key].version for key in installed}


def test_a_pin_without_a_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("click==8.5.1\n")
    with pytest.raises(ValueError, match=r"not an exact version with hashes: 'click==8\.5\.1'"):
        read_lock(tmp_path / "lock.txt")


def _closure(asked: Iterable[str], lock: Lock, environment: Mapping[str, str]) -> set[str]:
    """What the wanted distributions need in an environment, and what these need, by their installed metadata."""
    found: set[tuple[str, str]] = set()
    pending = [pair for text in asked for pair in _wanted(Requirement(text), lock, environment, "")]
    while pending:
        name, extra = pair = pending.pop()
        if pair in found:
            continue
        found.add(pair)
        for text in metadata.requires(name) or ():
            pending += _wanted(Requirement(text), lock, environment, extra)
    return {name for name, _ in found}


def _wanted(
    requirement: Requirement, lock: Lock, environment: Mapping[str, str], extra: str
) -> Iterable[tuple[str, str]]:
    if requirement.marker is not None and not requirement.marker.evaluate({**environment, "extra": extra}):
        return
    name = canonicalize_name(requirement.name)
    assert name in lock, f"{name} is needed with {environment} and not locked: run `make lock`"
    assert requirement.specifier.contains(lock[name].version, prereleases=True), (
        f"{requirement} and {lock[name].version}"
    )
    yield name, ""
    for wanted in requirement.extras:
        yield name, wanted
