"""One world and one signed-in browser for each position, made once for all tests of rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.county import County
from tests.databases import Databases
from tests.rights import amount
from tests.rights.requests import Browsers
from tests.rights.world import World, build


@pytest.fixture(scope="session")
def world(county_files: County, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The county with cases at their stations and the bureau beside it; nobody changes it."""
    player = county_files.copy("assessed", tmp_path_factory.mktemp("rights") / "county")
    yield build(player)
    player.database.dispose()
    databases.drop(player.database.url)


@pytest.fixture(scope="session")
def browsers(world: World) -> Iterator[Browsers]:
    """Browsers of all positions; what they do is carried out and taken back."""
    browsers = Browsers(world)
    yield browsers
    browsers.paper.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A long run says from which seed it was."""
    if amount.PAIRS:
        pairs = amount.ROUNDS * amount.PEOPLE * amount.MATTERS
        terminalreporter.write_line(f"rights: WORKFLOW_APP_RIGHTS_SEED={amount.SEED}, {pairs} pairs of person and case")
