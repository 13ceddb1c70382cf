"""What a wheel says about itself: name, version, needs, licences."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_LICENCE = re.compile(
    r"[^/]+\.dist-info/(?:licen[cs]es?/(?P<kept>.+)|(?P<plain>(?:licen[cs]e|copying|notice)[^/]*))", re.I
)
_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True)
class Wheel:
    """One wheel file. ``licence`` is an SPDX expression where the project states one, else the name it gives."""

    path: Path
    name: str
    version: str
    sha256: str
    licence: str
    is_expression: bool
    needs: tuple[Requirement, ...]
    licence_files: Mapping[str, bytes]

    @property
    def purl(self) -> str:
        """The package URL by which inventories know it."""
        return f"pkg:pypi/{self.name}@{self.version}"

    def depends_on(self, names: Iterable[str], extras: Iterable[str]) -> list[str]:
        """Which of the named distributions it needs when it is installed with these extras."""
        needed = {
            canonicalize_name(need.name)
            for need in self.needs
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        }
        return sorted(needed & set(names))


def read_wheel(path: Path) -> Wheel:
    """Read the metadata and the licence files of a wheel."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        (metadata,) = (n for n in names if n.count("/") == 1 and n.endswith(".dist-info/METADATA"))
        message = BytesParser().parsebytes(archive.read(metadata))
        licences = {m["kept"] or m["plain"]: archive.read(n) for n in names if (m := _LICENCE.fullmatch(n))}
    expression = message.get("License-Expression")
    return Wheel(
        path=path,
        name=canonicalize_name(message["Name"]),
        version=message["Version"],
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        licence=expression or _named_licence(message),
        is_expression=expression is not None,
        needs=tuple(Requirement(text) for text in message.get_all("Requires-Dist") or ()),
        licence_files=licences,
    )


def _named_licence(message: Message) -> str:
    """A classifier is a name; the older free-text field is one only if it is short."""
    classifiers = [
        c.removeprefix(_CLASSIFIER) for c in message.get_all("Classifier") or () if c.startswith(_CLASSIFIER)
    ]
    text = str(message.get("License") or "")
    return classifiers[0] if classifiers else text.splitlines()[0] if text else "unknown"
