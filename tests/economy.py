"""What makes a run of all tests cheaper and changes nothing that they look at.

A test opens a database and builds an application of its own. Each would build the SQL of its statements, its pages and
its routes anew, though they are the same in every test; and Python would look through half a million objects that live
as long as the run for garbage, again and again. Passwords are hashed slowly on purpose, which only the tests of
passwords have to wait for. A commit waits fifty times as long for a disk as for memory, though no test cuts the power.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect
from werkzeug.routing import Rule

from workflow_app.security import passwords

YOUNG, MIDDLE, OLD = 50_000, 20, 20
"""How many objects are made before the youngest are looked through, and how often the older ones with them."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - what lies there is made as safely as in any folder for temporary files
_ROOM = 8 * 2**30
"""Bytes that must be free in memory before a run lays its databases there; it takes a tenth of that."""

_dialects: dict[tuple[str, str], Dialect] = {}
_statements: dict[Any, Any] = {}
_REAL_HASHER = passwords._HASHER
_QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def spare_collections() -> None:
    """What is loaded by now stays until the end of the run; what tests leave is looked through in larger heaps."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def folder_in_memory() -> Path | None:
    """Where databases and files of a run may lie in memory; None where there is no room or programs may not run."""
    if not os.access(_MEMORY, os.W_OK) or os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM else None


def share_between_tests() -> None:
    """Let what one test has built from the same text serve the others of this process; hash passwords quickly."""
    event.listen(Engine, "engine_connect", _use_shared_statements)
    Flask.jinja_options = {"bytecode_cache": _Templates()}
    Flask.url_rule_class = _Route
    passwords._HASHER = _QUICK_HASHER


@contextmanager
def passwords_as_installed() -> Iterator[None]:
    """Hash passwords as slowly as the product does."""
    passwords._HASHER = _REAL_HASHER
    passwords.nobodys_hash.cache_clear()
    yield
    passwords._HASHER = _QUICK_HASHER
    passwords.nobodys_hash.cache_clear()


def _use_shared_statements(connection: Connection) -> None:
    # A built statement belongs to its dialect; connected, this one has asked its server what it needs to know. It also
    # knows what a connection is set back to when it is given back: no engine may be made with a level of its own.
    engine = connection.engine
    shared = _dialects.setdefault((engine.dialect.name, engine.dialect.driver), engine.dialect)
    if engine.dialect is not shared:
        engine.dialect = connection.dialect = shared
    if "compiled_cache" not in engine.get_execution_options():
        engine.update_execution_options(compiled_cache=_statements)
        connection.execution_options(compiled_cache=_statements)


class _Templates(BytecodeCache):
    """The code of page templates by name and source."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


class _Route(Rule):
    """A route whose builder of addresses, which depends on its text alone, is made once."""

    _builders: ClassVar[dict[tuple[Any, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple(sorted((self.defaults or {}).items()))
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, defaults, append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]
