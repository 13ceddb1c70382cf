"""The settings at start: what is unsafe is refused, with the name of the setting and what to do (22239-2019 8.1.4.2).

``problems`` only looks. Whoever serves calls :func:`refuse_unsafe` first; the command that examines an installation
lists the same problems.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.demo.county import PASSWORD, demo_accounts
from workflow_app.directory.models import Account
from workflow_app.errors import ConfigurationError
from workflow_app.security.passwords import verify_password
from workflow_app.text import Text, in_lines

MOST_PROXIES = 5
MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True)
class Problem:
    """A setting with which the product must not serve, and what to do about it."""

    setting: str
    message: Text

    @property
    def text(self) -> Text:
        """The setting and what to do about it."""
        return Text("{setting}：{message}", setting=self.setting, message=self.message)

    def __str__(self) -> str:
        return str(self.text)


def refuse_unsafe(config: Config, database: Database, environment: Mapping[str, str] = os.environ) -> None:
    """Go on only with settings that are safe.

    Raises:
        ConfigurationError: they are not; each problem stands in a line of its own.
    """
    found = [*problems(config, environment), *known_passwords(config, database)]
    if found:
        lines = [Text("  {problem}", problem=problem.text) for problem in found]
        raise ConfigurationError(in_lines([Text("设置不安全，程序没有启动："), *lines]))


def problems(config: Config, environment: Mapping[str, str] = os.environ) -> list[Problem]:
    """Everything that is unsafe about the settings, the key files and the data folder."""
    found = [*_address(config), *_proxies(config), *_sessions(config), *_folder(config), *_keys(config)]
    if environment.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        found.append(Problem("FLASK_DEBUG", Text("调试方式会把程序内部情况显示给来访者，请去掉这个环境变量。")))
    return found


def known_passwords(config: Config, database: Database) -> list[Problem]:
    """Whether others than this machine could sign in with the published password of a demonstration.

    A database that does not answer yet is not judged; whoever serves from it will say so.
    """
    if _is_here(config.host) and _is_here(urlsplit(config.base_url).hostname or ""):
        return []
    names = [account.username for account in demo_accounts()]
    hashes = select(Account.password_hash).where(Account.username.in_(names), Account.disabled_at.is_(None))
    with suppress(SQLAlchemyError), database.reading() as session:
        if any(verify_password(stored, PASSWORD) for stored in session.scalars(hashes)):
            text = Text("数据库里有演示账号，密码是公开的。正式使用请换空的数据库，演示请用 workflow-app demo run。")
            return [Problem("WORKFLOW_APP_DATABASE_URL", text)]
    return []


def _address(config: Config) -> Iterator[Problem]:
    parts = urlsplit(config.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        text = Text("应是网站的网址，如 https://banjian.example.gov.cn，后面不带路径。")
        yield Problem("WORKFLOW_APP_BASE_URL", text)
        return
    if config.demo and not _is_here(config.host):
        text = Text("演示账号的密码是公开的，演示方式只能在本机打开，请设为 127.0.0.1。")
        yield Problem("WORKFLOW_APP_HOST", text)
    if not config.demo and parts.scheme == "http" and not (_is_here(parts.hostname) and _is_here(config.host)):
        text = Text(
            "本机以外的人通过 http 打开，密码和材料会在网上明文传送。请在前面加 HTTPS 代理，并把网址设为 https://。"
        )
        yield Problem("WORKFLOW_APP_BASE_URL", text)
    if parts.scheme == "https" and not config.secure_cookies:
        yield Problem("WORKFLOW_APP_SECURE_COOKIES", Text("网址是 https，请设为 1，使登录凭据只经加密连接发送。"))
    if parts.scheme == "http" and config.secure_cookies:
        text = Text("网址是 http，浏览器不会发送登录凭据，谁也登录不了。请把网址改为 https://，或设为 0。")
        yield Problem("WORKFLOW_APP_SECURE_COOKIES", text)


def _proxies(config: Config) -> Iterator[Problem]:
    setting, behind = "WORKFLOW_APP_TRUSTED_PROXIES", config.base_url.startswith("https:")
    if behind and config.trusted_proxies == 0:
        text = Text("网址是 https，前面必有代理，请写明有几层（通常是 1）；否则来访者都算作同一个地址，会一起被锁。")
        yield Problem(setting, text)
    elif not behind and config.trusted_proxies:
        yield Problem(setting, Text("前面没有代理时应为 0，否则来访者可以伪造自己的地址。"))
    elif config.trusted_proxies > MOST_PROXIES:
        yield Problem(setting, Text("代理最多{count}层，请核对。", count=MOST_PROXIES))


def _sessions(config: Config) -> Iterator[Problem]:
    if not 1 <= config.idle_minutes <= MINUTES_OF_A_DAY:
        yield Problem("WORKFLOW_APP_IDLE_MINUTES", Text("应在1至{most}之间，建议30。", most=MINUTES_OF_A_DAY))
    if not 1 <= config.session_hours <= 24:
        yield Problem("WORKFLOW_APP_SESSION_HOURS", Text("应在1至24之间，建议12。"))


def _folder(config: Config) -> Iterator[Problem]:
    try:
        config.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=config.data):
            pass
    except OSError as error:
        text = Text(
            "数据文件夹 {folder} 不能写入（{reason}），请检查路径和权限。", folder=config.data, reason=error.strerror
        )
        yield Problem("WORKFLOW_APP_DATA", text)


def _keys(config: Config) -> Iterator[Problem]:
    folder = config.data / "keys"
    for path in (folder, *sorted(folder.glob("*"))) if folder.is_dir() else ():
        if _is_open_to_others(path):
            mode = "700" if path == folder else "600"
            text = Text("密钥 {path} 可被其他用户读取，请执行 chmod {mode} {path}。", path=path, mode=mode)
            yield Problem("WORKFLOW_APP_DATA", text)


def _is_open_to_others(path: Path) -> bool:
    """Whether anybody but the owner may read or write it. Windows has no such bits, and sets all of them."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _is_here(host: str) -> bool:
    """Whether a host name means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
