"""Fixtures for tests in a real browser: Chromium, and a county served to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.desk import Office, serving
from tests.county import County, settings_of
from workflow_app import migrate
from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.demo.load import load_foundation


@pytest.fixture
def new_office(chromium: Browser, tmp_path: Path) -> Iterator[Office]:
    """A migrated county without any case, served."""
    config = from_environment(settings_of(tmp_path / "data", f"sqlite:///{tmp_path / 'data' / 'workflow.db'}"))
    database = Database(config.database_url)
    migrate.upgrade(database)
    with serving(chromium, load_foundation(config, database)) as office:
        yield office
    database.dispose()


OfficeAt = Callable[[str], Office]


@pytest.fixture
def office_at(chromium: Browser, county_files: County, tmp_path: Path) -> Iterator[OfficeAt]:
    """Serves a county with E1 at a stage."""
    with ExitStack() as open_ones:

        def serve(stage: str) -> Office:
            player = county_files.copy(stage, tmp_path / stage)
            open_ones.callback(player.database.dispose)
            return open_ones.enter_context(serving(chromium, player))

        yield serve


@pytest.fixture
def filed(office_at: OfficeAt) -> Office:
    """E1 as it was filed: the officer has to examine it."""
    return office_at("filed")
