"""The series of document numbers that a bureau has: those that its published documents use, and those begun before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.definitions.schema_fields import Label
from workflow_app.definitions.store import published_sources
from workflow_app.directory.models import Bureau
from workflow_app.records.models import NumberSeries
from workflow_app.records.template import read_template


@dataclass(frozen=True)
class Series:
    """One 代字 in one year. ``next`` is the number of the next document; None where none was opened or used."""

    word: str
    documents: tuple[Label, ...]
    next: int | None


def series_of(session: Session, bureau_id: int, year: int) -> list[Series]:
    """Every series of a year by its word: what its documents are called, and where it stands.

    Cases are numbered by the same counters, each under the name of its process; those are no documents.
    """
    prefix = session.scalars(select(Bureau.document_word).where(Bureau.id == bureau_id)).one()
    begun = select(NumberSeries.word, NumberSeries.next).where(
        NumberSeries.bureau_id == bureau_id,
        NumberSeries.year == year,
        NumberSeries.word.startswith(prefix, autoescape=True),
    )
    standing = dict(iter(session.execute(begun)))
    used = {f"{prefix}{word}": names for word, names in _documents(session, bureau_id).items()}
    return [Series(word, used.get(word, ()), standing.get(word)) for word in sorted({*used, *standing})]


def _documents(session: Session, bureau_id: int) -> Mapping[str, tuple[Label, ...]]:
    """The names of the documents that the published processes issue, by the last part of their 代字."""
    found: dict[str, dict[Label, None]] = {}
    for source in published_sources(session, bureau_id):
        for path, text in source.records.items():
            word, name = _word_and_name(PurePosixPath(path).stem, text)
            found.setdefault(word, {})[name] = None
    return {word: tuple(names) for word, names in found.items()}


@cache
def _word_and_name(kind: str, text: str) -> tuple[str, Label]:
    template = read_template(kind, text)
    return template.word, Label(zh=template.name.zh, en=template.name.en)
