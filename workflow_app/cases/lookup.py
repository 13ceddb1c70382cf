"""What answers may point to: organisations and people of the bureau, files of the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.directory.kinds import several
from workflow_app.directory.models import Organisation, Person, PositionHolding
from workflow_app.files.models import StoredFile


class CaseLookup:
    """Answers the validator's questions, one statement for each kind of thing."""

    def __init__(self, session: Session, bureau_id: int, case_id: int, today: date) -> None:
        self._session, self._bureau_id, self._case_id, self._today = session, bureau_id, case_id, today

    def organisations(self, ids: Collection[int], kind: str | None) -> Mapping[int, str]:
        """Names of those among the ids that exist today, of these kinds if some are asked for."""
        query = select(Organisation.id, Organisation.name).where(
            Organisation.bureau_id == self._bureau_id,
            Organisation.id.in_(ids),
            Organisation.active_from <= self._today,
            Organisation.active_to.is_(None) | (Organisation.active_to >= self._today),
        )
        if kind is not None:
            query = query.where(Organisation.kind.in_(several(kind)))
        return dict(self._session.execute(query).all())

    def people(self, ids: Collection[int], position: str | None) -> Mapping[int, str]:
        """Names of those among the ids that exist, holding this position today if one is asked for."""
        query = select(Person.id, Person.name).where(Person.bureau_id == self._bureau_id, Person.id.in_(ids))
        if position is not None:
            query = query.where(
                Person.id.in_(
                    select(PositionHolding.person_id).where(
                        PositionHolding.bureau_id == self._bureau_id,
                        PositionHolding.position == position,
                        PositionHolding.valid_from <= self._today,
                        PositionHolding.valid_to.is_(None) | (PositionHolding.valid_to >= self._today),
                    )
                )
            )
        return dict(self._session.execute(query).all())

    def files(self, ids: Collection[int]) -> Mapping[int, str]:
        """Extensions (``pdf``) of those among the ids that were uploaded to this case."""
        query = select(StoredFile.id, StoredFile.name).where(
            StoredFile.bureau_id == self._bureau_id,
            StoredFile.owner == f"case:{self._case_id}",
            StoredFile.id.in_(ids),
        )
        return {ident: PurePath(name).suffix.lstrip(".").lower() for ident, name in self._session.execute(query)}
