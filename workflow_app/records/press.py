"""The press: the fonts and seals with which a program prints, as its settings name them. Set once when it starts.

Nothing here draws: a process that only issues documents has to know what they will be printed with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workflow_app.config import Config
from workflow_app.records.seals import MountedSeals, NoSeals, SampleSeals, SealProvider
from workflow_app.records.typefaces import Typefaces, load_typefaces

LAYOUT = "gb9704-2"
"""Version of the layout code; raised when the same content would look different."""


@dataclass(frozen=True)
class Press:
    """What a bureau prints with: its fonts, its seals, and the address under which records are verified."""

    base_url: str = ""
    fonts_folder: Path | None = None
    seals: SealProvider = field(default_factory=NoSeals)

    @property
    def typefaces(self) -> Typefaces:
        """What its fonts have, read at first use."""
        return load_typefaces(self.fonts_folder)

    @property
    def layout_version(self) -> str:
        """Version of the layout code and of every font file, as stored with each record."""
        return f"{LAYOUT}+{self.typefaces.version}"

    def verify_address(self, code: str) -> str:
        """What the QR symbol says."""
        return f"{self.base_url}/v/{code}"


_press = Press()


def press_of(config: Config) -> Press:
    """Fonts and seals by the settings: demo mode shows 样章, production the bureau's mounted images or none."""
    folder = config.data / "seals"
    seals: SealProvider = SampleSeals() if config.demo else MountedSeals(folder) if folder.is_dir() else NoSeals()
    return Press(base_url=config.base_url, fonts_folder=config.fonts, seals=seals)


def use(press: Press) -> None:
    """Print with this press from now on."""
    global _press  # One press per program: operations are named by content and take no settings.
    _press = press


def current_press() -> Press:
    """The press in use; the shipped fonts and no seals until another is set."""
    return _press
