"""G-22: whatever is sent to a form or an address gets an answer, and a refusal leaves nothing half written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import cycle
from random import Random
from re import search, sub
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.test import TestResponse

from tests.county import NewCounty
from tests.files.samples import PDF
from tests.hostile.fuzz import count, random_for, rounds
from tests.hostile.numbers import EDGES, send_edge
from tests.hostile.other_times import forms_of_other_times
from tests.hostile.payloads import active_content
from tests.hostile.site import MAY_GROW, PEOPLE, PageForm, Site, open_site
from tests.hostile.values import ANYTHING, DATES, NUMBERS, text_of_any_kind

SLOW = {"auth.enter": 40, "auth.change_password": 40, "admin.create_account": 25, "admin.reset": 25, "audit.check": 10}
"""Endpoints that are slow on purpose (passwords are hashed) or look at everything: one case in so many goes there."""

UNLISTED = (
    "decision", "f-decision", "f-opinion", "f-evidence", "f-evidence-charter_draft", "f-reasons-schools.staffing",
    "f-overrides-groups.close_knit", "f-reasons-nothing", "f-typename", "f-facts", "facts", "seat_id", "task_id",
    "bureau_id", "person_id", "actor", "case_id", "version_id", "f-members-0-school", "f-members-0-typename",
    "f-members-499-school", "f-members", "f-base_data", "f-apply-group_name", "f-__class__", "rows-add",
    "rows-remove", "file-remove", "upload", "upload-evidence.charter_draft", "upload-x", "act", "revision", "key",
    "csrf_token", "is_admin", "position", "organisation_id", "password", "must_change", "", "\x00", "f-", "f--",
    "f-😀", "f-members-٣-school", "f-members--1-school",
)  # fmt: skip
"""Names of fields that a form may not have: reserved ones, those of other steps, those of columns."""

ROW_PLACES = (
    "members.0",
    "members.²",
    "members.9999999999999999999",
    "members.-1",
    "base_data." + "9" * 5000,
    "nothing.0",
    "evidence.consent.٣:²",
)
LEVELS = ("0", "1", "-1", "²", "１")


pytestmark = [
    pytest.mark.sweep,
    pytest.mark.filterwarnings("ignore:Exception ignored in. <function SpooledTemporaryFile"),
]
"""The form reader leaves the file part of a broken body to the garbage collector."""


@pytest.fixture
def site(county_at: NewCounty) -> Site:
    return open_site(county_at)


def endpoint_of(site: Site, action: str) -> str:
    """The endpoint that a form is sent to."""
    try:
        endpoint, _ = site.app.url_map.bind("localhost").match(action, "POST")
    except NotFound:
        raise AssertionError(f"a form is sent to {action!r}, which is no address") from None
    return str(endpoint)


def all_forms(site: Site) -> list[PageForm]:
    """Every form of every page, and those that a page offers only at other times."""
    return [*site.forms(), *forms_of_other_times(site)]


def changed(random: Random, form: PageForm) -> list[tuple[str, str]]:
    """The form as somebody sends it who wants to break something."""
    fields = list(form.fields)
    for _ in range(random.randrange(1, 5)):
        at = random.randrange(len(fields)) if fields else 0
        kind = random.randrange(8)
        if not fields or kind == 0:
            fields.append((random.choice(UNLISTED), text_of_any_kind(random)))
        elif kind in (1, 2, 3):
            fields[at] = (fields[at][0], text_of_any_kind(random))
        elif kind == 4:
            fields[at] = (fields[at][0], random.choice((*NUMBERS, *DATES)))
        elif kind == 5:
            fields.append((fields[at][0], random.choice(ANYTHING)))
        elif kind == 6:
            del fields[at]
        else:
            fields += [(random.choice(("rows-remove", "rows-add", "file-remove")), random.choice(ROW_PLACES))]
    return fields


def body_of(random: Random, fields: Sequence[tuple[str, str]], files: Sequence[str]) -> dict[str, Any]:
    """The arguments of a request with these fields: a plain form, one with files, or one that is broken."""
    kind = random.randrange(12)
    data: dict[str, list[Any]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    if kind == 0:
        plain = "&".join(f"{n}={v}" for n, v in fields).encode("utf-8", "surrogatepass")
        return {"data": plain[:200_000], "content_type": random.choice(_PLAIN)}
    if kind == 1:
        return {"data": _broken_multipart(random, fields), "content_type": random.choice(_MULTIPART)}
    if kind in (2, 3) and files:
        data[random.choice(files)] = [(BytesIO(random.choice(_FILES)), random.choice(ANYTHING)[:300] or "a.pdf")]
        return {"data": data, "content_type": "multipart/form-data"}
    return {"data": data}


_FILES = (PDF, b"", b"MZ" + b"\0" * 200, PDF[:40], b"PK\x03\x04" * 9, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xc0")
_PLAIN = ("application/x-www-form-urlencoded; charset=utf-7", "text/plain", "application/json", "x", "")
_MULTIPART = (
    "multipart/form-data; boundary=xx", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\xe9", "multipart/form-data; boundary=" + "y" * 3000,
    "multipart/mixed; boundary=xx",
)  # fmt: skip


_FILE_NAMES = ("", "; filename=", "; filename*=utf-8''%ED%A0%80", '; filename="a\x00.pdf"')
_PART_HEADERS = ("", "Content-Type: text/plain; charset=utf-16", "Content-Transfer-Encoding: base64", "x")


def _broken_multipart(random: Random, fields: Sequence[tuple[str, str]]) -> bytes:
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{n}"{random.choice(_FILE_NAMES)}\r\n'
        f"{random.choice(_PART_HEADERS)}\r\n\r\n{v}\r\n"
        for n, v in fields
    ]
    whole = ("".join(parts) + "--xx--\r\n").encode("utf-8", "surrogatepass")[:200_000]
    return whole if random.random() < 0.4 else whole[: random.randrange(len(whole) + 1)]


def address_of(random: Random, action: str) -> str:
    """The address, now and then with another number in it, or with something that is no number."""
    if random.random() < 0.75:
        return action
    return sub(r"(?<=/)\d+", lambda m: random.choice((*NUMBERS, *LEVELS)) if random.random() < 0.7 else m[0], action)


def headers_of(random: Random) -> Headers:
    """Headers as no browser sends them."""
    headers = Headers()
    for name in random.sample(sorted(_HEADERS), random.randrange(4)):
        headers.add(name, random.choice(_HEADERS[name]))
    return headers


_HEADERS = {
    "Range": (
        "bytes=0-", "bytes=5-2", "bytes=-0", "bytes=" + "0-1," * 500, "bytes=0-99999999999999999999", "lines=1-2",
        "bytes=a-b", "²",
    ),
    "If-Range": ("x", "Wed, 99 Foo 9999", '"' + "a" * 500 + '"'),
    "If-None-Match": ("*", '"' * 300, "W/" * 300, '"x", ' * 200),
    "If-Modified-Since": ("Thu, 01 Jan 0000 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "-1", "x"),
    "Accept-Language": ("zh;q=nan", "*;q=1e999", "en-" * 500, "xx;q=-1,,,;;", "\xe9"),
    "Accept": (
        "application/json", "application/json;q=99", "*/*;q=" + "9" * 400, ";;;,", "text/html;level=" + "1" * 500,
    ),
    "Accept-Encoding": ("gzip;q=x", "*" * 300),
    "Cookie": (
        "session=x; session=" + "a" * 5000, "language=\xe9\xff", "language=" + "zh" * 900, ";;;=;=",
        "session=.eJw" + "A" * 200,
    ),
    "Referer": (
        "http://[", "http://localhost:99999999/x", "//[::1", "http://localhost\\@evil/", "x" * 9000,
        "http://localhost/tasks/%00",
    ),
    "Origin": ("null", "http://evil.example"),
    "Host": ("[", "a b", "localhost:x", "evil.example", "x" * 300, "%00"),
    "X-Requested-With": ("fetch",),
    "X-Forwarded-For": ("1.2.3.4, x, ::::",),
    "Content-Length": ("-1", "x"),
    "Transfer-Encoding": ("chunked",),
}  # fmt: skip


def refusal_problems(site: Site, answer: TestResponse, language: str | None) -> Iterator[str]:
    """What is wrong with an answer: a failure of ours, or a page in the wrong language."""
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    if answer.status_code >= 400 and answer.mimetype == "text/html":
        heading = search(r"<h1[^>]*>(.*?)</h1>", answer.text)
        if heading is None:
            yield "no heading"
        elif language and answer.status_code != 422 and (search(r"[一-鿿]", heading[1]) is None) != (language == "en"):
            yield f"heading in the wrong language: {heading[1]}"
    if answer.mimetype == "text/html" and answer.text.strip() and (found := active_content(answer.text)):
        yield f"what was typed is part of the page: {found}"
    policy = answer.headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy and "default-src 'none'" not in policy:
        yield f"no policy: {policy}"


def send(site: Site, random: Random, form: PageForm) -> None:
    """Send one broken form, and hold the answer and the database to the promise."""
    client, language = site.client(form.person), random.choice(("zh", "en"))
    client.set_cookie("language", language)
    fields = [(n, v) for n, v in changed(random, form) if n != "csrf_token" or random.random() < 0.1]
    if random.random() < 0.97:
        fields.append(("csrf_token", site.token(form.person)))
    address, request = address_of(random, form.action), body_of(random, fields, form.files)
    before, standing = site.counts(), site.standing()
    headers = headers_of(random) if random.random() < 0.2 else Headers()
    # Every attempt comes from an address of its own: failed sign-ins of one address are counted, and stopped.
    place = {"REMOTE_ADDR": f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"}
    answer = client.post(address, headers=headers, environ_overrides=place, **request)
    with answer:
        site.sign_out_if_lapsed(form.person, answer)
        # A browser sends its language along to its own host alone.
        known = None if "Cookie" in headers or "Host" in headers else language
        problems = list(refusal_problems(site, answer, known))
        if answer.status_code >= 400:
            after = site.counts()
            grown = {name: (before[name], after[name]) for name in after if after[name] != before[name]}
            problems += [f"half written: {grown}"] if grown.keys() - MAY_GROW else []
            problems += ["changed in place"] if site.standing() != standing else []
        else:
            problems += [f"stored without being asked for: {path}" for path in site.unlisted()]
        assert not problems, (
            problems,
            form.person,
            address,
            {k: str(v)[:900] for k, v in request.items()},
            dict(headers),
            answer.text[:2000],
        )


def test_no_form_breaks_the_program(site: Site) -> None:
    random, by_endpoint = random_for("forms"), dict[str, list[PageForm]]()
    for form in all_forms(site):
        by_endpoint.setdefault(endpoint_of(site, form.action), []).append(form)
    posts = {rule.endpoint for rule in site.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts == by_endpoint.keys(), "every form of the product is known to the fuzzer"
    endpoints = sorted(by_endpoint)
    for endpoint, edge in zip(endpoints, cycle(EDGES), strict=False):
        send_edge(site, by_endpoint[endpoint][0], edge)
    for _ in range(rounds(160)):
        endpoint = random.choice(endpoints)
        if random.randrange(SLOW.get(endpoint, 1)) == 0:
            send(site, random, random.choice(by_endpoint[endpoint]))
            count("forms")


ARGUMENTS = (
    "after",
    "before",
    "tab",
    "slug",
    "text",
    "name",
    "organisation",
    "kind",
    "on",
    "code",
    "next",
    "view",
    "v",
    "call",
    "x\x00",
)


def test_no_address_breaks_the_program(site: Site) -> None:
    random = random_for("addresses")
    rules = {rule.rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    rules -= {"/readyz"}  # it says by 503 that the tables of a test were made without a migration
    for _ in range(rounds(160)):
        person = random.choice(PEOPLE)
        fill = [
            random.choice((*NUMBERS, *LEVELS)) if random.random() < 0.5 else text_of_any_kind(random)[:2000]
            for _ in "ab"
        ]
        places = random.choice(sorted(rules)).split("<")
        address = places[0] + "".join(random.choice((*fill, "1", "2")) + p.partition(">")[2] for p in places[1:])
        asked = [(random.choice(ARGUMENTS), text_of_any_kind(random)[:3000]) for _ in range(random.randrange(4))]
        query = urlencode(asked) if random.random() < 0.8 else "&".join(f"{n}=%{v[:40]}%ff%ed%a0%80" for n, v in asked)
        headers = headers_of(random)
        path = quote(address, safe="/%?&=;") if random.random() < 0.9 else quote(address + "%\xff", safe="/")
        answer = site.client(person).get(f"{path}?{query}"[:20_000], headers=headers)
        with answer:
            problems = list(refusal_problems(site, answer, None))
            assert not problems, (problems, person, path, query, dict(headers), answer.text[:2000])
            site.sign_out_if_lapsed(person, answer)
        count("addresses")
