"""Texts that are code elsewhere, and a player who types them into every field of every form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from tests.hostile.site import find
from workflow_app import cases
from workflow_app.act import Act, system_actor
from workflow_app.cases.models import Case
from workflow_app.definitions.schema import TaskForm
from workflow_app.definitions.schema_fields import Field
from workflow_app.definitions.store import version
from workflow_app.demo import formation
from workflow_app.demo.player import Player
from workflow_app.directory import organisations
from workflow_app.directory.models import Organisation, Person

PAYLOADS = (
    "<script>alert(7)</script>",
    '"><img src=x onerror=alert(7)>',
    "{{7*7}}${7*7}<%=7*7%>",
    "javascript:alert(7)//",
    "=cmd|'/C calc'!A1",
    "</textarea><svg onload=alert(7)>",
    "{0.__class__}{name}%s%n",
    "<para><font size=40>x</font>&lt;b&gt;",
    "' autofocus onfocus=alert(7) x='",
    "]]>--><style>*{color:red}</style>",
)

MARK = "<x-typed>"
"""Ends what is typed into a short field: an element of no language, which stands out wherever it is not escaped, also
behind a payload that does nothing on a page."""

ACTIVE = (
    "//x-typed",
    "//script[not(@src)] | //style | //iframe | //object | //embed | //base | //meta[@http-equiv] | //font | //para",
    "//*[@*[starts-with(name(), 'on')] or @style or @srcdoc]",
    "//*[starts-with(normalize-space(@href), 'javascript') or starts-with(normalize-space(@src), 'javascript')]",
    "//img[@src='x'] | //*[@autofocus and @onfocus]",
    "//svg[not(ancestor-or-self::*[@class])]",
)
"""What no page of the product has, unless somebody's text has become part of it."""


def active_content(page: str) -> list[str]:
    """Every element or attribute of a page that a payload has made."""
    return [str(node.tag) for path in ACTIVE for node in find(page, path)]


@dataclass
class Poisoner(Player):
    """Plays a case as its people do, with a payload in every text. ``turn`` says which payload a field begins with."""

    turn: int = 0
    typed: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def payload(self, longest: int) -> str:
        """The next payload; where there is room, all of them."""
        self.turn += 1
        first = self.turn % len(PAYLOADS)
        words = PAYLOADS[first] + MARK
        if longest >= 500:
            words = " ".join((*PAYLOADS[first:], *PAYLOADS[:first]))
        self.typed.append(words[:longest])
        return words[:longest]

    def rename_everybody(self) -> None:
        """Payloads as names of the schools and people of the case, before it begins."""
        with self.database.writing() as session:
            bureau_id = session.scalars(select(Organisation.bureau_id).limit(1)).one()
            act = Act(session, system_actor(bureau_id), self.now)
            for name in (formation.LEAD, *formation.MEMBERS, "基础教育科"):
                row = session.scalars(select(Organisation).where(Organisation.name == name)).one()
                self.renamed[name] = f"{name[:4]}{self.payload(90)}"
                organisations.rename(act, row.id, self.renamed[name], self.payload(40))
            for name in ("林晓", "李敏", "方锐", "周旻", "何文"):
                self.renamed[name] = f"{name}{self.payload(50)}"
                session.execute(update(Person).where(Person.name == name).values(name=self.renamed[name]))

    def organisation(self, name: str) -> int:
        return super().organisation(self.renamed.get(name, name))

    def person(self, name: str) -> int:
        return super().person(self.renamed.get(name, name))

    def head_of(self, school: str) -> int:
        return super().head_of(self.renamed.get(school, school))

    def figures(self, school: str) -> dict[str, int]:
        return super().figures(self.renamed.get(school, school))

    def upload(self, username: str, case_id: int, name: str, data: bytes) -> int:  # noqa: ARG002 - the name is replaced
        return super().upload(username, case_id, f"{self.payload(100)}证.pdf", data)

    def do(self, username: str, case_id: int, element: str, answers: Mapping[str, Any]) -> cases.Completed:
        with self.database.reading() as session:
            form = version(session, session.get_one(Case, case_id).version_id).form(element)
        poisoned = dict(self._poisoned(form, answers))
        return super().do(username, case_id, element, poisoned)

    def _poisoned(self, form: TaskForm, answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        specs = {spec.key: spec for spec in form.fields}
        for key, value in answers.items():
            if key == "opinion":
                yield key, self.payload(2000)
            elif key == "reasons":
                yield key, {check: self.payload(500) for check in value}
            else:
                yield key, self._value(specs[key], value) if key in specs else value

    def _value(self, spec: Field, value: Any) -> Any:
        if spec.type == "rows":
            columns = {column.key: column for column in spec.columns}
            return [{key: self._value(columns[key], cell) for key, cell in row.items()} for row in value]
        if spec.type in {"text", "long_text"} and isinstance(value, str):
            return self.payload(int(spec.max or (200 if spec.type == "text" else 5000)))
        return value
