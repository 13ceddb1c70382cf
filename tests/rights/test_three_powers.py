"""Three administrators, none of whom can do the work of another, read a case or help themself (G-26)."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.rights.requests import Browsers, outcome
from tests.rights.table import Row, table

PEOPLE, ORGANISATIONS = "/admin/people", "/admin/organisations"
PERSON = f"{PEOPLE}/<int:person_id>"
ACTS = {
    "system_admin": {
        f"POST {PEOPLE}/new",
        f"POST {PERSON}/move",
        f"POST {ORGANISATIONS}/new",
        f"POST {ORGANISATIONS}/<int:organisation_id>/rename",
        f"POST {ORGANISATIONS}/<int:organisation_id>/close",
    },
    "security_admin": {
        f"POST {PERSON}/positions",
        f"POST {PERSON}/positions/<int:holding_id>/end",
        f"POST {PERSON}/account",
        f"POST {PERSON}/account/password",
        *(f"POST {PERSON}/account/<doing> {doing}" for doing in ("unlock", "disable", "enable")),
    },
    "audit_admin": {"POST /audit/verify"},
}
"""What each administrator can do; the audit administrator's only act is to look."""
OF_ONESELF = {"POST /sign-out", "POST /language", "POST /notices/read"}
"""What everybody does for themself. Signing out leads to the sign-in page, which the table says of everyone."""
EXPORT = "POST /registers/exports/<name> groups"
SHARED = {"POST /admin/incidents/<int:incident_id>/close", EXPORT}
"""An incident is closed by whoever has dealt with it: it names a case by its number alone, and closing it grants and
decides nothing. A table of a register that one may read may be taken along; the log keeps who did."""


def _can(position: str) -> set[str]:
    return {
        row.name
        for row in table()
        for _, who, word in row.cells()
        if row.method == "POST" and who == position and word in {"done", "shown"}
    }


@pytest.mark.parametrize("position", sorted(ACTS))
def test_each_administrator_does_this_and_no_more(position: str) -> None:
    assert _can(position) - OF_ONESELF - SHARED == ACTS[position]


@pytest.mark.parametrize(("one", "other"), list(combinations(sorted(ACTS), 2)))
def test_no_act_is_shared_by_two_administrators(one: str, other: str) -> None:
    assert _can(one) & _can(other) <= OF_ONESELF | SHARED


@pytest.mark.parametrize("position", sorted(ACTS))
def test_no_administrator_sees_a_case_or_anything_of_it(position: str) -> None:
    of_cases = [row for row in table() if row.rule.startswith(("/cases/<int", "/tasks/", "/files/", "/records/"))]
    assert len(of_cases) > 15
    for row in of_cases:
        assert {word for _, who, word in row.cells() if who == position} == {"404"}, row.name


def test_the_audit_administrator_changes_nothing(browsers: Browsers) -> None:
    """Of every request that is not refused, not even an act is begun, but for those that concern oneself and the
    export of a table that is there to be read."""
    for row in table():
        if row.name in {*OF_ONESELF, EXPORT} or row.rule in {"/sign-in", "/password", "/sign-out", "/v/<code>"}:
            continue
        for relation in row.expected:
            path = row.path(browsers.world, relation, "audit_admin")
            answer = browsers.ask("audit_admin", row.method, path, row.values(browsers.world, "audit_admin"))
            assert outcome(answer) in {"403", "404"} or browsers.paper.acts == 0, (row.name, relation)
            answer.close()


OWN: tuple[tuple[str, dict[str, str]], ...] = (
    ("/positions", {"organisation_id": "{organisation}", "position": "auditor", "valid_from": "2026-07-01"}),
    ("/account/password", {}),
    ("/account/disable", {"reason": "核对无误"}),
)


@pytest.mark.parametrize(("path", "form"), OWN, ids=[path for path, _ in OWN])
def test_the_security_administrator_does_nothing_for_themself(
    browsers: Browsers, path: str, form: dict[str, str]
) -> None:
    own = browsers.world.player.person("罗宁")
    values = {name: value.format(**browsers.world.own["security_admin"]) for name, value in form.items()}
    answer = browsers.ask("security_admin", "POST", f"{PEOPLE}/{own}{path}", values)
    assert answer.status_code == 403
    assert [event.kind for event in browsers.paper.done] == ["access_denied"]


def test_every_row_of_the_administration_names_one_of_them() -> None:
    def who(row: Row) -> set[str]:
        return {position for _, position, word in row.cells() if word in {"done", "shown"}}

    for row in table():
        if row.rule.startswith("/admin/") and row.method == "POST" and row.name not in SHARED:
            assert len(who(row)) == 1, row.name
