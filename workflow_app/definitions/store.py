"""Publishing, and reading what was published. A version is never changed; running cases stay with theirs."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from workflow_app.act import Act
from workflow_app.audit import append
from workflow_app.definitions.case_view import Catalogue
from workflow_app.definitions.check import faults as faults_of
from workflow_app.definitions.faults import DefinitionRefused
from workflow_app.definitions.models import Definition, DefinitionVersion
from workflow_app.definitions.source import Source
from workflow_app.definitions.version import ProcessVersion, load_version
from workflow_app.engine import ENGINE_VERSION
from workflow_app.errors import NotFoundError

_UNCOMMITTED = "definitions.published_here"

_known: WeakKeyDictionary[Engine, dict[int, ProcessVersion]] = WeakKeyDictionary()
_known_lock = threading.Lock()


def publish(act: Act, source: Source, catalogue: Catalogue) -> DefinitionVersion:
    """Make a source the version that new cases start with. Running cases are not touched.

    The same content as an earlier version is that version again: no new row, and no event if it is current already.

    Raises:
        DefinitionRefused: the source has faults; nothing is written.
    """
    found = faults_of(source, catalogue)
    if found:
        raise DefinitionRefused(found)
    definition = _locked_definition(act, source.slug)
    row = act.session.scalar(
        select(DefinitionVersion).where(
            DefinitionVersion.bureau_id == act.bureau_id,
            DefinitionVersion.definition_id == definition.id,
            DefinitionVersion.content_hash == source.content_hash,
        )
    )
    if row is None:
        row = _new_version(act, definition, source)
    elif row.id == definition.current_version_id:
        return row
    definition.current_version_id = row.id
    body = {"slug": source.slug, "number": row.number, "content_hash": row.content_hash}
    append(act, "definitions", "definition_published", f"definition:{source.slug}", body)
    act.session.flush()
    return row


def current(session: Session, bureau_id: int, slug: str) -> tuple[int, ProcessVersion]:
    """The id and the version that new cases of a process start with.

    Raises:
        NotFoundError: the bureau has not published this process.
    """
    version_id = session.scalar(
        select(Definition.current_version_id).where(Definition.bureau_id == bureau_id, Definition.slug == slug)
    )
    if version_id is None:
        raise NotFoundError("本局尚未发布流程“{slug}”。", slug=slug)
    return version_id, version(session, version_id)


def version(session: Session, version_id: int) -> ProcessVersion:
    """A published version by its id: one SELECT the first time, none after.

    Raises:
        NotFoundError: there is no such version.
    """
    return _versions(session, (version_id,))[version_id]


def published(session: Session, bureau_id: int) -> tuple[tuple[int, ProcessVersion], ...]:
    """Every process that the bureau has published, as id and current version, by slug."""
    ids = session.scalars(
        select(Definition.current_version_id)
        .where(Definition.bureau_id == bureau_id, Definition.current_version_id.is_not(None))
        .order_by(Definition.slug)
    ).all()
    wanted = tuple(i for i in ids if i is not None)
    found = _versions(session, wanted)
    return tuple((i, found[i]) for i in wanted)


def published_sources(session: Session, bureau_id: int) -> list[Source]:
    """What every process that the bureau has published is made of, by slug: read, and not made ready to run."""
    bundles = session.scalars(
        select(DefinitionVersion.bundle)
        .join(Definition, Definition.current_version_id == DefinitionVersion.id)
        .where(Definition.bureau_id == bureau_id)
        .order_by(Definition.slug)
    )
    return [Source.from_bundle(bundle) for bundle in bundles]


def _versions(session: Session, ids: tuple[int, ...]) -> dict[int, ProcessVersion]:
    with _known_lock:
        known = _known.setdefault(session.get_bind().engine, {})
        found = {i: known[i] for i in ids if i in known}
    missing = [i for i in ids if i not in found]
    if missing:
        rows = session.execute(
            select(DefinitionVersion.id, DefinitionVersion.number, DefinitionVersion.bundle).where(
                DefinitionVersion.id.in_(missing)
            )
        )
        read = {row.id: load_version(Source.from_bundle(row.bundle), row.number) for row in rows}
        if len(read) < len(set(missing)):
            raise NotFoundError
        found |= read
        # A version of this very transaction may yet be rolled back and its id be given to another.
        uncommitted = session.info.get(_UNCOMMITTED, ())
        with _known_lock:
            known.update({i: v for i, v in read.items() if i not in uncommitted})
    return found


def _locked_definition(act: Act, slug: str) -> Definition:
    definition = act.session.scalar(
        select(Definition).where(Definition.bureau_id == act.bureau_id, Definition.slug == slug).with_for_update()
    )
    if definition is None:
        definition = Definition(bureau_id=act.bureau_id, slug=slug)
        act.session.add(definition)
        act.session.flush()
    return definition


def _new_version(act: Act, definition: Definition, source: Source) -> DefinitionVersion:
    last = act.session.scalar(
        select(func.max(DefinitionVersion.number)).where(
            DefinitionVersion.bureau_id == act.bureau_id, DefinitionVersion.definition_id == definition.id
        )
    )
    row = DefinitionVersion(
        bureau_id=act.bureau_id,
        definition_id=definition.id,
        number=(last or 0) + 1,
        content_hash=source.content_hash,
        bundle=source.to_bundle(),
        engine_version=ENGINE_VERSION,
        published_at=act.now,
        published_by=act.actor.name,
    )
    act.session.add(row)
    act.session.flush()
    act.session.info.setdefault(_UNCOMMITTED, set()).add(row.id)
    return row
