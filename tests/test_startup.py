"""Settings that are unsafe are refused, each by its name and with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.county import NewCounty
from workflow_app.config import Config, from_environment
from workflow_app.database import Base, Database
from workflow_app.errors import ConfigurationError
from workflow_app.startup import known_passwords, problems, refuse_unsafe

PUBLIC = {
    "WORKFLOW_APP_HOST": "0.0.0.0",  # noqa: S104 - as behind a proxy on another machine
    "WORKFLOW_APP_BASE_URL": "https://banjian.example.gov.cn",
    "WORKFLOW_APP_SECURE_COOKIES": "1",
    "WORKFLOW_APP_TRUSTED_PROXIES": "1",
}


def config_of(folder: Path, **settings: str) -> Config:
    """The settings of an environment with a data folder of its own."""
    return from_environment({"WORKFLOW_APP_DATA": str(folder), **settings})


def named(folder: Path, **settings: str) -> list[str]:
    """The settings that are complained of."""
    return [problem.setting for problem in problems(config_of(folder, **settings), {})]


def test_the_defaults_and_a_public_site_behind_a_proxy_are_safe(tmp_path: Path) -> None:
    assert named(tmp_path) == []
    assert named(tmp_path, WORKFLOW_APP_DEMO="1") == []
    assert named(tmp_path, **PUBLIC) == []
    assert named(tmp_path, WORKFLOW_APP_HOST="localhost") == []
    assert named(tmp_path, WORKFLOW_APP_HOST="::1", WORKFLOW_APP_BASE_URL="http://127.0.0.1:8000") == []


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"WORKFLOW_APP_BASE_URL": "http://banjian.example.gov.cn"}, "BASE_URL"),
        ({"WORKFLOW_APP_BASE_URL": "banjian.example.gov.cn"}, "BASE_URL"),
        ({"WORKFLOW_APP_BASE_URL": "https://banjian.example.gov.cn/app"}, "BASE_URL"),
        ({"WORKFLOW_APP_BASE_URL": "javascript:alert(1)"}, "BASE_URL"),
        ({"WORKFLOW_APP_SECURE_COOKIES": "0"}, "SECURE_COOKIES"),
        ({"WORKFLOW_APP_TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES"),
        ({"WORKFLOW_APP_TRUSTED_PROXIES": "6"}, "TRUSTED_PROXIES"),
        ({"WORKFLOW_APP_IDLE_MINUTES": "0"}, "IDLE_MINUTES"),
        ({"WORKFLOW_APP_IDLE_MINUTES": "1441"}, "IDLE_MINUTES"),
        ({"WORKFLOW_APP_SESSION_HOURS": "0"}, "SESSION_HOURS"),
        ({"WORKFLOW_APP_SESSION_HOURS": "25"}, "SESSION_HOURS"),
        ({"WORKFLOW_APP_DEMO": "1"}, "HOST"),
    ],
)
def test_each_unsafe_setting_of_a_public_site_is_named(tmp_path: Path, changes: dict[str, str], setting: str) -> None:
    found = named(tmp_path, **{**PUBLIC, **changes})
    assert f"WORKFLOW_APP_{setting}" in found


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"WORKFLOW_APP_HOST": "0.0.0.0"}, "BASE_URL"),  # noqa: S104 - what must be refused
        ({"WORKFLOW_APP_HOST": "0.0.0.0", "WORKFLOW_APP_BASE_URL": "http://localhost:8000"}, "BASE_URL"),  # noqa: S104
        ({"WORKFLOW_APP_SECURE_COOKIES": "1"}, "SECURE_COOKIES"),
        ({"WORKFLOW_APP_TRUSTED_PROXIES": "1"}, "TRUSTED_PROXIES"),
    ],
)
def test_each_unsafe_setting_of_one_machine_is_named(tmp_path: Path, changes: dict[str, str], setting: str) -> None:
    assert named(tmp_path, **changes) == [f"WORKFLOW_APP_{setting}"]


def test_demo_mode_is_refused_on_a_production_database(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="WORKFLOW_APP_DEMO"):
        config_of(tmp_path, WORKFLOW_APP_DEMO="1", WORKFLOW_APP_DATABASE_URL="postgresql+psycopg://db/x")


@pytest.mark.parametrize("value", ["²", "-1", "1.5", "一", ""])
def test_a_number_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigurationError, match="WORKFLOW_APP_IDLE_MINUTES"):
        config_of(tmp_path, WORKFLOW_APP_IDLE_MINUTES=value)


@pytest.mark.parametrize(("value", "refused"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_debugging_is_refused(tmp_path: Path, value: str, refused: bool) -> None:
    found = problems(config_of(tmp_path), {"FLASK_DEBUG": value})
    assert [problem.setting for problem in found] == ["FLASK_DEBUG"] * refused


def test_keys_that_others_may_read_are_refused(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    config.data_key()
    assert problems(config, {}) == []
    (tmp_path / "keys" / "data.key").chmod(0o644)
    (tmp_path / "keys").chmod(0o755)
    folder, key = problems(config, {})
    assert (
        str(folder) == f"WORKFLOW_APP_DATA：密钥 {tmp_path}/keys 可被其他用户读取，请执行 chmod 700 {tmp_path}/keys。"
    )
    assert "chmod 600" in str(key)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (found,) = problems(config_of(tmp_path / "file" / "data"), {})
    assert "不能写入" in str(found)


def test_a_published_password_is_refused_where_others_could_use_it(county_at: NewCounty) -> None:
    player = county_at("empty")
    assert known_passwords(player.config, player.database) == []
    served = config_of(player.config.data, **PUBLIC)
    (found,) = known_passwords(served, player.database)
    assert found.setting == "WORKFLOW_APP_DATABASE_URL"
    with pytest.raises(ConfigurationError, match="演示账号"):
        refuse_unsafe(served, player.database, {})
    behind_a_proxy = config_of(player.config.data, **{**PUBLIC, "WORKFLOW_APP_HOST": "127.0.0.1"})
    assert known_passwords(behind_a_proxy, player.database) == [found]


def test_a_fresh_database_has_no_account_and_one_that_is_not_there_yet_is_not_judged(tmp_path: Path) -> None:
    config = config_of(tmp_path, **PUBLIC)
    database = Database(config.database_url)
    assert known_passwords(config, database) == []
    Base.metadata.create_all(database.engine)
    refuse_unsafe(config, database, {})
    database.dispose()


def test_everything_unsafe_is_said_at_once(tmp_path: Path) -> None:
    config = config_of(tmp_path, **{**PUBLIC, "WORKFLOW_APP_SECURE_COOKIES": "0", "WORKFLOW_APP_IDLE_MINUTES": "0"})
    database = Database(config.database_url)
    with pytest.raises(ConfigurationError) as refused:
        refuse_unsafe(config, database, {"FLASK_DEBUG": "1"})
    lines = str(refused.value).splitlines()
    assert lines[0] == "设置不安全，程序没有启动："
    assert len(lines) == 4
    database.dispose()
