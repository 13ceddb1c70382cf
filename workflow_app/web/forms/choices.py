"""What lists on a form offer, and the names of what is chosen: one statement for each kind of thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from workflow_app.definitions.answers import Mentioned, Names, StoredName, offered_by
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.directory.holdings import people_with_position
from workflow_app.directory.kinds import ORGANISATION_KINDS, several
from workflow_app.directory.organisations import names as organisation_names
from workflow_app.directory.organisations import of_kind
from workflow_app.directory.people import refs
from workflow_app.files.read import files_of

Offer = Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Choices:
    """Ids and names offered, by kind of organisation and by position; and the names of what was chosen before."""

    organisations: Mapping[str | None, Offer] = field(default_factory=dict)
    people: Mapping[str | None, Offer] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def of(self, spec: Field, chosen: Sequence[int]) -> list[tuple[int, str]]:
        """What a field offers, and what is chosen already even if it is no longer offered."""
        if spec.type == "organisation":
            offered, known = self.organisations.get(spec.kind, ()), self.names.organisations
        else:
            offered, known = self.people.get(offered_by(spec), ()), self.names.persons
        ids = {ident for ident, _ in offered}
        return [*offered, *((ident, known.get(ident, str(ident))) for ident in chosen if ident not in ids)]

    def options(self, spec: Field, chosen: Sequence[int]) -> list[tuple[str, str, str]]:
        """The same as check boxes take it: value, label, hint."""
        return [(str(ident), name, "") for ident, name in self.of(spec, chosen)]


def load_names(session: Session, bureau_id: int, wanted: Mentioned, case_id: int) -> Names:
    """The names of organisations, people and files, one statement for each kind that is wanted.

    Of files, those of the case alone: a draft may mention any, and its writer learns nothing of others.
    """
    people = refs(session, bureau_id, wanted.persons)
    files = files_of(session, bureau_id, wanted.files, owner=f"case:{case_id}")
    return Names(
        organisations=organisation_names(session, bureau_id, wanted.organisations),
        persons={ident: person.name for ident, person in people.items()},
        files={ident: StoredName(ident, row.name, row.size, row.sha256) for ident, row in files.items()},
    )


def load_choices(
    session: Session, bureau_id: int, form: TaskForm, wanted: Mentioned, case_id: int, today: date
) -> Choices:
    """What the lists of a form offer today, and the names of what its answers mention."""
    specs = [*form.fields, *(column for spec in form.fields for column in spec.columns)]
    kinds = {spec.kind for spec in specs if spec.type == "organisation"}
    positions = {offered_by(spec) for spec in specs if spec.type in {"person", "teacher"}}
    return Choices(
        organisations={kind: _organisations(session, bureau_id, kind, today) for kind in kinds},
        people={position: _people(session, bureau_id, position, today) for position in positions if position},
        names=load_names(session, bureau_id, wanted, case_id),
    )


def _organisations(session: Session, bureau_id: int, kind: str | None, today: date) -> Offer:
    kinds = several(kind) if kind is not None else list(ORGANISATION_KINDS)
    return [(row.id, row.name) for row in of_kind(session, bureau_id, *kinds, day=today)]


def _people(session: Session, bureau_id: int, position: str, today: date) -> Offer:
    """Holders of a position with the name of where they belong, which tells two people of one name apart."""
    people = people_with_position(session, bureau_id, position, today)
    homes = organisation_names(session, bureau_id, {person.organisation_id for person in people})
    return [(person.id, f"{person.name}（{homes.get(person.organisation_id, '')}）") for person in people]
