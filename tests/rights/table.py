"""The reviewed table of rights, read from ``table.yaml``: one row for each route, method and kind of request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.rights.world import PEOPLE, World

RELATIONS = ("own", "other_school", "closed", "other_bureau", "nobodys")
"""What an object may be to who asks for it; ``plain`` stands for all of them where a route is about no object."""

OBJECTS: Mapping[str, str] = {
    "case_id": "case",
    "task_id": "task",
    "seat_no": "seat",
    "file_id": "file",
    "record_id": "record",
    "group_id": "group",
    "pairing_id": "pairing",
    "entry_id": "entry",
    "person_id": "person",
    "holding_id": "holding",
    "organisation_id": "organisation",
    "duty_id": "duty",
    "incident_id": "incident",
}
"""Places in addresses, and the kind of object that they name; a row may name another kind under ``of``."""


@dataclass(frozen=True)
class Row:
    """One row: the request, and for each relation and position what must come of it."""

    method: str
    rule: str
    of: Mapping[str, str]
    given: Mapping[str, str]
    form: Mapping[str, str]
    expected: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        """How the row is called in reports."""
        return " ".join([self.method, self.rule, *self.given.values()])

    def cells(self) -> Iterator[tuple[str, str, str]]:
        """Every relation and position with what is expected."""
        for relation, words in self.expected.items():
            for position, word in zip(PEOPLE, words, strict=True):
                yield relation, position, word

    def path(self, world: World, relation: str, position: str) -> str:
        """The address, with the ids of the objects that stand in the relation."""

        def fill(place: re.Match[str]) -> str:
            name = place[1]
            if name in self.given:
                return self.given[name]
            return str(world.find(relation, position, self.of.get(name, OBJECTS[name])))

        return re.sub(r"<(?:\w+:)?(\w+)>", fill, self.rule)

    def values(self, world: World, position: str) -> dict[str, str]:
        """What the form carries; ``{organisation}`` is the id of the reader's own object of that kind."""
        ids = world.own[position]
        return {name: value.format(**ids) for name, value in self.form.items()}


@cache
def table() -> tuple[Row, ...]:
    """The rows in their order."""
    content = yaml.safe_load((Path(__file__).parent / "table.yaml").read_text(encoding="utf-8"))
    assert content["positions"].split() == list(PEOPLE), "the columns are not the people of the world"
    return tuple(_row(row) for row in content["rows"])


def _row(row: Mapping[str, Any]) -> Row:
    method, _, rule = row["route"].partition(" ")
    expected = {r: tuple(row[r].split()) for r in ("plain", *RELATIONS) if r in row}
    for relation, words in expected.items():
        assert len(words) == len(PEOPLE), f"{row['route']}: {relation} has {len(words)} columns"
    return Row(method, rule, row.get("of", {}), row.get("given", {}), row.get("form", {}), expected)
