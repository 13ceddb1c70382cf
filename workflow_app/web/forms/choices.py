"""What lists on a form offer, and the names of what is chosen: one statement for each kind of thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow_app.definitions.answers import Names
from workflow_app.definitions.schema import Field

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
            position = "teacher" if spec.type == "teacher" else spec.kind
            offered, known = self.people.get(position, ()), self.names.persons
        ids = {ident for ident, _ in offered}
        return [*offered, *((ident, known.get(ident, str(ident))) for ident in chosen if ident not in ids)]

    def options(self, spec: Field, chosen: Sequence[int]) -> list[tuple[str, str, str]]:
        """The same as check boxes take it: value, label, hint."""
        return [(str(ident), name, "") for ident, name in self.of(spec, chosen)]
