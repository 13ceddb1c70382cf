"""Settings, all from the environment, each with a default that suits one machine.

=============================  =======================================================================
WORKFLOW_APP_DATA              folder of files, keys and the embedded database (default ``data``)
WORKFLOW_APP_DATABASE_URL      SQLAlchemy address (default an SQLite file in the data folder)
WORKFLOW_APP_PORT              port that ``make run`` listens on (default 8000)
WORKFLOW_APP_HOST              address that ``make run`` listens on (default 127.0.0.1)
WORKFLOW_APP_BASE_URL          public address printed in verification codes (default from host and port)
WORKFLOW_APP_DEMO              ``1`` loads and shows the demo county; refused for PostgreSQL databases
WORKFLOW_APP_SECURE_COOKIES    ``1`` when served over HTTPS; sets the Secure flag of cookies
WORKFLOW_APP_FONTS             folder with licensed fonts that replace the shipped ones, same file names
WORKFLOW_APP_IDLE_MINUTES      minutes without a request after which a session ends (default 30)
WORKFLOW_APP_SESSION_HOURS     hours after which a session ends even if it is in use (default 12)
WORKFLOW_APP_PASSWORD_DAYS     days after which a password must be changed; 0 never (default 90, in demo mode 0)
WORKFLOW_APP_MAX_FILE_MB       largest evidence file in megabytes (default 50)
WORKFLOW_APP_TRUSTED_PROXIES   reverse proxies in front whose X-Forwarded headers are believed (default 0)
WORKFLOW_APP_CHECKPOINTS       folder of the hourly signed checkpoints, best on another machine
                               (default ``checkpoints`` in the data folder)
=============================  =======================================================================
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workflow_app.errors import ConfigurationError
from workflow_app.text import Text


@dataclass(frozen=True)
class Config:
    """The settings of one running program."""

    data: Path
    database_url: str
    host: str
    port: int
    base_url: str
    demo: bool
    secure_cookies: bool
    fonts: Path | None
    idle_minutes: int
    max_file_mb: int
    trusted_proxies: int = 0
    checkpoints: Path | None = None
    session_hours: int = 12
    password_days: int = 90

    @property
    def checkpoint_folder(self) -> Path:
        """Where the hourly signed checkpoints go."""
        return self.checkpoints or self.data / "checkpoints"

    def secret_key(self) -> str:
        """The key that signs cookies; made once and kept in the data folder, never in the repository."""
        return self._kept_secret("secret.key")

    def data_key(self) -> bytes:
        """The 32 bytes that encrypt sensitive values at rest."""
        return bytes.fromhex(self._kept_secret("data.key"))

    def checkpoint_key(self) -> bytes:
        """The 32 bytes of the Ed25519 key that signs checkpoints of the audit log."""
        return bytes.fromhex(self._kept_secret("checkpoint.key"))

    def _kept_secret(self, name: str) -> str:
        path = self.data / "keys" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            # The file gets its name when it is whole: of two processes that start together one wins, and both read
            # the same key. A file that is created first and filled afterwards would be read empty in between.
            fresh = path.with_name(f"{name}.{secrets.token_hex(8)}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_hex(32))
                handle.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):
                path.hardlink_to(fresh)
            fresh.unlink()
        return path.read_text()


def from_environment(environment: Mapping[str, str] | None = None) -> Config:
    """Read the settings.

    Raises:
        ConfigurationError: a value cannot be read, or demo mode was asked for on a production database.
    """
    env = os.environ if environment is None else environment
    data = Path(env.get("WORKFLOW_APP_DATA", "data")).resolve()
    url = env.get("WORKFLOW_APP_DATABASE_URL") or f"sqlite:///{data / 'workflow.db'}"
    demo = _flag(env, "WORKFLOW_APP_DEMO")
    if demo and not url.startswith("sqlite"):
        raise ConfigurationError(Text("不接受WORKFLOW_APP_DEMO=1：演示只在内嵌数据库上运行。"))
    host, port = env.get("WORKFLOW_APP_HOST", "127.0.0.1"), _number(env, "WORKFLOW_APP_PORT", 8000)
    fonts, checkpoints = env.get("WORKFLOW_APP_FONTS"), env.get("WORKFLOW_APP_CHECKPOINTS")
    return Config(
        data=data,
        database_url=url,
        host=host,
        port=port,
        base_url=env.get("WORKFLOW_APP_BASE_URL", f"http://{host}:{port}").rstrip("/"),
        demo=demo,
        secure_cookies=_flag(env, "WORKFLOW_APP_SECURE_COOKIES"),
        fonts=Path(fonts) if fonts else None,
        idle_minutes=_number(env, "WORKFLOW_APP_IDLE_MINUTES", 30),
        max_file_mb=_number(env, "WORKFLOW_APP_MAX_FILE_MB", 50),
        trusted_proxies=_number(env, "WORKFLOW_APP_TRUSTED_PROXIES", 0),
        checkpoints=Path(checkpoints) if checkpoints else None,
        session_hours=_number(env, "WORKFLOW_APP_SESSION_HOURS", 12),
        # The accounts of the demonstration are as old as its story.
        password_days=_number(env, "WORKFLOW_APP_PASSWORD_DAYS", 0 if demo else 90),
    )


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "0")
    if value not in {"0", "1"}:
        raise ConfigurationError(Text("{name}应为0或1，现为“{value}”。", name=name, value=value))
    return value == "1"


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ConfigurationError(Text("{name}应为整数，现为“{value}”。", name=name, value=value))
    return int(value)
