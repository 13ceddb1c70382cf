"""What is known of schools on a day: names, recorded attributes, close-knit groups they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from workflow_app.database import remembered
from workflow_app.directory.attributes import Attribute, attributes_at
from workflow_app.directory.kinds import CODES
from workflow_app.directory.organisations import names
from workflow_app.text import Text, bilingual

STAGES_OFFERED: Mapping[str, frozenset[str]] = {
    "primary": frozenset({"primary"}),
    "teaching_point": frozenset({"primary"}),
    "junior": frozenset({"junior"}),
    "nine_year": frozenset({"primary", "junior"}),
    "full_secondary": frozenset({"junior", "senior"}),
    "senior": frozenset({"senior"}),
}
"""Stage of a school -> the stages that it teaches; the others teach what they are named for."""


@dataclass(frozen=True)
class School:
    """One school with the attributes that hold on a day. What is not recorded is None."""

    id: int
    name: str
    attributes: Mapping[str, Attribute]

    def value(self, key: str) -> str | None:
        """The recorded value of an attribute."""
        attribute = self.attributes.get(key)
        return attribute.value if attribute else None

    def number(self, key: str) -> int | None:
        """The recorded value of a counted attribute."""
        value = self.value(key)
        return int(value) if value is not None else None

    def label(self, key: str) -> Text:
        """The name of a coded value; 无记录 if there is none."""
        value = self.value(key)
        if value is None:
            return Text("无记录")
        codes = CODES.get(key, {})
        return bilingual(*codes[value]) if value in codes else Text("{value}", value=value)

    @property
    def grave_case_on(self) -> date | None:
        """The day of the last grave case of safety or ethics, if one is recorded."""
        value = self.value("grave_case_on")
        return date.fromisoformat(value) if value else None

    @property
    def reason_for_help(self) -> Text | None:
        """薄弱, 农村 or 新建, if the school is one of these (003·A2二(一)2); the first that applies."""
        if self.value("level") == "weak":
            return Text("薄弱")
        if self.value("location") == "rural":
            return Text("农村")
        return Text("新建") if self.value("is_new") == "yes" else None

    def teaches(self, stage: str) -> bool:
        """Whether the school teaches a stage: a nine-year school teaches primary and junior."""
        own = self.value("stage")
        return own is not None and stage in STAGES_OFFERED.get(own, {own})


def schools_at(session: Session, bureau_id: int, school_ids: Iterable[int], day: date) -> list[School]:
    """Schools as they stood on a day, in the order asked for; two statements, once in a transaction.

    Ids that are not of this bureau are left out.
    """
    wanted = tuple(dict.fromkeys(school_ids))
    known, key = remembered(session), (School, bureau_id, wanted, day)
    if key not in known:
        named, attributes = names(session, bureau_id, wanted), attributes_at(session, bureau_id, wanted, day)
        known[key] = [School(ident, named[ident], attributes[ident]) for ident in wanted if ident in named]
    schools: list[School] = known[key]
    return schools
