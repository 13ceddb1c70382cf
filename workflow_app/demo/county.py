"""Loading the county: bureau, sections, schools with their figures, people with positions and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from workflow_app.act import Act, system_actor
from workflow_app.calendar.years import load_shipped_years
from workflow_app.directory.accounts import create_account
from workflow_app.directory.attributes import record_attribute
from workflow_app.directory.holdings import assign_position
from workflow_app.directory.organisations import by_code, create_organisation, found_bureau
from workflow_app.directory.people import create_person
from workflow_app.directory.positions import POSITIONS
from workflow_app.policy.profiles import load_profile
from workflow_app.security.passwords import hash_password
from workflow_app.security.vault import Vault
from workflow_app.text import Text, listed

FIGURES_SINCE = date(2025, 9, 1)
"""The school figures are those of the school year 2025–26."""
FOUNDED = date(2020, 1, 1)
"""The organisations of the county exist since then, the positions are held since then."""
PASSWORD = "Qinghe-2026"  # noqa: S105 - the published password of the demonstration, refused outside demo mode
"""The password of every demo account."""


@dataclass(frozen=True)
class DemoAccount:
    """One line of the list that demo mode prints and shows on the sign-in page."""

    username: str
    name: str
    organisation: str
    positions: tuple[str, ...]  # codes

    @property
    def place(self) -> Text:
        """Where the person works and as what."""
        held = listed([POSITIONS[code].name for code in self.positions])
        return Text("{organisation} {position}", organisation=self.organisation, position=held)


def county_data() -> Mapping[str, Any]:
    """The content of ``qinghe.yaml``."""
    text = (Path(__file__).parent / "qinghe.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data


def load_county(session: Session, vault: Vault, now: datetime) -> int:
    """Create the county in an empty database; the id of its bureau."""
    data = county_data()
    bureau = found_bureau(session, now, **data["bureau"])
    act = Act(session, system_actor(bureau.id), now)
    load_profile(act, data["bureau"]["policy_profile"])
    load_shipped_years(act)
    organisations = _organisations(act, data)
    _people(act, vault, data, organisations)
    return bureau.id


def demo_accounts() -> list[DemoAccount]:
    """Every account of the demonstration, as the sign-in page lists them."""
    data = county_data()
    names = {"bureau": data["bureau"]["name"]}
    names |= {code: name for code, name, _ in (*data["sections"], *data["departments"])}
    names |= {s["code"]: s["name"] for s in (*data["schools"], *data["kindergartens"])}
    return [
        DemoAccount(username, name, names[home], tuple(positions))
        for name, username, home, positions in data["people"]
        if username
    ]


def _organisations(act: Act, data: Mapping[str, Any]) -> dict[str, int]:
    root = by_code(act.session, act.bureau_id, "bureau").id
    found = {"bureau": root}
    kinds = (("section", data["sections"]), ("department", data["departments"]), ("outside_bureau", data["outside"]))
    for kind, rows in kinds:
        for code, name, short in rows:
            parent = root if kind == "section" else None
            found[code] = create_organisation(
                act, kind=kind, code=code, name=name, short_name=short, parent_id=parent, active_from=FOUNDED
            ).id
    for kind, schools in (("school", data["schools"]), ("kindergarten", data["kindergartens"])):
        for school in schools:
            found[school["code"]] = _school(act, kind, school, root)
    return found


def _school(act: Act, kind: str, school: Mapping[str, Any], parent_id: int) -> int:
    row = create_organisation(
        act,
        kind=kind,
        code=school["code"],
        name=school["name"],
        short_name=school["short"],
        parent_id=parent_id,
        active_from=FOUNDED,
    )
    figures = {"owner": "public", "is_new": "no", **school}
    for key, value in figures.items():
        if key not in {"code", "name", "short"}:
            source = "2025年薄弱学校名单" if key == "level" else "2025—2026学年教育事业统计"
            record_attribute(act, row.id, key, str(value), FIGURES_SINCE, source)
    return row.id


def _people(act: Act, vault: Vault, data: Mapping[str, Any], organisations: Mapping[str, int]) -> None:
    hashed = hash_password(PASSWORD)  # once for all: hashing is slow on purpose
    for name, username, home, positions in data["people"]:
        person = create_person(act, vault, organisation_id=organisations[home], name=name)
        for position in positions:
            assign_position(
                act, person_id=person.id, organisation_id=organisations[home], position=position, valid_from=FOUNDED
            )
        if username:
            create_account(
                act, person_id=person.id, username=username, password=PASSWORD, must_change=False, hashed=hashed
            )
    for name, home, staff_no in data["teachers"]:
        create_person(act, vault, organisation_id=organisations[home], name=name, staff_no=staff_no, is_teacher=True)
