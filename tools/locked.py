"""Reading the locked requirements: which distribution at which version, known by which files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>.*))?")


@dataclass(frozen=True)
class Locked:
    """One distribution: its exact version, the SHA-256 of every file that it may come in, and where it is needed."""

    name: str
    version: str
    hashes: frozenset[str]
    marker: Marker | None

    def needed(self, environment: Mapping[str, str] | None = None) -> bool:
        """Whether it is needed in an environment (default: this one), described by the names of PEP 508."""
        return self.marker is None or self.marker.evaluate(dict(environment) if environment else None)


def read_lock(path: Path) -> dict[str, Locked]:
    """The distributions of a file that ``make lock`` wrote, by their canonical names.

    Raises:
        ValueError: a line is anything else than an exact version with hashes.
    """
    entries = re.sub(r"\\\n\s*", "", "\n".join(_lines(path))).splitlines()
    return {entry.name: entry for entry in map(_read, entries)}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def _read(entry: str) -> Locked:
    pin, *hashes = entry.split("--hash=sha256:")
    found = _PIN.fullmatch(pin.strip())
    if found is None or not hashes:
        raise ValueError(f"not an exact version with hashes: {pin.strip()!r}")
    marker = Marker(found["marker"]) if found["marker"] else None
    return Locked(canonicalize_name(found["name"]), found["version"], frozenset(h.strip() for h in hashes), marker)
