"""Where seals come from. The program never makes up a real one: a bureau mounts its own image, the demo shows 样章."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workflow_app.records.seal import Seal


class SealProvider(Protocol):
    """Where seals come from: a folder, a device, a signing service."""

    def seal_of(self, organisation: str) -> Seal | None:
        """The seal of an organisation by its name; None leaves the place empty, to be sealed by hand."""


class NoSeals:
    """The document is sealed by hand or by another system."""

    def seal_of(self, organisation: str) -> Seal | None:  # noqa: ARG002 - signature of the protocol
        """No seal for anybody."""
        return None


class SampleSeals:
    """Seals that say 样章, for the demo county."""

    def seal_of(self, organisation: str) -> Seal | None:
        """A sample seal with the organisation's name."""
        from workflow_app.records.seal import SampleSeal  # the drawing library: only whoever draws needs it

        return SampleSeal(organisation)


class MountedSeals:
    """A folder with one transparent image for each organisation: ``<name>.png``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal_of(self, organisation: str) -> Seal | None:
        """The image of this organisation, if there is one."""
        from workflow_app.records.seal import ImageSeal  # as above

        path = self._folder / f"{organisation}.png"
        return ImageSeal(path) if path.is_file() else None
