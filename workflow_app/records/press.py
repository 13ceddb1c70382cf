"""The press of this program: the fonts and seals that its settings name. Set once when the program starts."""

from __future__ import annotations

from workflow_app.config import Config
from workflow_app.records.render import Press
from workflow_app.records.seal import MountedSeals, NoSeals, SampleSeals, SealProvider

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
