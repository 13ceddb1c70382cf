"""An installation to look at: a migrated database, a data folder, a clock at NOW."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOW
from workflow_app import migrate
from workflow_app.config import Config, from_environment
from workflow_app.database import Base, Database
from workflow_app.doctor import Place


@pytest.fixture
def config(tmp_path: Path, database: Database) -> Config:
    """Settings as for a bureau: HTTPS, checkpoints elsewhere."""
    (tmp_path / "data").mkdir()
    return from_environment(
        {
            "WORKFLOW_APP_DATA": str(tmp_path / "data"),
            "WORKFLOW_APP_DATABASE_URL": database.url,
            "WORKFLOW_APP_BASE_URL": "https://banjian.example.gov.cn",
            "WORKFLOW_APP_SECURE_COOKIES": "1",
            "WORKFLOW_APP_TRUSTED_PROXIES": "1",
            "WORKFLOW_APP_CHECKPOINTS": str(tmp_path / "elsewhere"),
        }
    )


@pytest.fixture
def place(config: Config, database: Database) -> Iterator[Place]:
    """The installation, at the newest schema."""
    Base.metadata.drop_all(database.engine)
    migrate.upgrade(database)
    place = Place(config, lambda: NOW)
    yield place
    place.close()
