"""Who may do what: every route and method, for every position and relation, as the reviewed table says (G-24, G-26)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rights.requests import Browsers, faults, outcome
from tests.rights.table import RELATIONS, Row, table
from workflow_app.web.security import PUBLIC

pytestmark = pytest.mark.sweep


def _routes(browsers: Browsers) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in browsers.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_its_row_and_every_row_its_route(browsers: Browsers) -> None:
    rows, routes = {f"{row.method} {row.rule}" for row in table()}, _routes(browsers)
    assert routes - rows == set(), "routes that the table of rights does not know: say there who may use them"
    assert rows - routes == set(), "rows of the table of rights whose route is gone"
    assert max(Counter(row.name for row in table()).values()) == 1


def test_an_address_of_an_object_is_tried_in_every_relation() -> None:
    for row in table():
        named = "_id>" in row.rule
        assert (row.expected.keys() == {"plain"}) is not named, row.name
        # The register is the whole bureau's, and nothing in it closes; of pairings alone a school sees only its own.
        wanted = {"own", "other_bureau", "nobodys"} if "/registers/" in row.rule else set(RELATIONS)
        wanted |= {"other_school"} if "<int:pairing_id>" in row.rule else set()
        assert not named or row.expected.keys() == wanted, row.name


def test_the_table_itself_lets_nobody_through_who_must_not_be() -> None:
    for row in table():
        public = {words[-1] for words in row.expected.values()} != {"login"}
        endpoints = {"/healthz", "/readyz", "/static/", "/sign-in", "/language", "/v", "/invitation", "/invited"}
        assert public == (any(row.rule.startswith(e) for e in endpoints)), row.name
        for relation, position, word in row.cells():
            if relation in {"other_bureau", "nobodys"}:
                assert word in {"404", "403", "login", "code"}, (row.name, relation, position)
                assert word != "403" or row.rule.startswith("/admin/"), (row.name, relation, position)
    assert len(PUBLIC) == 11


@pytest.mark.parametrize("row", table(), ids=lambda row: row.name)
def test_each_request_is_answered_as_the_table_says(browsers: Browsers, row: Row) -> None:
    found, denials = {}, {}
    for relation, position, _ in row.cells():
        path = row.path(browsers.world, relation, position)
        answer = browsers.ask(position, row.method, path, row.values(browsers.world, position))
        found[relation, position] = outcome(answer)
        assert faults(answer) == [], (relation, position)
        answer.close()
        denials[relation, position] = [(event.kind, event.actor_name) for event in browsers.paper.done]
    assert found == {(relation, position): word for relation, position, word in row.cells()}
    for cell, word in found.items():
        kinds = [kind for kind, _ in denials[cell]]
        if word in {"403", "404"}:
            assert kinds == ["access_denied"], (cell, "is not in the log, or something else was done")
        else:
            assert "access_denied" not in kinds, cell
        if row.method == "GET" and word == "shown":
            assert kinds == [], (cell, "a page has written")
