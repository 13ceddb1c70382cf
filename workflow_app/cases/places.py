"""Places: from ``position@party`` of the form file to an organisation and a position of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, tuple_

from workflow_app.act import Act
from workflow_app.cases.catalogue import BELONGINGS
from workflow_app.cases.models import CaseParty
from workflow_app.cases.work import Work
from workflow_app.definitions.answers_shape import labelled
from workflow_app.definitions.schema import Head, Party
from workflow_app.directory.kinds import OUTSIDE
from workflow_app.directory.models import Organisation
from workflow_app.directory.organisations import organisation, outside_bureau
from workflow_app.errors import WorkflowError

PARTICIPANT = "participant"
"""The role of an organisation that has had something to answer in a case."""

_NEW_PARTIES = insert(CaseParty)


def starting_parties(act: Act, head: Head, applicant_id: int) -> dict[str, list[int]]:
    """The parties known when a case starts: the applicant, the bureau, its sections and partner departments.

    Raises:
        WorkflowError: the directory lacks a section or department that the process needs.
    """
    codes = {key: _code(party) for key, party in head.parties.items()}
    wanted = [code for code in codes.values() if code]
    rows = act.session.execute(
        select(Organisation.id, Organisation.code, Organisation.kind).where(
            Organisation.bureau_id == act.bureau_id,
            Organisation.code.in_(wanted) | (Organisation.kind == "bureau"),
        )
    ).all()
    by_code = {code: ident for ident, code, _ in rows}
    bureau_ids = [ident for ident, _, kind in rows if kind == "bureau"]
    parties: dict[str, list[int]] = {}
    for key, party in head.parties.items():
        if party.source == "applicant":
            parties[key] = [applicant_id]
        elif party.source == "bureau":
            parties[key] = bureau_ids[:1]
        elif (code := codes[key]) is not None:
            if code not in by_code:
                raise WorkflowError(
                    "组织机构中没有“{name}”，请联系系统管理员补充后再办理。", name=labelled(party.label)
                )
            parties[key] = [by_code[code]]
    return parties


def _code(party: Party) -> str | None:
    kind, _, code = party.source.partition(":")
    return code if kind in {"section", "department"} else None


def update_answered_parties(work: Work, element: str, answers: Mapping[str, Any]) -> None:
    """Resolve the parties that an answer names (``answers:apply.members.school``) and let them see the case.

    An outside organisation (``invited:survey.partner``) is named by a text, or chosen in a field that offers schools as
    well; without a name, or where a school was chosen, there is none. A party that ``follows`` sees the case as soon as
    anything is answered in it.
    """
    parties = dict(work.case.parties)
    for key, party in work.version.head.parties.items():
        if party.follows:
            take_part(work, key, parties.get(key, ()))
        source, _, path = party.source.partition(":")
        named_element, *rest = path.split(".")
        if source not in {"answers", "invited"} or named_element != element:
            continue
        if party.is_invited:
            parties[key] = _outside(work, answers.get(rest[0]))
        else:
            parties[key] = organisations_in(answers, rest)
        take_part(work, key, parties[key])
        _leave(work, key, parties)
    work.case.parties = parties


def organisations_in(answers: Mapping[str, Any], path: Sequence[str]) -> list[int]:
    """The organisations that stand in a field (``schools``), or in a column of a table (``members.school``)."""
    value = answers.get(path[0])
    if len(path) == 2:
        return [row[path[1]] for row in value or [] if row.get(path[1]) is not None]
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _outside(work: Work, named: str | int | None) -> list[int]:
    if isinstance(named, int):
        return [named] if organisation(work.act.session, work.act.bureau_id, named).kind == OUTSIDE else []
    return [outside_bureau(work.act, named)] if named and named.strip() else []


def outside_among(work: Work, organisation_ids: Iterable[int]) -> frozenset[int]:
    """Those of some organisations that are outside bureaus: nobody there has an account."""
    query = select(Organisation.id).where(
        Organisation.bureau_id == work.case.bureau_id,
        Organisation.kind == OUTSIDE,
        Organisation.id.in_(list(organisation_ids)),
    )
    return frozenset(work.act.session.scalars(query))


def organisation_of(work: Work, place: str) -> tuple[int, str]:
    """The organisation and position of a place.

    Raises:
        WorkflowError: the party is not known yet, so nobody could answer.
    """
    known = known_place(work.case.parties, place)
    if known is None:
        raise WorkflowError("无法确定“{place}”由哪个单位办理，请联系系统管理员。", place=place)
    return known


def organisations_of(work: Work, place: str) -> list[tuple[int, str]]:
    """Every organisation of a place with the position: of a party of several, each of them.

    Who a register names is read anew on the day: it sees the case from then on, and who has left no longer does.
    """
    position, _, key = place.partition("@")
    party = work.version.head.parties[key]
    source, _, name = party.source.partition(":")
    if source == "register":
        found = list(BELONGINGS[name](work.act.session, work.case.bureau_id, work.case.applicant_id, work.act.today))
        work.case.parties = {**work.case.parties, key: found}
        take_part(work, key, found)
        _leave(work, key, work.case.parties)
    if party.many:
        return [(ident, position) for ident in work.case.parties.get(key, ())]
    return [organisation_of(work, place)]


def known_place(parties: Mapping[str, Any], place: str) -> tuple[int, str] | None:
    """The organisation and position of a place; None while the party is not known, or is not one organisation."""
    position, _, party = place.partition("@")
    ids = parties.get(party) or []
    return (ids[0], position) if len(ids) == 1 else None


def _leave(work: Work, role: str, parties: Mapping[str, Sequence[int]]) -> None:
    """Take the case out of the sight of organisations that the newest answer no longer names under a role.

    Who is then no party at all loses what it was shown as an answerer too: a school that was asked to help and is
    replaced by another has no business with what follows.
    """
    still = {f"{role}:{organisation_id}" for organisation_id in parties[role]}
    gone = {mark for mark in work.progress.participants if mark.startswith(f"{role}:")} - still
    named = {organisation_id for found in parties.values() for organisation_id in found}
    strangers = {int(mark.partition(":")[2]) for mark in gone} - named
    gone |= {f"{PARTICIPANT}:{ident}" for ident in strangers} & work.progress.participants
    if gone:
        work.progress.participants -= gone
        left = [(name, int(ident)) for name, _, ident in (mark.partition(":") for mark in gone)]
        work.act.session.execute(
            delete(CaseParty).where(
                CaseParty.bureau_id == work.case.bureau_id,
                # The key begins with the organisation: named by itself it leads to the rows.
                CaseParty.organisation_id.in_({organisation_id for _, organisation_id in left}),
                CaseParty.case_id == work.case.id,
                tuple_(CaseParty.role, CaseParty.organisation_id).in_(left),
            )
        )


def take_part(work: Work, role: str, organisation_ids: Iterable[int]) -> None:
    """Let organisations see the case from now on, under a role."""
    known = work.progress.participants
    new = {i for i in organisation_ids if f"{role}:{i}" not in known}
    if new:
        known.update(f"{role}:{i}" for i in new)
        common = {"bureau_id": work.case.bureau_id, "case_id": work.case.id, "role": role}
        rows = [{**common, "organisation_id": i} for i in sorted(new)]
        work.act.session.connection().execute(_NEW_PARTIES, rows)  # one statement, however many join
