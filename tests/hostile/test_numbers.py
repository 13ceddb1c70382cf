"""Addresses with numbers at the edges of what a database holds as an id; test_forms.py sends forms with them."""

from __future__ import annotations

import re

import pytest

from tests.county import NewCounty
from tests.hostile.numbers import EDGES
from tests.hostile.site import open_site

LISTS = (
    "/inbox?after=2026-04-08_{0}",
    "/done?after={0}",
    "/duties?after=2026-04-08_{0}",
    "/duties?tab=done&after=2026-04-08_{0}",
)
"""Lists that go on after a row."""


@pytest.mark.sweep
def test_no_address_finds_a_row_that_cannot_be(county_at: NewCounty) -> None:
    site = open_site(county_at)
    client = site.client("limin")
    rules = [r.rule for r in site.app.url_map.iter_rules() if "GET" in (r.methods or ()) and "<int:" in r.rule]
    assert len(rules) > 20
    for number, rule in enumerate(rules):
        address = re.sub(r"<[^>]+>", str(EDGES[number % len(EDGES)]), rule)
        assert client.get(address).status_code in {302, 303, 403, 404}, address
    for edge in EDGES:
        for address in LISTS:
            assert client.get(address.format(edge)).status_code == 200, (address, edge)
