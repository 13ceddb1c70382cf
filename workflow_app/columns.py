"""The types of columns that both databases agree on, and the one spelling of what is stored as JSON and hashed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, String, Uuid
from sqlalchemy import Text as SqlText
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.sql.operators import OperatorType
    from sqlalchemy.types import TypeEngine


class _Id(Integer):
    """Four bytes on PostgreSQL. It is compared with numbers of eight all the same, by the same indexes: one in a stored
    text that no row can have finds none. What people send is no more than :data:`workflow_app.typed.HIGHEST_ID`.
    """

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:  # noqa: ARG002 - signature of the base class
        return _COMPARED


_COMPARED = BigInteger()

Id = _Id()
"""The type of every primary and foreign key."""

EngineId = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
"""The id that the engine gives a task, a UUID as text. PostgreSQL keeps it in 16 bytes; every task has one for ever."""


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, decimals as text. Hashes are taken over this."""
    return _CANONICAL.encode(value)


def digest(value: str | bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. A naive value is a programming fault and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature of the base class
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature of the base class
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value in canonical spelling, stored as text so that its hash can be taken from the row itself."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - signature of the base class
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - signature of the base class
        return None if value is None else json.loads(value)


class Digest(TypeDecorator[str]):
    """A SHA-256 as :func:`digest` writes it, stored as its 32 bytes, and the empty text as none.

    For the tables to which every act writes. Text that stands there instead is read as it is: it agrees with no row.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - signature of the base class
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - signature of the base class
        return value.hex() if isinstance(value, bytes) else value
